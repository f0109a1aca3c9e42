// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as drafts from '../src/segmentation/drafts';
import { decode } from '../src/segmentation/labelmap';
import * as masks from '../src/segmentation/masks';
import { newMask } from '../src/segmentation/viewer';
import { watch } from '../src/segmentation/watch';
import * as store from '../src/store';
import type { StudyInfo } from '../src/types/api';
import { CT, fakeOhif, SIZE, type Fake } from './ohif';

const LIVER = { number: 1, label: 'Liver', kind: 'liver' as const };
const LESION = { number: 2, label: 'Nodule 1', kind: 'nodule' as const, tracking_uid: '2.25.5' };

/** A server that keeps drafts; `isDown` makes it fail. */
class Server {
  readonly kept = new Map<string, ArrayBuffer>();
  isDown = false;

  answer(url: string, init: RequestInit = {}): Response {
    if (this.isDown) throw new TypeError('no connection');
    const series = /\/series\/([\d.]+)\/mask-draft$/.exec(url)?.[1];
    if (!series) return Response.json({ drafts: [...this.kept.keys()].map(uid => ({ series_instance_uid: uid, saved: '2026-01-02T13:47:00+00:00', bytes: 1 })) });
    if (init.method === 'PUT') {
      this.kept.set(series, init.body as ArrayBuffer);
      return Response.json({ series_instance_uid: series, saved: '2026-01-02T13:47:00+00:00', bytes: 1 });
    }
    if (init.method === 'DELETE') return Response.json({ discarded: this.kept.delete(series) });
    return new Response(this.kept.get(series));
  }
}

let fake: Fake;
let server: Server;

beforeEach(() => {
  fake = fakeOhif();
  server = new Server();
  masks.dropAll();
  drafts.forget();
  vi.stubGlobal('fetch', vi.fn(async (url: string, init?: RequestInit) => server.answer(url, init)));
  store.set({ studyUid: '1.2', answers: {}, info: { series: [], reports: [], segmentations: [] } as unknown as StudyInfo });
});
afterEach(() => vi.unstubAllGlobals());

async function painted(): Promise<masks.OpenMask> {
  const mask = await newMask(fake.ohif, CT, [LIVER, LESION]);
  fake.voxels.get(mask.id)?.[1]?.set([2, 2, 2], 4);
  masks.change(mask.id, { dirty: true });
  return mask;
}

describe('a mask that is painted', () => {
  it('is kept on the server as it is, compressed, and comes back after a crash with all that OHIF forgets', async () => {
    const mask = await painted();
    await drafts.keep(fake.ohif, mask.id);
    const body = server.kept.get(CT);
    expect(body && new Uint8Array(body).slice(0, 2)).toEqual(Uint8Array.of(0x1f, 0x8b));
    expect(masks.maskWith(mask.id)?.kept).toBe('2026-01-02T13:47:00+00:00');

    // The page comes again: nothing of the one before is there.
    masks.dropAll();
    fake = fakeOhif();
    await drafts.findDrafts('1.2');
    const [draft] = drafts.draftsToRestore();
    await drafts.restore(fake.ohif, draft!);
    const again = masks.maskOf(CT);
    expect([...(fake.voxels.get(again?.id ?? '')?.[1]?.slice(3, 8) ?? [])]).toEqual([0, 2, 2, 2, 0]);
    expect(again).toMatchObject({ dirty: true, touched: true, restored: '2026-01-02T13:47:00+00:00' });
    expect(again?.known).toEqual([{ number: 1, kind: 'liver' }, { number: 2, kind: 'nodule', tracking_uid: '2.25.5' }]);
    expect(drafts.draftsToRestore()).toEqual([]);
  });
  it('is tried again when the server was away, and stays unsaved here', async () => {
    const mask = await painted();
    server.isDown = true;
    await drafts.keep(fake.ohif, mask.id);
    expect(masks.maskWith(mask.id)).toMatchObject({ dirty: true, kept: null });
    server.isDown = false;
    await drafts.keep(fake.ohif, mask.id);
    expect(server.kept.has(CT)).toBe(true);
  });
  it('has no draft any more once its strokes are undone', async () => {
    const mask = await painted();
    await drafts.keep(fake.ohif, mask.id);
    masks.change(mask.id, { dirty: false });
    await drafts.keep(fake.ohif, mask.id);
    expect(server.kept.size).toBe(0);
    expect(masks.maskWith(mask.id)?.kept).toBeNull();
  });
  it('is gone here and there when it is discarded', async () => {
    const mask = await painted();
    await drafts.keep(fake.ohif, mask.id);
    await drafts.discard(CT, mask.id);
    expect(server.kept.size).toBe(0);
  });
  it('keeps the voxels of the moment, whatever is painted while it is sent', async () => {
    const mask = await painted();
    const keeping = drafts.keep(fake.ohif, mask.id);
    fake.voxels.get(mask.id)?.[1]?.fill(0);
    await keeping;
    const body = await new Response(new Response(server.kept.get(CT)).body!.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
    expect(decode(body).slices[1]?.filter(one => one > 0)).toHaveLength(3);
  });
});

describe('strokes', () => {
  const stroke = (id: string): boolean =>
    window.cornerstone.eventTarget.dispatchEvent(new CustomEvent('CORNERSTONE_TOOLS_SEGMENTATION_DATA_MODIFIED', { detail: { segmentationId: id } }));

  it('make a mask unsaved, and undoing them makes it saved again', async () => {
    window.history.pushState({}, '', '/ohif/hepatia?StudyInstanceUIDs=1.2');
    watch(fake.ohif);
    const mask = await newMask(fake.ohif, CT, [LIVER]);
    stroke(mask.id);
    await vi.waitFor(() => expect(vi.mocked(fetch)).toHaveBeenCalled());
    const pixels = fake.voxels.get(mask.id)?.[0];
    pixels?.set([1], SIZE);
    stroke(mask.id);
    await vi.waitFor(() => expect(masks.maskWith(mask.id)?.dirty).toBe(true));
    expect(masks.measured(mask.id).get(1)?.voxels).toBe(1);
    pixels?.set([0], SIZE);
    stroke(mask.id);
    await vi.waitFor(() => expect(masks.maskWith(mask.id)?.dirty).toBe(false));
  });
});
