import { describe, expect, it } from 'vitest';
import { markOf } from '../src/viewer/marks';
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

describe('the marks beside the scroll bar', () => {
  it('reach from the first to the last slice', () => {
    expect(markOf([4, 5, 9], 20, 'red')).toEqual({ from: 0.2, to: 0.5, color: 'red' });
    expect(markOf([19], 20, 'red')?.to).toBe(1);
  });

  it('are none for a segment without voxels', () => {
    expect(markOf([], 20, 'red')).toBeNull();
  });
});

it('counts the days between two exams', () => {
  expect(daysBetween('2014-10-02', '2015-03-28')).toBe(177);
  expect(daysBetween(null, '2015-03-28')).toBeNull();
});
