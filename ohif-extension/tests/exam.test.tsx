import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SurroundingsProvider, surroundings } from '../src/context';
import { Masks, Phases } from '../src/panels/Exam';
import * as store from '../src/store';
import type { CarriedMasks, Language, SegmentationInfo, SeriesInfo, StudyInfo } from '../src/types/api';
import type { Ohif } from '../src/types/ohif';

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

const info = (all: SeriesInfo[], segmentations: SegmentationInfo[] = []): StudyInfo =>
  ({ patient_id: 'HEP-X', series: all, reports: [], segmentations }) as unknown as StudyInfo;

function show(language: Language = 'en', role = 'radiologist'): void {
  const around = surroundings(language, role, {} as Ohif);
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
const all = (name: string): Element[] => [...place.querySelectorAll(`[data-cy="${name}"]`)];

beforeEach(() => {
  window.localStorage.clear();
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

  it('asks for it as it is or with registration', () => {
    // Without an end: what follows an answer needs a viewer.
    const fetch = vi.fn(() => new Promise<Response>(() => undefined));
    vi.stubGlobal('fetch', fetch);
    show();
    choose(all('carry-mask')[0] ?? null, 'rigid');
    const calls = fetch.mock.calls as unknown as [string, RequestInit][];
    const asked = calls.find(([url]) => url.endsWith('/segmentations/5.1/carry'));
    expect(JSON.parse(String(asked?.[1].body))).toEqual({ registration: 'rigid' });
  });
  it('tells which series got a mask, and which did not and why', () => {
    store.set({ carried: result });
    show();
    const told = all('carried')[0]?.textContent ?? '';
    for (const text of ['EQ', 'moved 8.0 mm', 'beside masks', 'Segment 2 has no voxel', 'Another frame of reference.']) expect(told).toContain(text);
  });
  it('is not offered to who may not write', () => {
    show('en', 'scientist');
    expect(all('carry-mask')).toEqual([]);
  });
});

it('masks that another one supersedes come last and say so', () => {
  const versions = ['5.1', '5.2', '5.3'].map((uid, index) => ({ ...MASK, sop_instance_uid: uid, description: uid, replaces: index === 1 ? ['5.1'] : [] }));
  store.set({ info: info([series('1')], versions) });
  show();
  expect(all('mask-row').map(one => one.querySelector('.why')?.textContent)).toEqual(['5.2', '5.3', 'Superseded · 5.1']);
});
