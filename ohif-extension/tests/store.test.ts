import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Server, report } from './server';

let server: Server;

/** The store is a module: each test takes a fresh one, as a reloaded page does; localStorage stays. */
const freshStore = async () => {
  vi.resetModules();
  return import('../src/store');
};

beforeEach(() => {
  // A store of an earlier test must not keep its draft into this one.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  window.localStorage.clear();
  server = new Server().install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('drafts', () => {
  it('stay when the panel is opened again, and after a reload of the page', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    await store.open('1.2');
    expect(store.getState().answers).toEqual({ patient: { cirrhosis: 'yes' } });

    const reloaded = await freshStore();
    await reloaded.open('1.2');
    expect(reloaded.getState()).toMatchObject({ answers: { patient: { cirrhosis: 'yes' } }, restored: expect.any(String), dirty: true });
  });
  it('belong to their study', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    await store.open('1.3');
    expect(store.getState().answers).toEqual({});
  });
  it('are gone when discarded', async () => {
    server.study.reports = [report('2.25.1')];
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    store.discardDraft();
    expect(store.getState()).toMatchObject({ answers: { patient: { cirrhosis: 'no' } }, dirty: false });
  });
});

describe('a search', () => {
  it('opens the panel at the nodule that it found', async () => {
    window.history.replaceState(null, '', '/?StudyInstanceUIDs=1.2&nodule=2.25.12');
    server.study.reports = [report('2.25.1', { answers: { nodules: [{ tracking_uid: '2.25.11' }, { tracking_uid: '2.25.12' }] } })];
    const store = await freshStore();
    await store.open('1.2');
    expect(store.getState()).toMatchObject({ tab: 'nodules', nodule: 1 });
    window.history.replaceState(null, '', '/');
  });
});

describe('saving', () => {
  it('replaces the report that was open, and forgets the draft', async () => {
    server.study.reports = [report('2.25.1')];
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    expect(await store.save('draft')).toBe('2.25.8');
    expect(server.posted).toEqual([{ template: 'liver-ct', answers: { patient: { cirrhosis: 'yes' } }, state: 'draft', replaces: '2.25.1' }]);
    expect(store.getState()).toMatchObject({ dirty: false, busy: false, report: { sop_instance_uid: '2.25.9' } });
    expect(window.localStorage.length).toBe(0);
    expect(server.draft).toBeNull();
  });
  it('sends the phases that the reader corrected, and only then', async () => {
    server.study.reports = [report('2.25.1', { phases: { '1.1': 'arterial' } })];
    const store = await freshStore();
    await store.open('1.2');
    expect(store.getState().phases).toEqual({ '1.1': 'arterial' });
    store.correctPhase('1.2', 'other');
    await store.save('draft');
    expect(server.posted[0]).toMatchObject({ phases: { '1.1': 'arterial', '1.2': 'other' } });
  });
  it('brings corrections back after a reload of the page, and forgets them when discarded', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.correctPhase('1.1', 'equilibrium');
    const reloaded = await freshStore();
    await reloaded.open('1.2');
    expect(reloaded.getState()).toMatchObject({ phases: { '1.1': 'equilibrium' }, restored: expect.any(String) });
    reloaded.discardDraft();
    expect(reloaded.getState().phases).toEqual({});
  });
  it('keeps everything when it is refused, and shows the tab of the item', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.addMember('nodules');
    server.refusal = { status: 422, code: 'answers_invalid', path: 'nodules.0.lirads' };
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
