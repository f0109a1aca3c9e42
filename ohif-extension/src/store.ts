/** The state of the panel. It lives outside of the components, because OHIF unmounts them at every tab switch. */
import { HepatiaError, getMe, getStudy, getTemplate, postReport, verifyReport, type NewReport } from './client';
import { pruned, tabOf } from './form/model';
import { TEMPLATE } from './id';
import type { Answers, CarriedMasks, Json, Me, Member, PhaseName, ReportInfo, ReportState, StudyInfo, Template } from './types/api';

export interface Problem {
  message: string;
  path: string;
}

export interface State {
  studyUid: string;
  me: Me | null;
  template: Template | null;
  info: StudyInfo | null;
  answers: Answers;
  /** Phases that the reader has corrected, by series. */
  phases: Corrections;
  report: ReportInfo | null;
  segmentation: string | null;
  tab: string;
  nodule: number;
  busy: boolean;
  dirty: boolean;
  restored: boolean;
  maskDirty: boolean;
  carried: CarriedMasks | null;
  savedAt: Date | null;
  problem: Problem | null;
}

type Corrections = Record<string, PhaseName>;

interface Draft {
  answers: Answers;
  phases?: Corrections;
  replaces: string | null;
}

const EMPTY: Omit<State, 'studyUid'> = {
  me: null,
  template: null,
  info: null,
  answers: {},
  phases: {},
  report: null,
  segmentation: null,
  tab: 'patient',
  nodule: 0,
  busy: false,
  dirty: false,
  restored: false,
  maskDirty: false,
  carried: null,
  savedAt: null,
  problem: null,
};

let state: State = { studyUid: '', ...EMPTY };
const listeners = new Set<() => void>();

export const getState = (): State => state;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function set(change: Partial<State>): void {
  state = { ...state, ...change };
  listeners.forEach(listener => listener());
}

/** Load a study; what is already loaded stays, with all that was typed. */
export async function open(studyUid: string): Promise<void> {
  if (state.studyUid === studyUid && state.info) return;
  state = { studyUid, ...EMPTY };
  set({});
  try {
    const [me, template, info] = await Promise.all([getMe(), getTemplate(TEMPLATE), getStudy(studyUid)]);
    if (state.studyUid === studyUid) show(me, template, info);
  } catch (error) {
    fail(error);
  }
}

/** Load what the server knows of the study again; answers under way stay. */
export async function refresh(): Promise<void> {
  const studyUid = state.studyUid;
  try {
    const info = await getStudy(studyUid);
    if (state.studyUid === studyUid) set({ info });
  } catch (error) {
    fail(error);
  }
}

export function answer(group: string, index: number | null, item: string, value: Json | undefined): void {
  const change = (member: Member): Member => {
    const { [item]: _before, ...others } = member;
    return value === undefined || value === null ? others : { ...others, [item]: value };
  };
  const before = state.answers[group];
  const after =
    index === null
      ? change(Array.isArray(before) ? {} : (before ?? {}))
      : (Array.isArray(before) ? before : []).map((member, at) => (at === index ? change(member) : member));
  edited({ ...state.answers, [group]: after });
}

export function addMember(group: string): void {
  const before = state.answers[group];
  const members = Array.isArray(before) ? before : [];
  edited({ ...state.answers, [group]: [...members, {}] });
  set({ nodule: members.length });
}

export function removeMember(group: string, index: number): void {
  const before = state.answers[group];
  edited({ ...state.answers, [group]: (Array.isArray(before) ? before : []).filter((_, at) => at !== index) });
  set({ nodule: Math.max(0, Math.min(state.nodule, index - 1)) });
}

/** Say that a series shows another phase than was detected. */
export function correctPhase(seriesUid: string, phase: PhaseName): void {
  edited(state.answers, { ...state.phases, [seriesUid]: phase });
}

export function discardDraft(): void {
  window.localStorage.removeItem(draftKey());
  set({ answers: state.report?.answers ?? {}, phases: state.report?.phases ?? {}, dirty: false, restored: false, problem: null });
}

/** Save the answers as a new version; returns the series it is stored in, or null when it was refused. */
export async function save(wanted: ReportState): Promise<string | null> {
  set({ busy: true, problem: null });
  try {
    const saved = wanted === 'verified' && state.report ? await verifyReport(state.report.sop_instance_uid) : await post(wanted);
    window.localStorage.removeItem(draftKey());
    const info = await getStudy(state.studyUid);
    const report = info.reports.find(one => one.sop_instance_uid === saved.sop_instance_uid) ?? null;
    const { answers = state.answers, phases = {} } = report ?? {};
    set({ info, report, answers, phases, dirty: false, restored: false, savedAt: new Date() });
    return saved.series_instance_uid;
  } catch (error) {
    fail(error);
    return null;
  } finally {
    set({ busy: false });
  }
}

export function fail(error: unknown): void {
  const problem: Problem =
    error instanceof HepatiaError ? { message: error.message, path: error.path } : { message: String(error), path: '' };
  const tab = state.template && problem.path ? tabOf(state.template.schema, problem.path) : undefined;
  set({ problem, ...(tab ? { tab } : {}) });
}

function show(me: Me, template: Template, info: StudyInfo): void {
  const report = latest(info.reports, me.user);
  const draft = readDraft(me.user);
  const saved: Draft = { answers: report?.answers ?? {}, phases: report?.phases ?? {}, replaces: null };
  const kept = (one: Draft): string => JSON.stringify([one.answers, one.phases ?? {}]);
  const restored = draft !== null && kept(draft) !== kept(saved);
  const shown = restored ? draft : saved;
  set({
    me,
    template,
    info,
    report,
    segmentation: report?.segmentation ?? null,
    answers: shown.answers,
    phases: shown.phases ?? {},
    restored,
    dirty: restored,
  });
}

/** The report to go on with: the newest that no other replaces; one's own before others'. */
export function latest(reports: ReportInfo[], user: string): ReportInfo | null {
  const replaced = new Set(reports.flatMap(report => report.replaces));
  const open = reports.filter(report => report.template === TEMPLATE && !replaced.has(report.sop_instance_uid));
  const own = open.filter(report => report.author_login === user);
  return (own.length > 0 ? own : open).at(-1) ?? null;
}

async function post(wanted: ReportState) {
  const report: NewReport = { template: TEMPLATE, answers: pruned(state.answers), state: wanted };
  if (state.segmentation) report.segmentation = state.segmentation;
  if (state.report) report.replaces = state.report.sop_instance_uid;
  if (JSON.stringify(state.phases) !== JSON.stringify(state.report?.phases ?? {})) report.phases = state.phases;
  return postReport(state.studyUid, report);
}

function edited(answers: Answers, phases: Corrections = state.phases): void {
  const draft: Draft = { answers, phases, replaces: state.report?.sop_instance_uid ?? null };
  window.localStorage.setItem(draftKey(), JSON.stringify(draft));
  set({ answers, phases, dirty: true, problem: null });
}

function draftKey(user = state.me?.user ?? ''): string {
  return `hepatia:draft:${user}:${state.studyUid}`;
}

function readDraft(user: string): Draft | null {
  const text = window.localStorage.getItem(draftKey(user));
  try {
    return text ? (JSON.parse(text) as Draft) : null;
  } catch {
    return null;
  }
}
