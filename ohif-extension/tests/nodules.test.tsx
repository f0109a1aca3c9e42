import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useSyncExternalStore, type ReactElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SurroundingsProvider, surroundings } from '../src/context';
import { nodulesOf } from '../src/lirads';
import { PANEL_COMMANDS } from '../src/panels/commands';
import { Leave } from '../src/panels/Leave';
import { Nodules } from '../src/panels/Nodules';
import * as masks from '../src/segmentation/masks';
import { copyNodule } from '../src/segmentation/copying';
import { newMask, paintColors } from '../src/segmentation/viewer';
import * as store from '../src/store';
import { say } from '../src/texts';
import type { StudyInfo, Template } from '../src/types/api';
import { CT, fakeOhif, SIZE, type Fake } from './ohif';
import { item, schema } from './template';

const ART = '1.2.4';
const number = { ...item('number', true), type: 'number', exclusiveMinimum: 0 };
const TEMPLATE: Template = {
  id: 'liver-ct',
  version: 1,
  title: 'Liver',
  schema: {
    ...schema,
    properties: {
      ...schema.properties,
      nodules: { type: 'array', 'x-hepatia': schema.properties.nodules!['x-hepatia'], items: { properties: { tracking_uid: item('hidden'), diameter_mm: number } } },
    },
  },
};
let fake: Fake;
let minted = 0;

const series = [
  { series_instance_uid: CT, modality: 'CT', phase: 'portal_venous', instances: 2, description: '' },
  { series_instance_uid: ART, modality: 'CT', phase: 'arterial', instances: 2, description: '' },
];

function Shown({ role = 'radiologist' }: { role?: string }): ReactElement {
  useSyncExternalStore(store.subscribe, store.getState);
  return (
    <SurroundingsProvider value={surroundings('en', role, fake.ohif)}>
      <Nodules template={TEMPLATE} />
    </SurroundingsProvider>
  );
}

