import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { set } from '../src/store';
import type { Ohif } from '../src/types/ohif';
import { addSynchroniser, join, shift, watchPlaces } from '../src/viewer/synchronise';

const NEW_IMAGE = 'CORNERSTONE_STACK_NEW_IMAGE';
const GROUP = 'hepatia-position';

/** Slices of each viewport: where the first lies, and how far apart they are. */
interface Stack {
  from: number;
  spacing: number;
  count: number;
  study?: string;
}

/** Viewports that load as slowly as the test says: a slice is shown when `arrive` is called. */
function screen(stacks: Record<string, Stack>) {
  const waiting: (() => void)[] = [];
  const shown: Record<string, number> = {};
  const listeners: ((source: { viewportId: string }) => void)[] = [];
  const planes = new Map<string, object>();
  const show = (id: string, index: number): void => {
    shown[id] = index;
    viewports[id]?.element.dispatchEvent(new CustomEvent(NEW_IMAGE, { detail: { viewportId: id, imageIdIndex: index } }));
    listeners.forEach(listener => listener({ viewportId: id }));
  };
  const viewports = Object.fromEntries(
    Object.entries(stacks).map(([id, { from, spacing, count, study = 's' }]) => {
      const ids = Array.from({ length: count }, (_, index) => `${id}/${index}`);
      ids.forEach((image, index) =>
        planes.set(image, { imagePositionPatient: [0, 0, from + index * spacing], rowCosines: [1, 0, 0], columnCosines: [0, 1, 0], frameOfReferenceUID: study }),
      );
      shown[id] = 0;
      const element = document.body.appendChild(document.createElement('div'));
      const setImageIdIndex = (index: number): Promise<string> =>
        new Promise(resolve => waiting.push(() => (show(id, index), resolve(''))));
      const rest = { getImageIds: () => ids, getCurrentImageIdIndex: () => shown[id] ?? 0, getProperties: () => ({}), setImageIdIndex };
      return [id, { id, type: 'stack', element, ...rest }];
    }),
  );
  const targets = Object.keys(stacks).map(viewportId => ({ viewportId }));
  const synchronizer = { id: GROUP, getTargetViewports: () => targets };
  const services = {
    cornerstoneViewportService: { getCornerstoneViewport: (id: string) => viewports[id] },
    viewportGridService: { getState: () => ({ viewports: new Map(Object.keys(stacks).map(id => [id, { displaySetInstanceUIDs: [id] }])) }) },
    displaySetService: { getDisplaySetByUID: (id: string) => ({ SeriesInstanceUID: id, StudyInstanceUID: stacks[id]?.study ?? 's', Modality: 'CT' }) },
    syncGroupService: { getSynchronizer: () => synchronizer, addSynchronizerType: (_: string, create: (id: string) => void) => create(GROUP) },
  };
  type Handler = (synchronizer: unknown, source: { viewportId: string }, target: { viewportId: string }) => void;
  const createSynchronizer = (_id: string, _event: string, handler: Handler): unknown => {
    listeners.push(source => targets.filter(one => one.viewportId !== source.viewportId).forEach(target => handler(synchronizer, source, target)));
    return synchronizer;
  };
  vi.stubGlobal('cornerstone', { metaData: { get: (_: string, id: string) => planes.get(id) }, eventTarget: new EventTarget() });
  vi.stubGlobal('cornerstoneTools', { SynchronizerManager: { createSynchronizer } });
  const arrive = async (): Promise<void> => {
    while (waiting.length > 0) {
      waiting.shift()?.();
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  return { ohif: { servicesManager: { services } } as unknown as Ohif, shown, scroll: show, arrive };
}

let stop: () => void = () => undefined;
beforeEach(() => set({ studyUid: 's' }));
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

function started(stacks: Record<string, Stack>) {
  const opened = screen(stacks);
  addSynchroniser(opened.ohif);
  stop = watchPlaces(opened.ohif);
  Object.keys(stacks).forEach(id => join(opened.ohif, id));
  return opened;
}

const THIN = { from: 0, spacing: 2.5, count: 60 };
const THICK = { from: 0, spacing: 5, count: 30 };

describe('viewports of one layout', () => {
  it('go to the place of the one that is scrolled, and it stays where the reader put it', async () => {
    const { shown, scroll, arrive } = started({ thin: THIN, thick: THICK });
    scroll('thin', 17);
    await arrive();
    // 42.5 mm lies between two thick slices; coming back from either must not move the thin one.
    expect(shown.thin).toBe(17);
    expect([8, 9]).toContain(shown.thick);
    scroll('thick', 20);
    await arrive();
    expect(shown).toEqual({ thin: 40, thick: 20 });
  });

  it('end at the same place after a scroll that is faster than they load', async () => {
    const { shown, scroll, arrive } = started({ a: THIN, b: THIN, c: THICK });
    for (let index = 1; index <= 30; index++) scroll('a', index);
    await arrive();
    expect(shown).toEqual({ a: 30, b: 30, c: 15 });
  });

  it('bring one that comes later to the place of the others', async () => {
    const { ohif, shown, scroll, arrive } = started({ a: THIN, b: THIN });
    scroll('a', 12);
    await arrive();
    shown.b = 0;
    join(ohif, 'b');
    await arrive();
    expect(shown.b).toBe(12);
  });

  it('take no notice of a viewport that is still being set up', async () => {
    const { ohif, shown, scroll, arrive } = screen({ a: THIN, b: THIN });
    addSynchroniser(ohif);
    stop = watchPlaces(ohif);
    join(ohif, 'a');
    scroll('a', 20);
    scroll('b', 0);
    await arrive();
    expect(shown).toEqual({ a: 20, b: 20 });
  });
});

describe('a shift', () => {
  it('moves one series against the others, and stays', async () => {
    const { ohif, shown, scroll, arrive } = started({ a: THIN, b: THIN });
    scroll('a', 10);
    await arrive();
    shift(ohif, 'b', 2);
    await arrive();
    expect(shown).toEqual({ a: 10, b: 12 });
    scroll('a', 20);
    await arrive();
    expect(shown).toEqual({ a: 20, b: 22 });
    scroll('b', 30);
    await arrive();
    expect(shown).toEqual({ a: 28, b: 30 });
  });

  it('moves a prior exam as a whole', async () => {
    const prior = { from: 300, spacing: 5, count: 30, study: 'prior' };
    const { ohif, shown, scroll, arrive } = started({ now: THIN, before: prior, beforeLate: { ...prior, from: 301 } });
    scroll('now', 59);
    await arrive();
    expect(shown).toEqual({ now: 59, before: 29, beforeLate: 29 });
    shift(ohif, 'before', -3);
    await arrive();
    expect(shown).toEqual({ now: 59, before: 26, beforeLate: 26 });
  });
});
