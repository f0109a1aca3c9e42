/** One row of the masks' table for each CT series: what there is of its mask, and in which state. */
import { current, newestOf } from '../segmentation/cited';
import { kindOf } from '../segmentation/labelmap';
import * as masks from '../segmentation/masks';
import { imagesOf, voxelMm3 } from '../segmentation/shown';
import { segmentationOf, segmentsOf } from '../segmentation/viewer';
import type { Job, SegmentationInfo, SeriesInfo } from '../types/api';
import type { Ohif } from '../types/ohif';

export type Part = 'saved' | 'unsaved' | 'running' | 'none';
export type MaskState = 'none' | 'saved' | 'unsaved' | 'algorithm' | 'running';

export interface MaskRow {
  series: SeriesInfo;
  open: masks.OpenMask | undefined;
  stored: SegmentationInfo | undefined;
  job: Job | undefined;
  liver: Part;
  nodules: Part;
  volumeCm3: number | null;
  state: MaskState;
}

export function maskRow(ohif: Ohif, series: SeriesInfo, stored: readonly SegmentationInfo[], jobs: readonly Job[]): MaskRow {
  const uid = series.series_instance_uid;
  const open = masks.maskOf(uid);
  const newest = newestOf(stored, uid);
  const job = jobs.find(one => one.state === 'running' && one.parameters.series === uid);
  const kinds = open ? kindsOf(ohif, open) : new Set(newest?.segments.map(one => one.kind));
  const part = (kind: 'liver' | 'nodule'): Part =>
    kinds.has(kind) ? (open?.dirty ? 'unsaved' : 'saved') : job ? 'running' : 'none';
  return {
    series,
    open,
    stored: newest,
    job,
    liver: part('liver'),
    nodules: part('nodule'),
    volumeCm3: open ? liverVolume(ohif, open) : null,
    state: stateOf(open, newest, job),
  };
}

function stateOf(open: masks.OpenMask | undefined, stored: SegmentationInfo | undefined, job: Job | undefined): MaskState {
  if (open?.dirty) return 'unsaved';
  if (job) return 'running';
  if (!stored) return 'none';
  return isOfAlgorithm(stored) ? 'algorithm' : 'saved';
}

/** Whether no hand has been on a mask: a person's first save makes it semiautomatic, or a version of their own. */
export const isOfAlgorithm = (mask: SegmentationInfo): boolean =>
  (mask.algorithm?.type ?? '') === 'AUTOMATIC' || (mask.segments.length > 0 && mask.segments.every(one => one.algorithm?.type === 'AUTOMATIC'));

function kindsOf(ohif: Ohif, mask: masks.OpenMask): Set<string> {
  const painted = masks.measured(mask.id);
  const segmentation = segmentationOf(ohif, mask.id);
  const segments = segmentation ? segmentsOf(segmentation, mask.known) : mask.known.map(one => ({ ...one, label: '' }));
  return new Set(segments.filter(one => painted.has(one.number)).map(one => one.kind ?? kindOf(one.label)));
}

function liverVolume(ohif: Ohif, mask: masks.OpenMask): number | null {
  const liver = mask.known.find(one => one.kind === 'liver');
  const voxels = liver && masks.measured(mask.id).get(liver.number)?.voxels;
  return voxels ? (voxels * voxelMm3(imagesOf(segmentationOf(ohif, mask.id)))) / 1000 : null;
}

/** The masks that a row does not stand for: earlier versions, and others of the same series. */
export function olderMasks(stored: readonly SegmentationInfo[]): SegmentationInfo[] {
  const newest = new Set(current(stored).map(one => newestOf(stored, one.source_series_instance_uid ?? '')?.sop_instance_uid));
  return stored.filter(one => !newest.has(one.sop_instance_uid)).reverse();
}