beforeEach(() => {
  fake = fakeOhif({ series: [CT, ART] });
  masks.dropAll();
  minted = 0;
  vi.stubGlobal(
    'fetch',
    vi.fn((url: string) => Promise.resolve(url.endsWith('/tracking-uids') ? Response.json({ tracking_uid: `2.25.${(minted += 1)}` }) : Response.json({}, { status: 500 }))),
  );
  window.localStorage.clear();
  store.set({ studyUid: '1.2', template: TEMPLATE, answers: {}, sources: {}, phases: {}, nodule: 0, busy: false, problem: null, me: { user: 'ana', name: 'Souza^Ana', role: 'radiologist' }, report: null, info: { series, reports: [], segmentations: [] } as unknown as StudyInfo });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const nodules = () => nodulesOf(store.getState().answers);
const by = (name: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-cy="${name}"]`);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
};
const none = (name: string): boolean => document.querySelector(`[data-cy="${name}"]`) === null;

/** Paint a row of a segment into a slice. */
function paint(mask: masks.OpenMask, number: number, voxels = 4): void {
  const pixels = fake.voxels.get(mask.id) ?? [];
  pixels[1]?.fill(number, number * SIZE, number * SIZE + voxels);
  masks.look(mask.id, { pixels, columns: SIZE, spacing: { rowMm: 2, columnMm: 1 } });
  store.set({});
}

describe('adding a nodule', () => {
  it('makes a row, a segment with the same tracking UID, and takes the brush, in one click', async () => {
    render(<Shown />);
    await userEvent.click(by('add-nodule'));
    await vi.waitFor(() => expect(fake.commands).toContainEqual(['setToolActiveToolbar', { toolName: 'CircularBrush' }]));
    expect(nodules()).toEqual([{ tracking_uid: '2.25.1' }]);
    const [mask] = masks.openMasks();
    expect(mask).toMatchObject({ series: CT, dirty: false });
    expect(mask?.known).toEqual([{ number: 1, kind: 'liver' }, { number: 2, kind: 'nodule', tracking_uid: '2.25.1' }]);
    expect(fake.commands).toContainEqual(['segment', [mask?.id, 2]]);
  });
  it('goes on in the mask that is there, by the key A', async () => {
    const mask = await newMask(fake.ohif, CT, [{ number: 1, label: 'Liver', kind: 'liver' }]);
    PANEL_COMMANDS.hepatiaAddNodule?.(fake.ohif);
    await vi.waitFor(() => expect(fake.commands).toContainEqual(['segment', [mask.id, 2]]));
    await vi.waitFor(() => expect(store.getState().busy).toBe(false));
    PANEL_COMMANDS.hepatiaAddNodule?.(fake.ohif);
    await vi.waitFor(() => expect(fake.commands).toContainEqual(['segment', [mask.id, 3]]));
    expect(masks.openMasks()).toHaveLength(1);
    expect(masks.openMasks()[0]?.known.map(one => one.tracking_uid)).toEqual([undefined, '2.25.1', '2.25.2']);
  });
  it('changes nothing without a connection, and says so', async () => {
    vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new Error('down'))));
    render(<Shown />);
    await userEvent.click(by('add-nodule'));
    await vi.waitFor(() => expect(store.getState().problem?.message).toMatch(/connection/));
    expect(nodules()).toEqual([]);
    expect(masks.openMasks()).toEqual([]);
  });
  it('is not offered to who may not write', () => {
    render(<Shown role="scientist" />);
    expect(none('add-nodule')).toBe(true);
  });
  it('begins from a length, whose number and place it keeps', async () => {
    fake.measurements.push({ uid: 'm', toolName: 'Length', SOPInstanceUID: `${CT}.1`, referenceSeriesUID: CT, referenceStudyUID: '1.2', referencedImageId: `wadors:/instances/${CT}.1/frames/1`, points: [[0, 0, 3], [3, 4, 3]] });
    render(<Shown />);
    await userEvent.click(by('add-from-length'));
    await vi.waitFor(() => expect(nodules()).toEqual([{ tracking_uid: '2.25.1', diameter_mm: 5 }]));
    expect(store.getState().sources).toEqual({
      'nodules.2.25.1.diameter_mm': { kind: 'length', value: 5, series: CT, sop_instance_uid: `${CT}.1`, points: [0.5, 0.5, 3.5, 2.5] },
    });
    expect(by('source').textContent).toBe('Length · PV 2');
  });
});

describe('a segment that no nodule is', () => {
  it('is described with its own tracking UID', async () => {
    const mask = await newMask(fake.ohif, CT, [{ number: 1, label: 'Liver', kind: 'liver' }, { number: 2, label: 'Lesion', kind: 'nodule', tracking_uid: '2.25.77' }]);
    render(<Shown />);
    expect(none('undescribed')).toBe(true);
    paint(mask, 2);
    expect((await screen.findByText('Lesion')).textContent).toBe('Lesion');
    await userEvent.click(by('describe-segment'));
    await vi.waitFor(() => expect(nodules()).toEqual([{ tracking_uid: '2.25.77' }]));
    expect(none('undescribed')).toBe(true);
    expect(masks.openMasks()[0]?.dirty).toBe(false);
  });
  it('of another phase is said to be the same lesion, which is to be saved', async () => {
    const mask = await newMask(fake.ohif, CT, [{ number: 2, label: 'Lesion', kind: 'nodule', tracking_uid: '2.25.77' }]);
    store.set({ answers: { nodules: [{ tracking_uid: '2.25.5' }] } });
    render(<Shown />);
    paint(mask, 2);
    await userEvent.click(by('nodule-menu'));
    await userEvent.click(by('same-as-2'));
    await vi.waitFor(() => expect(masks.openMasks()[0]).toMatchObject({ dirty: true, touched: true }));
    expect(masks.openMasks()[0]?.known).toEqual([{ number: 2, kind: 'nodule', tracking_uid: '2.25.5' }]);
  });
});

describe('a diameter', () => {
  const lesion = async (): Promise<masks.OpenMask> => {
    const mask = await newMask(fake.ohif, CT, [{ number: 2, label: 'Nodule 1', kind: 'nodule', tracking_uid: '2.25.5' }]);
    store.set({ answers: { nodules: [{ tracking_uid: '2.25.5', diameter_mm: 9 }] } });
    return mask;
  };
  it('that was typed says so, and can be taken from the mask by one click, never by itself', async () => {
    const mask = await lesion();
    render(<Shown />);
    paint(mask, 2, 6);
    await vi.waitFor(() => expect(by('offer-mask').textContent).toContain('Mask long axis 6.0 mm · PV 2'));
    expect(by('source').textContent).toBe('typed');
    expect(nodules()[0]?.diameter_mm).toBe(9);
    await userEvent.click(by('use-mask'));
    expect(nodules()[0]?.diameter_mm).toBe(6);
    expect(by('source').textContent).toBe('mask · PV');
    expect(none('offer-mask')).toBe(true);
    paint(mask, 2, 8);
    await vi.waitFor(() => expect(by('offer-mask').textContent).toContain('8.0 mm'));
    expect(nodules()[0]?.diameter_mm).toBe(6);
  });
  it('is offered from a length that lies on the nodule, not from one elsewhere', async () => {
    const mask = await lesion();
    paint(mask, 2, 6);
    const drawn = (uid: string, row: number) => ({ uid, toolName: 'Length', SOPInstanceUID: `${CT}.1`, referenceSeriesUID: CT, referenceStudyUID: '1.2', referencedImageId: `wadors:/instances/${CT}.1/frames/1`, points: [[0, row, 3], [5, row, 3]] as [number, number, number][] });
    fake.measurements.push(drawn('on', 4), drawn('off', 12));
    render(<Shown />);
    expect(document.querySelectorAll('[data-cy="offer-length"]')).toHaveLength(1);
    await userEvent.click(by('use-length'));
    expect(by('source').textContent).toBe('Length · PV 2');
    expect(nodules()[0]?.diameter_mm).toBe(5);
  });
});

describe('the table', () => {
  it('shows in which phases a nodule is outlined, here or stored', async () => {
    const mask = await newMask(fake.ohif, CT, [{ number: 2, label: 'Nodule 1', kind: 'nodule', tracking_uid: '2.25.5' }]);
    const stored = { sop_instance_uid: '9', series_instance_uid: '8', source_series_instance_uid: ART, segments: [{ number: 1, label: 'x', kind: 'nodule', tracking_uid: '2.25.5' }] };
    store.set({ answers: { nodules: [{ tracking_uid: '2.25.5' }] }, info: { series, reports: [], segmentations: [stored] } as unknown as StudyInfo });
    render(<Shown />);
    expect(by('nodule-masks').getAttribute('aria-label')).toBe('Masks: ART');
    paint(mask, 2);
    await vi.waitFor(() => expect(by('nodule-masks').getAttribute('aria-label')).toBe('Masks: ART, PV'));
  });
  it('takes a removed nodule back, in its place and with all that was said', async () => {
    store.set({ answers: { nodules: [{ tracking_uid: '1', diameter_mm: 4 }, { tracking_uid: '2' }] } });
    render(<Shown />);
    await userEvent.click(by('nodule-menu'));
    await userEvent.click(within(by('nodule-menu').parentElement!).getByRole('menuitem', { name: 'Delete' }));
    expect(nodules()).toEqual([{ tracking_uid: '2' }]);
    await userEvent.click(by('undo-remove'));
    expect(nodules()).toEqual([{ tracking_uid: '1', diameter_mm: 4 }, { tracking_uid: '2' }]);
    expect(none('nodule-removed')).toBe(true);
  });
  it('has colours that are those of the segments in every phase', async () => {
    store.set({ answers: { nodules: [{ tracking_uid: '1' }, { tracking_uid: '2' }] } });
    const mask = await newMask(fake.ohif, CT, [{ number: 5, label: 'x', kind: 'nodule', tracking_uid: '2' }]);
    paintColors(fake.ohif, mask);
    expect(fake.colors.get(`${mask.id} 5`)).toEqual([252, 108, 162, 255]);
  });
});

it('a nodule is copied to another phase; its liver takes it, other nodules stay', async () => {
  store.set({ answers: { nodules: [{ tracking_uid: '1' }] } });
  const from = await newMask(fake.ohif, CT, [{ number: 3, label: 'Nodule 1', kind: 'nodule', tracking_uid: '1' }]);
  const to = await newMask(fake.ohif, ART, [{ number: 1, label: 'Liver', kind: 'liver' }, { number: 2, label: 'Other', kind: 'nodule', tracking_uid: '9' }]);
  paint(from, 3, 4);
  fake.voxels.get(to.id)?.[1]?.set([1, 2, 0], 3 * SIZE);
  await copyNodule(fake.ohif, 0, ART);
  expect([...(fake.voxels.get(to.id)?.[1]?.slice(3 * SIZE, 3 * SIZE + 5) ?? [])]).toEqual([3, 2, 3, 3, 0]);
  expect(masks.maskWith(to.id)?.known.find(one => one.number === 3)?.tracking_uid).toBe('1');
});

describe('leaving a study with an unsaved mask', () => {
  const ask = async (): Promise<{ close: ReturnType<typeof vi.fn>; leave: ReturnType<typeof vi.fn> }> => {
    const mask = await newMask(fake.ohif, CT, [{ number: 1, label: 'Liver', kind: 'liver' }]);
    paint(mask, 1);
    masks.change(mask.id, { dirty: true });
    const [close, leave] = [vi.fn(), vi.fn()];
    render(<Leave ohif={fake.ohif} t={say('en')} close={close} leave={leave} />);
    return { close, leave };
  };
  it('names the phase, and stays when asked to', async () => {
    const { close, leave } = await ask();
    expect(by('leave-dialog').textContent).toContain('Mask (Portal venous) has changes that are not saved');
    await userEvent.click(by('leave-stay'));
    expect([close.mock.calls.length, leave.mock.calls.length]).toEqual([1, 0]);
  });
  it('does not leave when the mask could not be saved', async () => {
    const { close, leave } = await ask();
    await userEvent.click(by('leave-save'));
    await vi.waitFor(() => expect(close).toHaveBeenCalled());
    expect(leave).not.toHaveBeenCalled();
    expect(masks.dirtyMasks()).toHaveLength(1);
    expect(store.getState().problem).not.toBeNull();
  });
  it('leaves without it when it is discarded, here and on the server', async () => {
    const { leave } = await ask();
    await userEvent.click(by('leave-discard'));
    await vi.waitFor(() => expect(leave).toHaveBeenCalled());
    expect(masks.dirtyMasks()).toEqual([]);
    const calls = vi.mocked(fetch).mock.calls as unknown as [string, RequestInit][];
    expect(calls.some(([url, init]) => url.endsWith(`/series/${CT}/mask-draft`) && init.method === 'DELETE')).toBe(true);
  });
});
