import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decode, encode, sliceName, type LabelmapHeader } from '../src/segmentation/labelmap';
import * as masks from '../src/segmentation/masks';
import { adopt, loadMask, newMask, saveMask } from '../src/segmentation/viewer';
import type { SegmentInfo } from '../src/types/api';
import { CT, fakeOhif, SIZE } from './ohif';

const liver: SegmentInfo = { number: 1, label: 'Liver', kind: 'liver', tracking_uid: '2.25.9' };
const nodule: SegmentInfo = { number: 2, label: 'Nodule 1', kind: 'nodule', tracking_uid: '2.25.8' };
const stored = { sop_instance_uid: '2.25.1', series_instance_uid: '2.25.2', source_series_instance_uid: CT, segments: [liver, nodule] };
const empty = (): Uint8Array => new Uint8Array(SIZE * SIZE);

beforeEach(() => masks.dropAll());
afterEach(() => vi.unstubAllGlobals());

/** Answer as the server does: it drops what was not painted and counts from 1. Gives what it was sent. */
function server(source = CT): { header: LabelmapHeader; slices: Uint8Array[] }[] {
  const sent: ReturnType<typeof decode>[] = [];
  const first = empty();
  first.set([1, 1, 2]);
  const header = { rows: SIZE, columns: SIZE, sops: [`${CT}.0`, `${CT}.1`], segments: [liver, nodule] as LabelmapHeader['segments'] };
  const labelmap = encode({ header, slices: [first, empty()] });
  const answer = (url: string, init?: RequestInit): Response => {
    if (init?.method === 'POST') {
      const got = decode((init.body as Uint8Array<ArrayBuffer>).slice().buffer);
      sent.push(got);
      const painted = got.header.segments.filter(one => got.slices.some(slice => slice.includes(one.number)));
      const segments = painted.map((one, place) => ({ ...one, tracking_uid: one.tracking_uid ?? `2.25.70${one.number}`, number: place + 1 }));
      return Response.json({ ...stored, segments, sop_instance_uid: `2.25.${100 + sent.length}` }, { status: 201 });
    }
    return url.endsWith('/labelmap') ? new Response(labelmap) : Response.json({ ...stored, source_series_instance_uid: source });
  };
  vi.stubGlobal('fetch', vi.fn((url: string, init?: RequestInit) => Promise.resolve(answer(url, init))));
  return sent;
}

describe('a mask that is loaded', () => {
  it('has its voxels, names, kinds and tracking UIDs, and nothing to save', async () => {
    server();
    const { ohif, voxels } = fakeOhif();
    const mask = await loadMask(ohif, '2.25.1');
    expect([...(voxels.get(mask.id)?.[0]?.slice(0, 3) ?? [])]).toEqual([1, 1, 2]);
    expect(mask).toMatchObject({ stored: '2.25.1', series: CT, dirty: false });
    expect(mask.known).toEqual([
      { number: 1, kind: 'liver', tracking_uid: '2.25.9' },
      { number: 2, kind: 'nodule', tracking_uid: '2.25.8' },
    ]);
    expect(masks.measured(mask.id).get(1)?.voxels).toBe(2);
  });
  it('is loaded once, and takes the place of the one of its series', async () => {
    server();
    const { ohif, segmentations } = fakeOhif();
    await newMask(ohif, CT, [{ number: 1, label: 'Liver', kind: 'liver' }]);
    const [one, other] = await Promise.all([loadMask(ohif, '2.25.1'), loadMask(ohif, '2.25.1')]);
    expect(one.id).toBe(other.id);
    expect([...segmentations.keys()]).toEqual([one.id]);
    expect(masks.openMasks().map(mask => mask.id)).toEqual([one.id]);
  });
  it('never takes the place of strokes that are not saved', async () => {
    server();
    const { ohif } = fakeOhif();
    const mask = await newMask(ohif, CT, [{ number: 1, label: 'Liver', kind: 'liver' }]);
    masks.change(mask.id, { dirty: true });
    await expect(loadMask(ohif, '2.25.1')).rejects.toMatchObject({ problem: 'unsavedFirst' });
    expect(masks.openMasks()).toHaveLength(1);
  });
});

