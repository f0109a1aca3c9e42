/** What the panel knows. It lives outside of the components, because OHIF unmounts them at every tab switch. */
import type { Sources } from './sources';
import type { Answers, CarriedMasks, Me, NewDraft, PhaseName, Prior, ReportInfo, ReportState, StudyInfo, Template } from './types/api';

export interface Problem {
  message: string;
  path: string;
  /** What was about to be saved. */
  wanted?: ReportState;
}

/** Where what is not saved is kept: nowhere yet, on the server, or in this browser alone and why. */
export interface Keeping {
  state: 'nothing' | 'server' | 'browser' | 'offline' | 'ended';
  /** When it was last kept on the server. */
  at: Date | null;
  /** Since when there is no connection, or no session. */
  since: Date | null;
  /** The server's words, where it refuses to keep it. */
  message: string;
}

export interface Conflict {
  newer: ReportInfo;
  /** What was about to be saved; null when nothing was. */
  wanted: ReportState | null;
}

/** A draft beside the one that is shown; `kept` is ISO. */
export type OtherDraft = NewDraft & { kept: string };

export type Corrections = Record<string, PhaseName>;

export interface State {
  studyUid: string;
  me: Me | null;
  template: Template | null;
  info: StudyInfo | null;
  answers: Answers;
  /** Phases that the reader has corrected, by series. */
  phases: Corrections;
  /** Where numbers come from. */
  sources: Sources;
  report: ReportInfo | null;
  segmentation: string | null;
  tab: string;
  nodule: number;
  busy: boolean;
  dirty: boolean;
  /** When the draft was kept that was found on opening, until the reader has seen it. */
  restored: string | null;
  keeping: Keeping;
  /** A draft of the same reader from another tab or machine, that this one has replaced. */
  elsewhere: OtherDraft | null;
  conflict: Conflict | null;
  /** What is saved as soon as there is a connection again. */
  waiting: ReportState | null;
  /** The finished report that the reader has begun a new version of. */
  revising: string | null;
  /** Versions that are compared: SOP Instance UIDs, or UNSAVED. */
  compared: string[];
  /** Other exams of the patient; null while they are not known, 'failed' when they could not be read. */
  priors: Prior[] | null | 'failed';
  carried: CarriedMasks | null;
  savedAt: Date | null;
  problem: Problem | null;
}

/** Stands for what is in the form, among versions. */
export const UNSAVED = 'unsaved';

export const NOT_KEPT: Keeping = { state: 'nothing', at: null, since: null, message: '' };

export const EMPTY: Omit<State, 'studyUid'> = {
  me: null,
  template: null,
  info: null,
  answers: {},
  phases: {},
  sources: {},
  report: null,
  segmentation: null,
  tab: 'patient',
  nodule: 0,
  busy: false,
  dirty: false,
  restored: null,
  keeping: NOT_KEPT,
  elsewhere: null,
  conflict: null,
  waiting: null,
  revising: null,
  compared: [],
  priors: null,
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

/** Begin with a study. */
export function clear(studyUid: string): void {
  state = { studyUid, ...EMPTY };
  set({});
}

/** The phase of a series as the reader has it. */
export const phaseOf = (series: string): PhaseName | undefined =>
  state.phases[series] ?? state.info?.series.find(one => one.series_instance_uid === series)?.phase ?? undefined;
