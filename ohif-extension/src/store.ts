/** What happens to the state of the panel: a study is opened, answers are given. Saving is in saving.ts. */
import { getDraft, getMe, getPriors, getStudy, getTemplate } from './client';
import { differences } from './differences';
import * as drafts from './drafts';
import { TEMPLATE } from './id';
import { choose } from './restoring';
import { lookForNewer, resume } from './saving';
import { fail, showReport } from './showing';
import { sourcesOf, type Source, type Sources } from './sources';
import { NOT_KEPT, clear, getState, set, type Corrections } from './state';
import type { Answers, Draft, Json, Lesion, Me, Member, NewDraft, PhaseName, ReportInfo, StudyInfo, Template } from './types/api';
import { isFinished, latest, successor } from './versions';

export { getState, phaseOf, set, subscribe, type Conflict, type Keeping, type Problem, type State } from './state';
export { fail } from './showing';
export { save, saveMine, takeNewer } from './saving';
export { latest } from './versions';

const NODULES = 'nodules';

/** Load a study; what is already loaded stays, with all that was typed. */
export async function open(studyUid: string): Promise<void> {
  if (getState().studyUid === studyUid && getState().info) return;
  clear(studyUid);
  drafts.begin(null);
  void loadPriors(studyUid);
  try {
    const [me, template, info] = await Promise.all([getMe(), getTemplate(TEMPLATE), getStudy(studyUid)]);
    const draft = info.draft_kept ? await keptDraft(studyUid) : null;
    if (getState().studyUid === studyUid) {
      show(me, template, info, draft);
      showAsked();
    }
  } catch (error) {
    if (getState().studyUid === studyUid) fail(error);
  }
}

/** A search opens an exam at the nodule that it found (search/matching.ts). */
function showAsked(): void {
  const asked = new URLSearchParams(window.location.search).get('nodule');
  const nodules = getState().answers[NODULES];
  const place = Array.isArray(nodules) ? nodules.findIndex(one => one.tracking_uid === asked) : -1;
  if (asked && place >= 0) set({ tab: NODULES, nodule: place });
}

/** Load what the server knows of the study again; answers under way stay. */
export async function refresh(): Promise<void> {
  const studyUid = getState().studyUid;
  try {
    const info = await getStudy(studyUid);
    if (getState().studyUid === studyUid) set({ info });
  } catch (error) {
    fail(error);
  }
}

/** The draft on the server; undefined when it cannot be asked, which must not keep anybody from reading. */
async function keptDraft(studyUid: string): Promise<Draft | null | undefined> {
  try {
    return await getDraft(studyUid);
  } catch {
    return undefined;
  }
}

export async function loadPriors(studyUid: string = getState().studyUid): Promise<void> {
  try {
    const priors = await getPriors(studyUid);
    if (getState().studyUid === studyUid) set({ priors });
  } catch {
    if (getState().studyUid === studyUid) set({ priors: 'failed' });
  }
}

export function answer(group: string, index: number | null, item: string, value: Json | undefined): void {
  const change = (member: Member): Member => {
    const { [item]: _before, ...others } = member;
    return value === undefined || value === null ? others : { ...others, [item]: value };
  };
  const before = getState().answers[group];
  const after =
    index === null
      ? change(Array.isArray(before) ? {} : (before ?? {}))
      : (Array.isArray(before) ? before : []).map((member, at) => (at === index ? change(member) : member));
  edited({ ...getState().answers, [group]: after });
}

/** Add a member to a repeated group, at its end or where it was; it is shown. */
export function addMember(group: string, member: Member = {}, index?: number): void {
  const before = getState().answers[group];
  const members = Array.isArray(before) ? before : [];
  const place = index ?? members.length;
  edited({ ...getState().answers, [group]: [...members.slice(0, place), member, ...members.slice(place)] });
  set({ nodule: place });
}

export function removeMember(group: string, index: number): void {
  const before = getState().answers[group];
  edited({ ...getState().answers, [group]: (Array.isArray(before) ? before : []).filter((_, at) => at !== index) });
  set({ nodule: Math.max(0, Math.min(getState().nodule, index - 1)) });
}

