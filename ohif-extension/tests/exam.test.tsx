import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SurroundingsProvider, surroundings } from '../src/context';
import { Masks, Phases } from '../src/panels/Exam';
import * as presegment from '../src/presegment';
import * as masks from '../src/segmentation/masks';
import { newMask } from '../src/segmentation/viewer';
import * as store from '../src/store';
import type { CarriedMasks, Job, Language, SegmentationInfo, SeriesInfo, StudyInfo } from '../src/types/api';
import { fakeOhif, type Fake } from './ohif';

const series = (uid: string, change: Partial<SeriesInfo> = {}): SeriesInfo => ({
  series_instance_uid: uid,
  modality: 'CT',
  description: `Series ${uid}`,
  instances: 24,
  phase: 'arterial',
  phase_confidence: 0.9,
  phase_reason: 'The scan began 35 s after the contrast injection.',
  ...change,
});
const MASK: SegmentationInfo = { sop_instance_uid: '5.1', series_instance_uid: '5', source_series_instance_uid: '1', segments: [] };

let root: Root;
let place: HTMLElement;
let fake: Fake;

const info = (all: SeriesInfo[], segmentations: SegmentationInfo[] = []): StudyInfo =>
  ({ patient_id: 'HEP-X', series: all, reports: [], segmentations }) as unknown as StudyInfo;

function show(language: Language = 'en', role = 'radiologist'): void {
  const around = surroundings(language, role, fake.ohif);
  flushSync(() =>
    root.render(
      <SurroundingsProvider value={around}>
        <Phases />
        <Masks />
      </SurroundingsProvider>,
    ),
  );
}

const choose = (select: Element | null, value: string): void => {
  if (!(select instanceof HTMLSelectElement)) throw new Error('no select');
  select.value = value;
  flushSync(() => select.dispatchEvent(new Event('change', { bubbles: true })));
};
const click = (name: string): void => flushSync(() => (all(name)[0] as HTMLElement).click());
const all = (name: string): Element[] => [...place.querySelectorAll(`[data-cy="${name}"]`)];

beforeEach(() => {
  window.localStorage.clear();
  fake = fakeOhif({ series: ['1', '2', '3'] });
  masks.dropAll();
  store.set({ info: info([series('1')]), phases: {}, dirty: false, busy: false, carried: null, studyUid: '1.2' });
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});
afterEach(() => {
  root.unmount();
  place.remove();
  vi.unstubAllGlobals();
});

describe('the phase of a series', () => {
  it('is corrected by choosing another, and kept in the draft', () => {
    show();
    choose(all('phase')[0] ?? null, 'equilibrium');
    expect(store.getState()).toMatchObject({ phases: { '1': 'equilibrium' }, dirty: true });
    expect(window.localStorage.getItem('hepatia:draft::1.2')).toContain('"phases":{"1":"equilibrium"}');
    show();
    expect((all('phase')[0] as HTMLSelectElement).value).toBe('equilibrium');
    expect(place.textContent).toContain('Corrected by you');
  });
  it('is marked where it is uncertain, in the language of the reader, and no longer once corrected', () => {
    store.set({ info: info([series('1'), series('2', { phase_confidence: 0.5 })]) });
    show('pt');
    expect(all('phase-uncertain').map(one => one.textContent)).toEqual([expect.stringContaining('incerta')]);
    store.set({ phases: { '2': 'other' } });
    show('pt');
    expect(all('phase-uncertain')).toEqual([]);
  });
  it('is only shown to who may not write', () => {
    show('en', 'scientist');
    expect(all('phase')).toEqual([]);
    expect(place.querySelector('.ph-art')?.textContent).toBe('ART');
  });
});

