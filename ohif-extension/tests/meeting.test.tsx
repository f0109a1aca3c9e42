import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useSyncExternalStore, type ReactElement } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SurroundingsProvider, surroundings } from '../src/context';
import { Meetings } from '../src/panels/Meetings';
import { encode } from '../src/segmentation/labelmap';
import * as masks from '../src/segmentation/masks';
import { Asked, forget } from '../src/segmentation/meeting';
import { loadMask } from '../src/segmentation/viewer';
import * as store from '../src/store';
import { CT, fakeOhif, SIZE } from './ohif';

const segments = [1, 2, 3].map(number => ({ number, label: number === 1 ? 'Liver' : `Nodule ${number - 1}`, kind: number === 1 ? ('liver' as const) : ('nodule' as const) }));
const stored = { sop_instance_uid: '2.25.1', series_instance_uid: '2.25.2', source_series_instance_uid: CT, segments };
const overlaps = [
  { segments: [1, 2], voxels: 1200, slice: `${CT}.1` },
  { segments: [1, 3], voxels: 30, slice: `${CT}.0` },
  { segments: [2, 3], voxels: 2, slice: `${CT}.0` },
];
const asked: string[] = [];

beforeEach(() => {
  masks.dropAll();
  forget();
  asked.length = 0;
  const slices = [0, 1].map(() => new Uint8Array(SIZE * SIZE).fill(2, 0, 3));
  const body = encode({ header: { rows: SIZE, columns: SIZE, sops: [`${CT}.0`, `${CT}.1`], segments }, slices });
  const answer = (url: string): Response => {
    if (!url.includes('/labelmap')) return Response.json(stored);
    asked.push(url.split('/labelmap')[1] ?? '');
    return url.includes('wins=') ? new Response(body) : Response.json({ error: { code: 'overlapping_segments', message: 'Segments overlap.', overlaps } }, { status: 409 });
  };
  vi.stubGlobal('fetch', vi.fn((url: string) => Promise.resolve(answer(url))));
  store.set({ problem: null, busy: false, info: null });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('a stored mask whose segments overlap asks pair by pair, and is loaded as the reader says', async () => {
  const { ohif } = fakeOhif();
  const Shown = (): ReactElement => {
    useSyncExternalStore(store.subscribe, store.getState);
    return (
      <SurroundingsProvider value={surroundings('en', 'radiologist', ohif)}>
        <Meetings />
      </SurroundingsProvider>
    );
  };
  await expect(loadMask(ohif, '2.25.1')).rejects.toBeInstanceOf(Asked);
  expect(masks.openMasks()).toEqual([]);
  render(<Shown />);
  const notes = (): string[] => screen.queryAllByRole('alert').map(one => one.textContent ?? '');
  expect(notes()).toHaveLength(3);
  expect(notes()[0]).toContain('Liver and Nodule 1 overlap in 1\u2009200 voxels');
  const user = userEvent.setup();
  // Who wins over one wins over all that it meets.
  await user.click(screen.getAllByRole('button', { name: 'Nodule 1 wins' })[0]!);
  expect(notes()).toHaveLength(1);
  expect(asked).toEqual(['']);
  await user.click(screen.getByRole('button', { name: 'Nodule 2 wins' }));
  await vi.waitFor(() => expect(masks.openMasks()).toHaveLength(1));
  expect(asked).toEqual(['', '?wins=2,3']);
  expect(notes()).toEqual([]);
  // Nothing is to be saved: the stored one stays as it is until somebody paints.
  expect(masks.openMasks()[0]).toMatchObject({ stored: '2.25.1', dirty: false });
});
