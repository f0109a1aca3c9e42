/** Which mask a report cites, and which segment of it each nodule: found by tracking UID. Pure. */
import type { Answers, Member, PhaseName, SegmentationInfo, SegmentInfo } from '../types/api';

const GROUP = 'nodules';

/** Where two masks outline as many nodules, the phase that livers are read in first. */
const PREFERRED: PhaseName[] = ['portal_venous', 'arterial', 'equilibrium', 'non_contrast'];

/** Masks that no other supersedes, the newest last. */
export function current(masks: readonly SegmentationInfo[]): SegmentationInfo[] {
  const replaced = new Set(masks.flatMap(one => one.replaces ?? []));
  return masks.filter(one => !replaced.has(one.sop_instance_uid));
}

/** The newest mask of a series that no other supersedes. */
export const newestOf = (masks: readonly SegmentationInfo[], series: string): SegmentationInfo | undefined =>
  current(masks).filter(one => one.source_series_instance_uid === series).at(-1);

export const segmentOf = (segments: readonly SegmentInfo[], nodule: Member): SegmentInfo | undefined =>
  typeof nodule.tracking_uid === 'string' ? segments.find(one => one.tracking_uid === nodule.tracking_uid) : undefined;

export interface Cited {
  answers: Answers;
  segmentation: string | null;
}

/** The answers with the mask that outlines most nodules; without any that does, what was cited before stays. */
export function cited(
  answers: Answers,
  before: string | null,
  masks: readonly SegmentationInfo[],
  phaseOf: (series: string) => PhaseName | undefined,
): Cited {
  const nodules = answers[GROUP];
  const described = Array.isArray(nodules) ? nodules : [];
  const rank = (mask: SegmentationInfo): number => {
    const place = PREFERRED.indexOf(phaseOf(mask.source_series_instance_uid ?? '') ?? 'other');
    return described.filter(one => segmentOf(mask.segments, one)).length * 10 - (place < 0 ? PREFERRED.length : place);
  };
  const outlines = current(masks).filter(mask => described.some(one => segmentOf(mask.segments, one)));
  const best = outlines.sort((a, b) => rank(a) - rank(b)).at(-1);
  if (!best) return { answers, segmentation: before };
  return { answers: { ...answers, [GROUP]: described.map(one => citing(one, best.segments)) }, segmentation: best.sop_instance_uid };
}

function citing(nodule: Member, segments: readonly SegmentInfo[]): Member {
  const { segment_number: _before, ...others } = nodule;
  const segment = segmentOf(segments, nodule);
  return segment ? { ...others, segment_number: segment.number } : others;
}