/** Say where a number comes from. */
export function setSource(key: string, source: Source): void {
  const { answers, phases, sources } = getState();
  edited(answers, phases, { ...sources, [key]: source });
}

/** Say that a series shows another phase than was detected. */
export function correctPhase(seriesUid: string, phase: PhaseName): void {
  edited(getState().answers, { ...getState().phases, [seriesUid]: phase });
}

/** Describe a lesion of another exam here too: the same one, where it was; its size is to be measured anew. */
export function carryOver(lesion: Lesion): void {
  const nodules = getState().answers[NODULES];
  const there = Array.isArray(nodules) ? nodules.findIndex(one => one.tracking_uid === lesion.tracking_uid) : -1;
  if (there >= 0) set({ nodule: there });
  else addMember(NODULES, { tracking_uid: lesion.tracking_uid, ...(lesion.location.length > 0 ? { location: lesion.location } : {}) });
  set({ tab: NODULES });
}

/** Begin a new version of a finished report; nothing is written before the first answer changes. */
export const revise = (): void => set({ revising: getState().report?.sop_instance_uid ?? null });

export function discardDraft(): void {
  const { report, conflict } = getState();
  drafts.discard().catch((error: unknown) => fail(error));
  set({
    answers: report?.answers ?? {},
    phases: report?.phases ?? {},
    sources: sourcesOf(report),
    segmentation: report?.segmentation ?? null,
    dirty: false,
    restored: null,
    revising: null,
    problem: null,
    conflict: null,
  });
  if (conflict) showReport(conflict.newer);
}

/** Go on with the draft of the other tab or machine; this one's stays for as long as nobody looks away. */
export function takeElsewhere(): void {
  const { elsewhere } = getState();
  if (!elsewhere) return;
  const mine = drafts.current();
  edited(elsewhere.answers, elsewhere.phases ?? {}, elsewhere.sources ?? {});
  set({ elsewhere: { ...mine, kept: new Date().toISOString() } });
}

function show(me: Me, template: Template, info: StudyInfo, server: Draft | null | undefined): void {
  const newest = latest(info.reports, me.user);
  set({ me, template, info, keeping: NOT_KEPT });
  showReport(newest);
  drafts.begin(server?.revision ?? null);
  const found = choose(drafts.readLocal(me.user, getState().studyUid), server);
  if (found && isChanged(template, newest, found.draft)) restore(me, info, newest, found.draft, found.kept);
  if (found?.other) set({ elsewhere: found.other });
}

function isChanged(template: Template, report: ReportInfo | null, draft: NewDraft): boolean {
  const phases = (one: Corrections | null | undefined): string => JSON.stringify(Object.entries(one ?? {}).sort());
  return differences(template, report?.answers ?? {}, draft.answers).length > 0 || phases(report?.phases) !== phases(draft.phases);
}

/** Go on with a draft: from the version that it was begun from, though there be a newer one. */
function restore(me: Me, info: StudyInfo, newest: ReportInfo | null, draft: NewDraft, kept: string): void {
  const base = info.reports.find(one => one.sop_instance_uid === draft.replaces) ?? null;
  const newer = base ? successor(info.reports, base.sop_instance_uid) : newest;
  set({
    report: base,
    answers: draft.answers,
    phases: draft.phases ?? {},
    sources: { ...sourcesOf(base), ...(draft.sources ?? {}) },
    segmentation: draft.segmentation ?? base?.segmentation ?? null,
    restored: kept,
    dirty: true,
    revising: base && isFinished(base, me.user) ? base.sop_instance_uid : null,
    conflict: newer ? { newer, wanted: null } : null,
  });
  drafts.goOn('revision' in draft && 'kept' in draft ? kept : null);
}

function edited(answers: Answers, phases: Corrections = getState().phases, sources: Sources = getState().sources): void {
  set({ answers, phases, sources, dirty: true, problem: null });
  drafts.keep();
}

drafts.onEvents({ reconnected: () => void resume(), vanished: lookForNewer });
if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', drafts.leave);
  window.addEventListener('online', drafts.retry);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && void drafts.leave());
}
