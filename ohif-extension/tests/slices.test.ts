import { describe, expect, it } from 'vitest';
import type { ImagePlane, Point } from '../src/types/viewer';
import { delay, seconds } from '../src/viewer/headers';
import { nearest, offset, place, slicesOf, type Slices } from '../src/viewer/slices';

interface Stack {
  from: number;
  spacing: number;
  count: number;
  frame?: string;
  study?: string;
  row?: Point;
  column?: Point;
}

/** Slices along the z axis; `from` is where the first one lies. */
function stack({ from, spacing, count, frame = 'f', study = 's', row = [1, 0, 0], column = [0, 1, 0] }: Stack): Slices {
  const planes = Array.from({ length: count }, (_, index): ImagePlane => ({
    imagePositionPatient: [-200, -200, from + spacing * index],
    rowCosines: row,
    columnCosines: column,
    frameOfReferenceUID: frame,
  }));
  const made = slicesOf(study, planes);
  if (!made) throw new Error('no slices');
  return made;
}

/** The slice of one stack that shows what a slice of another does. */
const beside = (from: Slices, index: number, to: Slices): number | null => {
  const between = offset(from, to);
  return between === null ? null : nearest(to.along, (from.along[index] ?? 0) + between);
};

describe('slices of one frame of reference', () => {
  it('lie at the same place whatever their spacing and number', () => {
    const [thin, thick] = [stack({ from: -100, spacing: 2.5, count: 60 }), stack({ from: -110, spacing: 5, count: 40 })];
    expect(beside(thin, 0, thick)).toBe(2);
    expect(beside(thin, 18, thick)).toBe(11);
    expect(beside(thick, 11, thin)).toBe(18);
  });

  it('are found from a grid that is shifted, and from one that runs the other way', () => {
    const [up, down] = [stack({ from: 0, spacing: 3, count: 20 }), stack({ from: 58.2, spacing: -3, count: 20 })];
    expect(beside(up, 5, down)).toBe(14);
  });

  it('stay at the end where the other series ends', () => {
    const [long, short] = [stack({ from: 0, spacing: 2, count: 100 }), stack({ from: 20, spacing: 2, count: 10 })];
    expect(beside(long, 90, short)).toBe(9);
    expect(beside(long, 0, short)).toBe(0);
  });

  it('do not go with slices that are tilted against them', () => {
    const tilted = stack({ from: 0, spacing: 2, count: 9, row: [1, 0, 0], column: [0, Math.cos(0.5), Math.sin(0.5)] });
    expect(offset(stack({ from: 0, spacing: 2, count: 9 }), tilted)).toBeNull();
  });

  it('point to the head, though rows run the other way', () => {
    expect(stack({ from: 0, spacing: 1, count: 2, row: [-1, 0, 0] }).normal.map(value => value + 0)).toEqual([0, 0, 1]);
  });
});

describe('slices of different frames of reference', () => {
  const current = stack({ from: -600, spacing: 2.5, count: 60 });

  it('share the coordinates of the table within a study, where they overlap', () => {
    const other = stack({ from: -595, spacing: 2.5, count: 60, frame: 'g' });
    expect(offset(current, other)).toBe(0);
  });

  it('are laid with their uppermost slices over each other where they do not, and in another study', () => {
    const elsewhere = { from: 100, spacing: 5, count: 50, frame: 'g' };
    for (const other of [stack(elsewhere), stack({ ...elsewhere, study: 'prior' }), stack({ ...elsewhere, from: -600, study: 'prior' })]) {
      expect(beside(current, 59, other)).toBe(49);
      expect(beside(current, 39, other)).toBe(39);
    }
  });
});

it('knows nothing of images that do not tell where they lie', () => {
  expect(slicesOf('s', [undefined])).toBeNull();
  expect(slicesOf('s', [])).toBeNull();
});

it('measures a point along the normal', () => {
  expect(place(stack({ from: 0, spacing: 1, count: 2 }), [50, -3, 12.5])).toBe(12.5);
});

describe('the delay after the injection', () => {
  it('is the time between', () => {
    expect(delay({ AcquisitionTime: '140512.900000', ContrastBolusStartTime: '140402.0' })).toBe(71);
    expect(seconds('1405')).toBe(50700);
  });

  it('is not told of a scan before it, long after it, or without a time', () => {
    expect(delay({ AcquisitionTime: '140000', ContrastBolusStartTime: '140402' })).toBeNull();
    expect(delay({ AcquisitionTime: '170000', ContrastBolusStartTime: '140402' })).toBeNull();
    expect(delay({ AcquisitionTime: '140000' })).toBeNull();
    expect(seconds('noon')).toBeNull();
  });
});
