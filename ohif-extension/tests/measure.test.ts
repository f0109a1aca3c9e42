import { describe, expect, it } from 'vitest';
import { fingerprint, hull, measureSlice, summed } from '../src/segmentation/measure';
import { lineCrosses } from '../src/segmentation/lengths';
import { imagePoint, offPlane, sliceSpacing } from '../src/segmentation/places';
import { planeAt } from './ohif';

const COLUMNS = 8;

/** A slice with rectangles: number, rows and columns from and before. */
function slice(...areas: [number: number, top: number, bottom: number, left: number, right: number][]): Uint8Array {
  const pixels = new Uint8Array(COLUMNS * 8);
  for (const [number, top, bottom, left, right] of areas)
    for (let row = top; row < bottom; row++) pixels.fill(number, row * COLUMNS + left, row * COLUMNS + right);
  return pixels;
}

describe('the long axis', () => {
  // Values of seg/axes.py: python -c "from seg.axes import axes_mm; …" for the same masks and spacings.
  it.each([
    ['one pixel is as long as it is high', slice([1, 2, 3, 2, 3]), { rowMm: 2, columnMm: 1 }, 2],
    ['a row', slice([1, 2, 3, 1, 6]), { rowMm: 2, columnMm: 1 }, 5],
    ['a rectangle, from corner to corner', slice([1, 1, 4, 1, 6]), { rowMm: 1, columnMm: 1 }, Math.hypot(5, 2)],
    ['with unequal spacing', slice([1, 1, 4, 1, 6]), { rowMm: 2, columnMm: 0.5 }, Math.hypot(6, 2)],
  ])('%s', (_, pixels, spacing, mm) => {
    expect(measureSlice(pixels, COLUMNS, spacing).get(1)?.line.mm).toBeCloseTo(mm, 9);
  });
  it('is told as columns and rows from the corner of the first pixel', () => {
    const line = measureSlice(slice([1, 2, 3, 1, 6]), COLUMNS, { rowMm: 2, columnMm: 1 }).get(1)?.line;
    expect(line?.points).toEqual([1, 2.5, 6, 2.5]);
  });
});

it('counts voxels of each segment, and finds its largest and its longest slice', () => {
  const spacing = { rowMm: 1, columnMm: 1 };
  const slices = [slice([1, 0, 4, 0, 4]), slice([1, 0, 5, 0, 5], [2, 6, 7, 0, 8]), slice([2, 0, 3, 0, 4])];
  const all = summed(slices.map(one => measureSlice(one, COLUMNS, spacing)));
  expect(all.get(1)).toMatchObject({ voxels: 41, largest: 1, lineSlice: 1 });
  expect(all.get(2)).toMatchObject({ voxels: 20, largest: 2, lineSlice: 1 });
  expect(summed([undefined]).size).toBe(0);
});

it('tells slices apart, wherever their bytes lie', () => {
  const pixels = slice([1, 2, 3, 1, 6]);
  const shifted = new Uint8Array(pixels.length + 1);
  shifted.set(pixels, 1);
  const same = new Uint8Array(pixels);
  expect(fingerprint(same)).toBe(fingerprint(pixels));
  same[20] = 2;
  expect(fingerprint(same)).not.toBe(fingerprint(pixels));
  expect(fingerprint(shifted.subarray(1))).not.toBe(fingerprint(new Uint8Array(pixels.length)));
});

it('a hull has each corner once', () => {
  const corners = hull([[0, 0], [2, 0], [1, 0], [2, 2], [0, 2], [1, 1]]);
  expect(corners).toHaveLength(4);
});

describe('places in the patient', () => {
  it('are columns and rows of an image, its first pixel the middle of the first column and row', () => {
    expect(imagePoint(planeAt(0), [0, 0, 0])).toEqual([0.5, 0.5]);
    expect(imagePoint(planeAt(0), [3, 4, 0])).toEqual([3.5, 2.5]);
  });
  it('lie before or behind its plane', () => {
    expect(offPlane(planeAt(1), [5, 5, 6])).toBe(3);
    expect(sliceSpacing([planeAt(0), planeAt(1)])).toBe(3);
    expect(sliceSpacing([planeAt(0)])).toBe(0);
  });
});

it('a length lies on a segment that it crosses', () => {
  const pixels = slice([2, 3, 5, 3, 5]);
  expect(lineCrosses([0, 0, 8, 8], pixels, COLUMNS, 2)).toBe(true);
  expect(lineCrosses([0, 0, 8, 0], pixels, COLUMNS, 2)).toBe(false);
  expect(lineCrosses([0, 0, 8, 8], pixels, COLUMNS, 1)).toBe(false);
});
