import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Server, report } from './server';

let server: Server;

/** As a reloaded page has them, or another tab; localStorage stays. */
const freshStore = async () => {
  vi.resetModules();
  return import('../src/store');
};
const answersOf = (value: string) => ({ patient: { cirrhosis: value } });
const aSecond = () => vi.advanceTimersByTimeAsync(1100);

beforeEach(() => {
  vi.useFakeTimers();
  window.localStorage.clear();
  server = new Server().install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('what is answered', () => {
  it('is on the server within a second, once for many changes', async () => {
    const store = await freshStore();
    await store.open('1.2');
    for (const value of ['yes', 'no', 'yes']) store.answer('patient', null, 'cirrhosis', value);
    await aSecond();
    expect(server.puts.map(one => one.answers)).toEqual([answersOf('yes')]);
    expect(store.getState().keeping).toMatchObject({ state: 'server', at: expect.any(Date) });
    store.answer('patient', null, 'cirrhosis', 'no');
    await aSecond();
    expect(server.draft?.answers).toEqual(answersOf('no'));
  });
  it('is restored on another machine, and says when it was kept', async () => {
    const kept = server.keepElsewhere({ answers: answersOf('yes') });
    const store = await freshStore();
    await store.open('1.2');
    expect(store.getState()).toMatchObject({ answers: answersOf('yes'), restored: kept.kept, dirty: true, keeping: { state: 'server' } });
    await aSecond();
    expect(server.puts).toEqual([]);
  });
  it('is not restored where it is what was saved', async () => {
    server.study.reports = [report('2.25.1', { answers: answersOf('yes') })];
    server.keepElsewhere({ answers: { patient: { cirrhosis: 'yes', baseline: [] } }, replaces: '2.25.1' });
    const store = await freshStore();
    await store.open('1.2');
    expect(store.getState()).toMatchObject({ restored: null, dirty: false });
  });
  it('goes with the page, without waiting', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    window.dispatchEvent(new Event('pagehide'));
    expect(vi.mocked(fetch).mock.calls.at(-1)?.[1]).toMatchObject({ method: 'PUT', keepalive: true });
    expect(server.draft?.answers).toEqual(answersOf('yes'));
  });
  it('is forgotten here and there when discarded', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    await aSecond();
    store.discardDraft();
    await vi.advanceTimersByTimeAsync(100);
    expect(server.draft).toBeNull();
    expect(window.localStorage.length).toBe(0);
    expect(store.getState()).toMatchObject({ answers: {}, dirty: false, keeping: { state: 'nothing' } });
  });
});

describe('without a connection', () => {
  it('answers stay in this browser, say since when, and are sent when it is back', async () => {
    const store = await freshStore();
    await store.open('1.2');
    server.connection = 'gone';
    store.answer('patient', null, 'cirrhosis', 'yes');
    await aSecond();
    expect(store.getState().keeping).toMatchObject({ state: 'offline', since: expect.any(Date) });
    store.answer('patient', null, 'cirrhosis', 'no');
    server.connection = 'there';
    window.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(100);
    expect(server.draft?.answers).toEqual(answersOf('no'));
    expect(store.getState().keeping).toMatchObject({ state: 'server', since: null });
  });
  it('the report is saved when it is back, once', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    server.connection = 'gone';
    expect(await store.save('draft')).toBeNull();
    expect(store.getState()).toMatchObject({ waiting: 'draft', problem: null, dirty: true, keeping: { state: 'offline' } });
    server.connection = 'there';
    await vi.advanceTimersByTimeAsync(12_000);
    expect(server.posted).toHaveLength(1);
    expect(store.getState()).toMatchObject({ waiting: null, dirty: false, report: { answers: answersOf('yes') } });
  });
  it('a report that arrived though its answer was lost is not written again', async () => {
    server.study.reports = [report('2.25.1')];
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    await aSecond();
    server.connection = 'deaf';
    expect(await store.save('draft')).toBeNull();
    expect(server.study.reports).toHaveLength(2);
    server.connection = 'there';
    await vi.advanceTimersByTimeAsync(12_000);
    expect(server.study.reports).toHaveLength(2);
    expect(store.getState()).toMatchObject({ waiting: null, conflict: null, dirty: false, report: { answers: answersOf('yes') } });
    expect(server.draft).toBeNull();
  });
  it('a session that ended is told, and nothing is cleared', async () => {
    const store = await freshStore();
    await store.open('1.2');
    server.signedOut = true;
    store.answer('patient', null, 'cirrhosis', 'yes');
    await aSecond();
    expect(store.getState()).toMatchObject({ keeping: { state: 'ended' }, answers: answersOf('yes') });
    const reloaded = await freshStore();
    server.signedOut = false;
    await reloaded.open('1.2');
    expect(reloaded.getState().answers).toEqual(answersOf('yes'));
  });
});

describe('two tabs of one reader', () => {
  it('the last one wins, and says what it has replaced', async () => {
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    await aSecond();
    server.keepElsewhere({ answers: answersOf('no') });
    store.answer('patient', null, 'afp', 7);
    await aSecond();
    expect(server.draft?.answers).toEqual({ patient: { cirrhosis: 'yes', afp: 7 } });
    expect(store.getState().elsewhere?.answers).toEqual(answersOf('no'));
    store.takeElsewhere();
    expect(store.getState()).toMatchObject({ answers: answersOf('no'), elsewhere: { answers: { patient: { afp: 7 } } } });
  });
  it('one hears of what the other has saved, before it saves itself', async () => {
    server.study.reports = [report('2.25.1')];
    const store = await freshStore();
    await store.open('1.2');
    store.answer('patient', null, 'cirrhosis', 'yes');
    await aSecond();
    server.study.reports = [...server.study.reports, report('2.25.2', { replaces: ['2.25.1'] })];
    server.draft = null;
    store.answer('patient', null, 'afp', 7);
    await aSecond();
    expect(store.getState().conflict?.newer.sop_instance_uid).toBe('2.25.2');
    expect(server.draft).not.toBeNull();
  });
});
