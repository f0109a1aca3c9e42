import { describe, expect, it } from 'vitest';
import { growthOf } from '../src/growth';
import type { Prior } from '../src/types/api';

const prior = (days: number | null, diameter: number | null, uid = '1'): Prior => ({
  study_instance_uid: `2.25.${days}`,
  study_date: '2020-09-08',
  days,
  state: 'verified',
  report: '2.25.1',
  template: 'liver-ct',
  author: 'Souza^Ana',
  nodules: [{ tracking_uid: uid, diameter_mm: diameter, location: ['VII'], lirads: 'LR-4' }],
  viewer: '',
});
const nodule = (diameter: number) => ({ tracking_uid: '1', diameter_mm: diameter });

describe('growth since the exam before', () => {
  it('is told with its arithmetic', () => {
    expect(growthOf(nodule(32), [prior(177, 21)])).toEqual({ before_mm: 21, after_mm: 32, percent: 52, days: 177, study_date: '2020-09-08', isThreshold: true });
  });
  it.each([
    [15, 10, 184, 50, true],
    [15, 10, 185, 50, false],
    [14.99, 10, 90, 49, false],
    [8, 10, 90, -20, false],
  ])('%s mm after %s mm in %s days', (after, before, days, percent, isThreshold) => {
    expect(growthOf(nodule(after), [prior(days, before)])).toMatchObject({ percent, isThreshold });
  });
  it('is since the nearest exam that has the nodule, never since a later one', () => {
    const found = growthOf(nodule(30), [prior(-20, 29), prior(40, 5, 'another'), prior(60, null), prior(90, 20), prior(400, 10)]);
    expect(found).toMatchObject({ before_mm: 20, days: 90 });
  });
  it('is not told where there is nothing to compare', () => {
    expect(growthOf({ diameter_mm: 30 }, [prior(90, 20)])).toBeNull();
    expect(growthOf({ tracking_uid: '1' }, [prior(90, 20)])).toBeNull();
    expect(growthOf(nodule(30), [prior(null, 20), prior(0, 20)])).toBeNull();
  });
});
