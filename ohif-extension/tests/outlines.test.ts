import { describe, expect, it } from 'vitest';
import { extentsOf } from '../src/viewer/extents';
import { inPatient } from '../src/viewer/loaded';
import { paints, styleOf } from '../src/viewer/outlines';
import { daysBetween } from '../src/viewer/prior';

describe('the look of masks', () => {
  it('is outlines without any fill while one reads', () => {
    for (const kind of ['liver', 'nodule'] as const) {
      expect(styleOf(kind, false, false)).toMatchObject({ renderOutline: true, outlineWidth: 1, activeSegmentOutlineWidthDelta: 1, fillAlpha: 0 });
    }
  });

  it('has a faint fill while one paints', () => {
    expect([styleOf('liver', true, false).fillAlpha, styleOf('nodule', true, false).fillAlpha]).toEqual([0.14, 0.22]);
  });

  it('is nothing while hidden', () => {
    expect(styleOf('nodule', true, true)).toMatchObject({ renderOutline: false, fillAlpha: 0 });
  });

  it('follows the tools that change masks, and no others', () => {
    expect(['CircularBrush', 'SphereEraser', 'ThresholdCircularBrush', 'CircleScissors'].map(paints)).toEqual([true, true, true, true]);
    expect(['WindowLevel', 'Length', 'Zoom', undefined].map(paints)).toEqual([false, false, false, false]);
  });
});

describe('the extent of segments', () => {
  const slices = [
    [0, 0, 0, 0, 2, 0],
    [1, 1, 0, 1, 1, 2],
    [0, 0, 1, 0, 0, 0],
  ];

  it('is the slices they lie in, and the middle of the largest', () => {
    const extents = extentsOf(slices, 3);
    expect(extents.get(1)).toEqual({ first: 1, last: 2, voxels: 5, slice: 1, row: 0.5, column: 0.5 });
    expect(extents.get(2)).toEqual({ first: 0, last: 1, voxels: 2, slice: 0, row: 1, column: 1 });
    expect(extents.get(3)).toBeUndefined();
  });

  it('is told in the patient', () => {
    const plane = { imagePositionPatient: [-10, -20, 30], rowCosines: [1, 0, 0], columnCosines: [0, 1, 0], frameOfReferenceUID: 'f', columnPixelSpacing: 0.5, rowPixelSpacing: 2 } as const;
    expect(inPatient(plane, 4, 6)).toEqual([-7, -12, 30]);
  });
});

it('counts the days between two exams', () => {
  expect(daysBetween('2014-10-02', '2015-03-28')).toBe(177);
  expect(daysBetween(null, '2015-03-28')).toBeNull();
});
