import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReportInfo, StudyInfo } from '../src/types/api';
import { schema } from './template';

const report = (sop: string, change: Partial<ReportInfo> = {}): ReportInfo => ({
  sop_instance_uid: sop,
  template: 'liver-ct',
  version: 1,
  answers: { patient: { cirrhosis: 'no' } },
  state: 'draft',
  author: 'Souza^Ana',
  author_login: 'ana',
  role: 'radiologist',
  created: '2026-01-01T10:00:00',
  replaces: [],
  segmentation: null,
  flags: [],
  ...change,
});

let study: StudyInfo;
let posted: Record<string, unknown>[];

function serve(url: string, init?: RequestInit): Response {
  const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status });
  if (url.endsWith('/me')) return json({ user: 'ana', name: 'Souza^Ana', role: 'radiologist' });
  if (url.includes('/templates/')) return json({ id: 'liver-ct', version: 1, title: 'Liver CT', schema });
  if (init?.method === 'POST') {
    const body = JSON.parse(String(init.body)) as Record<string, unknown>;
    posted.push(body);
    study = { ...study, reports: [...study.reports, report('2.25.9', { answers: body.answers as never })] };
    return json({ sop_instance_uid: '2.25.9', series_instance_uid: '2.25.8', state: 'draft', nodules: [] }, 201);
  }
  return json(study);
}

/** The store is a module: each test takes a fresh one, as a reloaded page does; localStorage stays. */
const freshStore = async () => {
  vi.resetModules();
  return import('../src/store');
};

beforeEach(() => {
  window.localStorage.clear();
  posted = [];
  study = { patient_id: 'HEP-X', sex: 'M', age: 63, study_date: '2020-01-01', series: [], reports: [], segmentations: [] };
  vi.stubGlobal('fetch', vi.fn((url: string, init?: RequestInit) => Promise.resolve(serve(url, init))));
});
afterEach(() => vi.unstubAllGlobals());

describe('drafts', () => {
  it('stay when the panel is opened again, and after a reload of the page', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    await store.open('1.2');
    expect(store.getState().answers).toEqual({ patient: { cirrhosis: 'yes' } });

    const reloaded = await freshStore();
    await reloaded.open('1.2');
    expect(reloaded.getState()).toMatchObject({ answers: { patient: { cirrhosis: 'yes' } }, restored: true, dirty: true });
  });
  it('belong to their study', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    await store.open('1.3');
    expect(store.getState().answers).toEqual({});
  });
  it('are gone when discarded', async () => {
    study.reports = [report('2.25.1')];
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    store.discardDraft();
    expect(store.getState()).toMatchObject({ answers: { patient: { cirrhosis: 'no' } }, dirty: false });
  });
});

describe('saving', () => {
  it('replaces the report that was open, and forgets the draft', async () => {
    study.reports = [report('2.25.1')];
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    expect(await store.save('draft')).toBe('2.25.8');
    expect(posted).toEqual([{ template: 'liver-ct', answers: { patient: { cirrhosis: 'yes' } }, state: 'draft', replaces: '2.25.1' }]);
    expect(store.getState()).toMatchObject({ dirty: false, busy: false, report: { sop_instance_uid: '2.25.9' } });
    expect(window.localStorage.length).toBe(0);
  });
  it('sends the phases that the reader corrected, and only then', async () => {
    study.reports = [report('2.25.1', { phases: { '1.1': 'arterial' } })];
    const store = await freshStore();
    await store.open('1.2');
    expect(store.getState().phases).toEqual({ '1.1': 'arterial' });
    store.correctPhase('1.2', 'other');
    await store.save('draft');
    expect(posted[0]).toMatchObject({ phases: { '1.1': 'arterial', '1.2': 'other' } });
  });
  it('brings corrections back after a reload of the page, and forgets them when discarded', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.correctPhase('1.1', 'equilibrium');
    const reloaded = await freshStore();
    await reloaded.open('1.2');
    expect(reloaded.getState()).toMatchObject({ phases: { '1.1': 'equilibrium' }, restored: true });
    reloaded.discardDraft();
    expect(reloaded.getState().phases).toEqual({});
  });
  it('keeps everything when it is refused, and shows the tab of the item', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.addMember('nodules');
    const error = { code: 'answers_invalid', message: 'No.', path: 'nodules.0.lirads' };
    vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response(JSON.stringify({ error }), { status: 422 }))));
    expect(await store.save('complete')).toBeNull();
    expect(store.getState()).toMatchObject({ tab: 'nodules', dirty: true, answers: { nodules: [{}] }, problem: { path: 'nodules.0.lirads' } });
  });
});

describe('the report that is opened', () => {
  it('is one that nothing replaces, one’s own first', async () => {
    const { latest } = await freshStore();
    const reports = [report('1'), report('2', { replaces: ['1'] }), report('3', { author_login: 'bea' })];
    expect(latest(reports, 'ana')?.sop_instance_uid).toBe('2');
    expect(latest(reports, 'caio')?.sop_instance_uid).toBe('3');
    expect(latest([], 'ana')).toBeNull();
  });
});

describe('nodules', () => {
  it('are added, chosen and removed', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.addMember('nodules');
    store.addMember('nodules');
    store.answer('nodules', 1, 'lirads', 'LR-5');
    store.removeMember('nodules', 0);
    expect(store.getState()).toMatchObject({ answers: { nodules: [{ lirads: 'LR-5' }] }, nodule: 0 });
  });
});
