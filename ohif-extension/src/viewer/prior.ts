/** The prior exam that is compared with the current one: its series are fetched when somebody asks for it. */
import { getStudy } from '../client';
import * as store from '../store';
import type { StudyInfo } from '../types/api';
import type { Ohif } from '../types/ohif';
import { services } from '../types/viewer';

export interface Prior {
  uid: string;
  info: StudyInfo;
}

let prior: Prior | null = null;

export const getPrior = (): Prior | null => prior;

export function forgetPrior(): void {
  prior = null;
}

/** Load a study of the patient's beside the current one: what the server knows of it, and its images' headers. */
export async function loadPrior(ohif: Ohif, uid: string): Promise<Prior> {
  if (prior?.uid === uid) return prior;
  const [source] = ohif.extensionManager.getActiveDataSource();
  const [info] = await Promise.all([getStudy(uid), source?.retrieve.series.metadata({ StudyInstanceUID: uid })]);
  services(ohif).hangingProtocolService.addStudy({ StudyInstanceUID: uid });
  prior = { uid, info };
  store.set({});
  return prior;
}

const DAY_MS = 86_400_000;

/** Days from the prior exam to the current one; null where a date is missing. */
export function daysBetween(before: string | null, after: string | null): number | null {
  const days = (Date.parse(after ?? '') - Date.parse(before ?? '')) / DAY_MS;
  return Number.isFinite(days) ? Math.round(days) : null;
}
