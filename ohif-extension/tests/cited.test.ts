import { describe, expect, it } from 'vitest';
import { cited, current, newestOf } from '../src/segmentation/cited';
import { lengthsOf, sourceKey, sourceOf, sourcesOf, type Sources } from '../src/sources';
import type { Answers, PhaseName, ReportInfo, SegmentationInfo } from '../src/types/api';

const PHASES: Record<string, PhaseName> = { art: 'arterial', pv: 'portal_venous' };
const mask = (sop: string, series: string, uids: string[], replaces: string[] = []): SegmentationInfo => ({
  sop_instance_uid: sop,
  series_instance_uid: `s${sop}`,
  source_series_instance_uid: series,
  replaces,
  segments: uids.map((uid, index) => ({ number: index + 1, label: uid, kind: 'nodule', tracking_uid: uid })),
});
const answers: Answers = { nodules: [{ tracking_uid: 'a', segment_number: 7 }, { tracking_uid: 'b' }] };
const of = (masks: SegmentationInfo[], given = answers, before: string | null = 'old') => cited(given, before, masks, series => PHASES[series]);

describe('the mask that a report cites', () => {
  it('is the one that outlines most nodules, each by its tracking UID', () => {
    const { answers: sent, segmentation } = of([mask('1', 'pv', ['a']), mask('2', 'art', ['b', 'a'])]);
    expect(segmentation).toBe('2');
    expect(sent.nodules).toEqual([{ tracking_uid: 'a', segment_number: 2 }, { tracking_uid: 'b', segment_number: 1 }]);
  });
  it('is of the portal venous phase where two outline as many, and the newest of those', () => {
    expect(of([mask('1', 'pv', ['a']), mask('2', 'art', ['a'])]).segmentation).toBe('1');
    expect(of([mask('1', 'pv', ['a']), mask('3', 'pv', ['a']), mask('2', 'art', ['a'])]).segmentation).toBe('3');
  });
  it('is none that another supersedes', () => {
    const versions = [mask('1', 'pv', ['a', 'b']), mask('2', 'pv', ['a'], ['1'])];
    expect(of(versions).segmentation).toBe('2');
    expect(of(versions).answers.nodules).toEqual([{ tracking_uid: 'a', segment_number: 1 }, { tracking_uid: 'b' }]);
    expect(current(versions).map(one => one.sop_instance_uid)).toEqual(['2']);
    expect(newestOf(versions, 'pv')?.sop_instance_uid).toBe('2');
    expect(newestOf(versions, 'art')).toBeUndefined();
  });
  it('stays the one before when none outlines a nodule', () => {
    expect(of([mask('1', 'pv', ['z'])])).toEqual({ answers, segmentation: 'old' });
    expect(of([mask('1', 'pv', ['a'])], {}, null)).toEqual({ answers: {}, segmentation: null });
  });
});

describe('where a number came from', () => {
  const nodule = { tracking_uid: '2.25.1', diameter_mm: 32 };
  const key = sourceKey('nodules', nodule, 'diameter_mm');
  const line = { sop_instance_uid: '1.2', points: [1, 2, 3, 4] as [number, number, number, number] };
  const sources: Sources = { [key]: { kind: 'length', value: 32, series: '1', ...line } };

  it('goes with the nodule, not with its row', () => {
    expect(key).toBe('nodules.2.25.1.diameter_mm');
    expect(sourceKey('liver', {}, 'volume_cm3')).toBe('liver.volume_cm3');
  });
  it('is forgotten when another number is typed', () => {
    expect(sourceOf(sources, key, 32)).toBe(sources[key]);
    expect(sourceOf(sources, key, 32.1)).toBe('typed');
    expect(sourceOf({}, key, 32)).toBe('typed');
    expect(sourceOf(sources, key, undefined)).toBeNull();
  });
  it('is sent with the report when it is a length', () => {
    expect(lengthsOf(sources, { nodules: [nodule] })).toEqual({ '2.25.1': line });
    expect(lengthsOf(sources, { nodules: [{ ...nodule, diameter_mm: 30 }] })).toEqual({});
    expect(lengthsOf({ [key]: { kind: 'mask', value: 32 } }, { nodules: [nodule] })).toEqual({});
  });
  it('comes back with a saved report', () => {
    const report = { answers: { nodules: [nodule, { tracking_uid: '2.25.2', diameter_mm: 9 }] }, lengths: { '2.25.1': { ...line, of_mask: false } } } as unknown as ReportInfo;
    expect(sourcesOf(report)).toEqual({ [key]: { kind: 'length', value: 32, ...line } });
    expect(sourceOf(sourcesOf(report), 'nodules.2.25.2.diameter_mm', 9)).toBe('typed');
    expect(sourcesOf(null)).toEqual({});
  });
});
