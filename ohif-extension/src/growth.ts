/** How much a lesion has grown since the exam before, and what LI-RADS makes of that. */
import { isAnswered } from './form/model';
import type { Member, Prior } from './types/api';

/** LI-RADS v2018, threshold growth: at least this much in at most six months (sr_templates/lirads/v2018.toml). */
export const THRESHOLD_PERCENT = 50;
export const THRESHOLD_DAYS = 184;

export interface Growth {
  before_mm: number;
  after_mm: number;
  /** Rounded towards less growth: what is shown as 50 % is no less. */
  percent: number;
  days: number;
  study_date: string | null;
  isThreshold: boolean;
}

/** Compare a nodule with the same one of the nearest earlier exam; null when there is nothing to compare. */
export function growthOf(nodule: Member, priors: Prior[]): Growth | null {
  const uid = nodule.tracking_uid;
  const after = nodule.diameter_mm;
  if (!isAnswered(uid) || typeof after !== 'number') return null;
  const earlier = priors
    .flatMap(prior => {
      const before = prior.nodules.find(one => one.tracking_uid === uid)?.diameter_mm;
      return before && prior.days !== null && prior.days > 0 ? [{ before, days: prior.days, study_date: prior.study_date }] : [];
    })
    .sort((one, other) => one.days - other.days)[0];
  if (!earlier) return null;
  return {
    before_mm: earlier.before,
    after_mm: after,
    percent: Math.floor(((after - earlier.before) * 100) / earlier.before),
    days: earlier.days,
    study_date: earlier.study_date,
    isThreshold: after * 100 >= earlier.before * (100 + THRESHOLD_PERCENT) && earlier.days <= THRESHOLD_DAYS,
  };
}
