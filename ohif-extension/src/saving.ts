/** Saving a report: never over a newer version, never while the answer is lost, never by locking the form. */
import { HepatiaError, getReports, getStudy, postReport, verifyReport, type NewReport } from './client';
import { differences } from './differences';
import * as drafts from './drafts';
import { pruned } from './form/model';
import { TEMPLATE } from './id';
import { cited } from './segmentation/cited';
import { fail, showReport } from './showing';
import { lengthsOf, sourcesOf } from './sources';
import { getState, phaseOf, set } from './state';
import type { ReportInfo, ReportState, SavedReport } from './types/api';
import { latest, successor } from './versions';

/** Save the answers as a new version; returns the series it is stored in, or null when it was not saved. */
export async function save(wanted: ReportState): Promise<string | null> {
  set({ busy: true, problem: null, waiting: null });
  const { answers, phases, sources, dirty } = getState();
  if (dirty) await drafts.flush();
  drafts.hold();
  let isSaved = false;
  try {
    if (!getState().report && (await newerAppeared(wanted))) return null;
    const saved = await (wanted === 'verified' ? verified() : post(wanted));
    isSaved = true;
    await showSaved(saved, answers === getState().answers && phases === getState().phases && sources === getState().sources);
    return saved.series_instance_uid;
  } catch (error) {
    await explain(error, wanted);
    return null;
  } finally {
    drafts.release(isSaved);
    set({ busy: false });
  }
}

/** Save the answers in the place of the newer version that somebody has written meanwhile. */
export async function saveMine(): Promise<string | null> {
  const { conflict } = getState();
  if (!conflict) return null;
  set({ report: conflict.newer, conflict: null, dirty: true });
  return save(conflict.wanted ?? 'draft');
}

/** Let go of the answers here, and read the newer version. */
export function takeNewer(): void {
  const { conflict } = getState();
  if (!conflict) return;
  drafts.discard().catch((error: unknown) => fail(error));
  showReport(conflict.newer);
}

/** Look whether somebody has replaced the report that is open, or written the first one. */
export async function lookForNewer(): Promise<void> {
  const { studyUid, report, me, conflict } = getState();
  const info = await getStudy(studyUid);
  if (getState().studyUid !== studyUid) return;
  const newer = report ? successor(info.reports, report.sop_instance_uid) : latest(info.reports, me?.user ?? '');
  set({ info, conflict: newer ? { newer, wanted: conflict?.wanted ?? null } : conflict });
}

/** There is a connection again: save what has waited, unless it had arrived and only its answer was lost. */
export async function resume(): Promise<void> {
  const { waiting } = getState();
  if (!waiting) return;
  try {
    await lookForNewer();
    const { conflict, me } = getState();
    const arrived = conflict?.newer;
    if (arrived && arrived.author_login === me?.user && isMine(arrived, waiting)) {
      set({ waiting: null });
      drafts.discard().catch((error: unknown) => fail(error));
      showReport(arrived);
      set({ savedAt: new Date() });
    } else if (conflict) set({ waiting: null, conflict: { ...conflict, wanted: waiting } });
    else await save(waiting);
  } catch (error) {
    await explain(error, waiting);
  }
}

function isMine(report: ReportInfo, wanted: ReportState): boolean {
  const { template, answers } = getState();
  return template !== null && report.state === wanted && differences(template, report.answers, answers).length === 0;
}

async function newerAppeared(wanted: ReportState): Promise<boolean> {
  const { studyUid, me } = getState();
  const newer = latest(await getReports(studyUid), me?.user ?? '');
  if (newer) set({ conflict: { newer, wanted } });
  return newer !== null;
}

async function verified(): Promise<SavedReport> {
  const { report } = getState();
  if (!report) throw new Error('There is no report to verify.');
  return verifyReport(report.sop_instance_uid);
}

async function post(wanted: ReportState): Promise<SavedReport> {
  const { phases, sources, report: before, info, studyUid } = getState();
  const { answers, segmentation } = cited(pruned(getState().answers), getState().segmentation, info?.segmentations ?? [], phaseOf);
  const report: NewReport = { template: TEMPLATE, answers, state: wanted };
  if (segmentation) report.segmentation = segmentation;
  const lengths = lengthsOf(sources, answers);
  if (Object.keys(lengths).length > 0) report.lengths = lengths;
  if (before) report.replaces = before.sop_instance_uid;
  if (JSON.stringify(phases) !== JSON.stringify(before?.phases ?? {})) report.phases = phases;
  return postReport(studyUid, report);
}

/** Show what was saved; answers that were given meanwhile stay, and are the beginning of the next version. */
async function showSaved(saved: SavedReport, isUnchanged: boolean): Promise<void> {
  const info = await getStudy(getState().studyUid);
  const report = info.reports.find(one => one.sop_instance_uid === saved.sop_instance_uid) ?? null;
  set({ info, elsewhere: null, savedAt: new Date() });
  if (isUnchanged && report) showKept(report);
  else set({ report, restored: null, revising: null, conflict: null, ...(isUnchanged ? { dirty: false } : {}) });
}

/** Show a report with what is not written in it: where numbers come from, and which mask is meant. */
function showKept(report: ReportInfo): void {
  const { sources, segmentation } = getState();
  showReport(report);
  set({ sources: { ...sources, ...sourcesOf(report) }, segmentation: report.segmentation ?? segmentation });
}

/** Say why it was not saved; where the server is away, it is saved later. */
async function explain(error: unknown, wanted: ReportState): Promise<void> {
  const { status = -1, code = '' } = error instanceof HepatiaError ? error : {};
  if (code === 'newer_version') {
    await lookForNewer().catch((failure: unknown) => fail(failure));
    const { conflict } = getState();
    if (conflict) set({ conflict: { ...conflict, wanted } });
  } else if (status === 401 || status === 0 || status >= 500) {
    drafts.away(status);
    set({ waiting: wanted });
  } else fail(error, wanted);
}
