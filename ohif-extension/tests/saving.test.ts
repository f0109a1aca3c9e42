import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Server, report } from './server';

let server: Server;

const freshStore = async () => {
  vi.resetModules();
  return import('../src/store');
};
const answersOf = (value: string) => ({ patient: { cirrhosis: value } });

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

describe('a newer version by another', () => {
  const mine = report('2.25.1');
  const theirs = report('2.25.2', { replaces: ['2.25.1'], author: 'Lima^Rafael', author_login: 'rafael', state: 'complete', answers: answersOf('yes') });

  const edit = async () => {
    server.study.reports = [mine];
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'afp', 7);
    server.study.reports = [mine, theirs];
    expect(await store.save('complete')).toBeNull();
    return store;
  };

  it('is shown instead of being replaced; nothing is lost', async () => {
    const store = await edit();
    expect(server.study.reports).toHaveLength(2);
    expect(store.getState()).toMatchObject({ conflict: { newer: theirs, wanted: 'complete' }, problem: null, dirty: true, busy: false });
    expect(store.getState().answers).toEqual({ patient: { cirrhosis: 'no', afp: 7 } });
  });
  it('is replaced when the reader says so', async () => {
    const store = await edit();
    expect(await store.saveMine()).toBe('2.25.8');
    expect(server.posted.at(-1)).toMatchObject({ replaces: '2.25.2', state: 'complete', answers: { patient: { cirrhosis: 'no', afp: 7 } } });
    expect(store.getState()).toMatchObject({ conflict: null, dirty: false });
  });
  it('is taken when the reader says so', async () => {
    const store = await edit();
    store.takeNewer();
    expect(store.getState()).toMatchObject({ report: theirs, answers: answersOf('yes'), dirty: false, conflict: null });
    await vi.advanceTimersByTimeAsync(10);
    expect(server.draft).toBeNull();
  });
  it('is told on opening a draft that was begun from the one before', async () => {
    server.study.reports = [mine, theirs];
    server.keepElsewhere({ answers: { patient: { afp: 7 } }, replaces: '2.25.1' });
    const store = await freshStore();
    await store.open('1.2');
    expect(store.getState()).toMatchObject({ report: mine, conflict: { newer: theirs }, answers: { patient: { afp: 7 } } });
    store.discardDraft();
    expect(store.getState()).toMatchObject({ report: theirs, conflict: null, dirty: false });
  });
  it('is told also where it is the first one', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'afp', 7);
    server.study.reports = [theirs];
    expect(await store.save('draft')).toBeNull();
    expect(server.posted).toEqual([]);
    expect(store.getState().conflict?.newer).toEqual(theirs);
  });
});

describe('while a report is being saved', () => {
  it('answers may be given, and are the beginning of the next version', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    const saving = store.save('draft');
    while (server.posted.length === 0) await vi.advanceTimersByTimeAsync(1);
    store.answer('patient', null, 'afp', 7);
    await saving;
    expect(store.getState()).toMatchObject({ answers: { patient: { cirrhosis: 'yes', afp: 7 } }, dirty: true, report: { answers: answersOf('yes') } });
    await vi.advanceTimersByTimeAsync(1100);
    expect(server.draft).toMatchObject({ replaces: '2.25.9', answers: { patient: { afp: 7 } } });
  });
});

describe('a finished report', () => {
  const theirs = report('2.25.2', { author_login: 'julia', state: 'complete' });

  it('is verified as it stands', async () => {
    server.study.reports = [theirs];
    const store = await freshStore();
    await store.open('1.2');
    expect(await store.save('verified')).toBe('2.25.8');
    expect(server.posted).toEqual([{}]);
    expect(store.getState().report).toMatchObject({ state: 'verified', replaces: ['2.25.2'], author_login: 'julia' });
  });
  it('is read, until a new version is begun', async () => {
    server.study.reports = [theirs];
    const store = await freshStore();
    await store.open('1.2');
    const { isLocked } = await import('../src/panels/commands');
    expect(isLocked()).toBe(true);
    store.revise();
    expect(isLocked()).toBe(false);
    store.answer('patient', null, 'afp', 7);
    await store.save('draft');
    expect(server.posted[0]).toMatchObject({ replaces: '2.25.2', state: 'draft' });
    expect(isLocked()).toBe(false);
  });
});