describe('a saved mask', () => {
  it('is a new version of the one that was loaded, and then of itself', async () => {
    const sent = server();
    const { ohif } = fakeOhif();
    const { id } = await loadMask(ohif, '2.25.1');
    for (let time = 0; time < 2; time++) await saveMask(ohif, masks.maskWith(id)!);
    expect(sent.map(({ header }) => header.derived_from)).toEqual(['2.25.1', '2.25.101']);
    expect(sent[1]?.header.segments).toEqual([liver, nodule]);
  });
  it('is of its own when it was drawn here', async () => {
    const sent = server();
    const { ohif, voxels } = fakeOhif();
    const mask = await newMask(ohif, CT, [{ number: 1, label: 'Liver', kind: 'liver' }]);
    voxels.get(mask.id)?.[1]?.set([1], 5);
    await saveMask(ohif, mask);
    expect(sent[0]?.header).not.toHaveProperty('derived_from');
    expect(sent[0]?.slices[1]?.[5]).toBe(1);
    expect(masks.maskWith(mask.id)).toMatchObject({ stored: '2.25.101', dirty: false });
  });
  it('knows the tracking UIDs of its segments by the numbers of the viewer, though the server counts anew', async () => {
    server();
    const { ohif, voxels } = fakeOhif();
    const named = ['Liver', 'Nodule 1', 'Nodule 2'].map((label, index) => ({ number: index + 1, label, kind: index ? ('nodule' as const) : ('liver' as const) }));
    const mask = await newMask(ohif, CT, named);
    voxels.get(mask.id)?.[0]?.set([3, 3], 10);
    await saveMask(ohif, mask);
    expect(masks.maskWith(mask.id)?.known.find(one => one.number === 3)).toEqual({ number: 3, kind: 'nodule', tracking_uid: '2.25.703' });
    expect(masks.maskWith(mask.id)?.known.find(one => one.number === 2)?.tracking_uid).toBeUndefined();
  });
  it('stays unsaved for strokes that came while it was stored', async () => {
    server();
    const { ohif, voxels } = fakeOhif();
    const mask = await newMask(ohif, CT, [{ number: 1, label: 'Liver', kind: 'liver' }]);
    voxels.get(mask.id)?.[0]?.set([1], 0);
    const saving = saveMask(ohif, mask);
    voxels.get(mask.id)?.[0]?.set([1], 1);
    await saving;
    expect(masks.maskWith(mask.id)?.dirty).toBe(true);
  });
  it('names the frames of a multi-frame image', async () => {
    const sent = server();
    const { ohif, voxels } = fakeOhif({ frames: true });
    const mask = await newMask(ohif, CT, [{ number: 1, label: 'Liver', kind: 'liver' }]);
    voxels.get(mask.id)?.[0]?.set([1]);
    await saveMask(ohif, mask);
    expect(sent[0]?.header.sops).toEqual([`${CT}.0/frames/1`, `${CT}.0/frames/2`]);
  });
});

it('a mask that OHIF made itself is known by its series, and has nothing of what is stored elsewhere', async () => {
  server('1.2.999');
  const { ohif, segmentations } = fakeOhif();
  const { id } = await newMask(ohif, CT, [{ number: 1, label: 'Liver', kind: 'liver' }]);
  masks.dropAll();
  expect(segmentations.has(id)).toBe(true);
  expect(await adopt(ohif, id)).toMatchObject({ series: CT, stored: null, dirty: false });
});

it.each([
  ['wadors:http://x/instances/1.2/frames/3', true, '1.2/frames/3'],
  ['wadors:http://x/instances/1.2/frames/1', false, '1.2'],
  ['dicomweb:http://x/wado?objectUID=1.2&frame=4', true, '1.2/frames/4'],
])('a slice is named by %s', (imageId, isMultiFrame, name) => expect(sliceName('1.2', isMultiFrame, imageId)).toBe(name));
