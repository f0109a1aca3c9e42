/** What the panel shows: a report as it was saved, or what went wrong. */
import { HepatiaError } from './client';
import { tabOf } from './form/model';
import { sourcesOf } from './sources';
import { getState, set, type Problem } from './state';
import type { ReportInfo, ReportState } from './types/api';

/** Show a report as it was saved. */
export function showReport(report: ReportInfo | null): void {
  const { answers = {}, phases = {}, segmentation = null } = report ?? {};
  set({ report, answers, phases, sources: sourcesOf(report), segmentation, dirty: false, restored: null, revising: null, conflict: null });
}

/** Show what went wrong; where it is about an item, on its tab. */
export function fail(error: unknown, wanted?: ReportState): void {
  const message = error instanceof Error ? error.message : String(error);
  const path = error instanceof HepatiaError ? error.path : '';
  const problem: Problem = { message, path, ...(wanted ? { wanted } : {}) };
  const { template } = getState();
  const tab = template && path ? tabOf(template.schema, path) : undefined;
  set({ problem, ...(tab ? { tab } : {}) });
}
