import { describe, expect, it } from 'vitest';
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

it('counts the days between two exams', () => {
  expect(daysBetween('2014-10-02', '2015-03-28')).toBe(177);
  expect(daysBetween(null, '2015-03-28')).toBeNull();
});