describe('carrying a mask', () => {
  const result: CarriedMasks = {
    source: '5.1',
    carried: [
      {
        series_instance_uid: '2',
        segmentation: { sop_instance_uid: '6.1', series_instance_uid: '6', segments: [] },
        registration: { sop_instance_uid: '7.1', moved_mm: 7.97, turned_deg: 0.2 },
        existing: ['4.1'],
        warnings: ['Segment 2 has no voxel in this series.'],
      },
    ],
    refused: [{ series_instance_uid: '3', reason: 'Another frame of reference.' }],
  };
  beforeEach(() => store.set({ info: info([series('1'), series('2', { phase: 'equilibrium' })], [MASK]) }));

  it('asks for the phases that are chosen, as it is or with registration', () => {
    // Without an end: what follows an answer needs a viewer.
    const fetch = vi.fn(() => new Promise<Response>(() => undefined));
    vi.stubGlobal('fetch', fetch);
    store.set({ info: info([series('1'), series('2', { phase: 'equilibrium' }), series('3', { phase: 'non_contrast' })], [MASK]) });
    show();
    click('carry');
    const boxes = place.querySelectorAll<HTMLInputElement>('[data-cy="carry-choice"] input');
    expect([...boxes].map(one => one.checked)).toEqual([true, true]);
    flushSync(() => boxes[0]?.click());
    choose(all('carry-how')[0] ?? null, 'none');
    click('carry-mask');
    const calls = fetch.mock.calls as unknown as [string, RequestInit][];
    const asked = calls.find(([url]) => url.endsWith('/segmentations/5.1/carry'));
    expect(JSON.parse(String(asked?.[1].body))).toEqual({ registration: 'none', series: ['2'] });
  });
  it('waits until the mask of this phase is saved', async () => {
    const mask = await newMask(fake.ohif, '1', [{ number: 1, label: 'Liver', kind: 'liver' }]);
    masks.change(mask.id, { dirty: true });
    show();
    click('carry');
    expect(all('carry-mask')[0]).toHaveProperty('disabled', true);
    expect(place.textContent).toContain('Save the mask of this phase first');
  });
  it('tells which series got a mask, and which did not and why', () => {
    store.set({ carried: result });
    show();
    const told = all('carried')[0]?.textContent ?? '';
    for (const text of ['EQ', 'moved 8.0 mm', 'beside masks', 'Segment 2 has no voxel', 'Another frame of reference.']) expect(told).toContain(text);
  });
  it('is not offered to who may not write', () => {
    show('en', 'scientist');
    expect(all('carry')).toEqual([]);
  });
});

describe('the table of masks', () => {
  const cells = (uid: string): string[] => [...place.querySelectorAll(`[data-cy="mask-row"][data-series="${uid}"] td`)].map(one => one.querySelector('[role="img"]')?.getAttribute('aria-label') ?? one.textContent ?? '');
  const segment = (kind: 'liver' | 'nodule') => ({ number: kind === 'liver' ? 1 : 2, label: kind, kind });

  it('has one row for each phase: what is stored, what is not there', () => {
    store.set({ info: info([series('1'), series('2', { phase: 'portal_venous' })], [{ ...MASK, segments: [segment('liver')] }]) });
    show();
    expect(cells('1')).toEqual(['ART', 'saved', 'none', '–', 'saved']);
    expect(cells('2')).toEqual(['PV', 'none', 'none', '–', '–']);
  });
  it('says what a model drew and nobody has looked at', () => {
    const model = { name: 'm', version: '1', type: 'AUTOMATIC' as const };
    store.set({ info: info([series('1')], [{ ...MASK, algorithm: model, segments: [segment('liver')] }]) });
    show();
    expect(cells('1')[4]).toBe('algorithm, not reviewed');
  });
  it('counts strokes that are not saved, with the volume of what is painted', async () => {
    const mask = await newMask(fake.ohif, '1', [{ number: 1, label: 'Liver', kind: 'liver' }, { number: 2, label: 'Nodule 1', kind: 'nodule' }]);
    const [pixels] = fake.voxels.get(mask.id) ?? [];
    pixels?.fill(1, 0, 60);
    masks.look(mask.id, { pixels: fake.voxels.get(mask.id) ?? [], columns: 8, spacing: { rowMm: 2, columnMm: 1 } });
    masks.change(mask.id, { dirty: true });
    show('pt');
    expect(cells('1')).toEqual(['ART', 'não salva', 'nenhuma', '0', 'não salva']);
    expect(all('segment-row').map(one => one.textContent)).toEqual(['Liver0 cm³', 'Nodule 1–']);
  });
  it('says how far a model is', () => {
    const job = { job: 'j', state: 'running', progress: 0.62, parameters: { series: '1', model: 'liver' } } as unknown as Job;
    vi.spyOn(presegment, 'getPresegmentation').mockReturnValue({ models: null, jobs: [job], problem: '', chosen: '', isToLoad: false });
    show();
    expect(cells('1')).toEqual(['ART', 'running', 'running', '–', 'pre-segmenting 62 %']);
    vi.restoreAllMocks();
  });
  it('folds earlier versions away', () => {
    const versions = ['5.1', '5.2', '5.3'].map((uid, index) => ({ ...MASK, sop_instance_uid: uid, description: uid, replaces: index === 1 ? ['5.1'] : [] }));
    store.set({ info: info([series('1')], versions) });
    show();
    expect(all('mask-version').map(one => one.querySelector('.why')?.textContent)).toEqual(['5.2', '5.1']);
  });
});

it('a second series of a phase says so', () => {
  store.set({ info: info([series('1', { phase: 'portal_venous' }), series('2', { phase: 'portal_venous' })]) });
  show();
  expect(all('phase-row').map(one => one.textContent?.includes('also PV'))).toEqual([false, true]);
});
