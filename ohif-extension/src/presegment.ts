/** Pre-segmentation jobs of the page: followed outside of the components, found again after a reload. */
import { cancelJob, getJob, getModels, postPresegment, HepatiaError } from './client';
import { activeDisplaySet, loadMask, MaskError, showSeries } from './segmentation/viewer';
import * as store from './store';
import { currentLanguage, say, type Say } from './texts';
import type { Job, Models } from './types/api';
import type { Ohif } from './types/ohif';

const POLL_MS = 500;
const MODELS_MS = 5000;

export interface Presegmentation {
  models: Models | null;
  jobs: Job[];
  problem: string;
  /** The model that the reader chose; empty: the first. */
  chosen: string;
  /** Whether a mask is stored that could not be brought into the viewer. */
  isToLoad: boolean;
}

let state: Presegmentation = { models: null, jobs: [], problem: '', chosen: '', isToLoad: false };
let studyUid = '';
let following = false;
let watching = 0;
let watches = 0;

export const getPresegmentation = (): Presegmentation => state;

function set(change: Partial<Presegmentation>): void {
  state = { ...state, ...change };
  store.set({});
}

/** Ask how the server is, and go on with the jobs that the page has left; again and again is once. */
export async function open(ohif: Ohif): Promise<void> {
  const study = store.getState().studyUid;
  if (studyUid !== study) {
    studyUid = study;
    set({ jobs: [], problem: '', isToLoad: false });
    for (const id of remembered()) await follow(ohif, id);
  }
  if (watching === 0) await askModels((watching = ++watches));
}

async function askModels(watch: number): Promise<void> {
  try {
    set({ models: await getModels() });
  } catch {
    // What was known stays: the next time may tell.
  }
  if (watch === watching) setTimeout(() => void (watch === watching && askModels(watch)), MODELS_MS);
}

/** Nothing is asked while nobody looks; jobs are followed all the same. */
export function close(): void {
  watching = 0;
}

export async function presegment(ohif: Ohif, t: Say, model: string): Promise<void> {
  set({ problem: '', isToLoad: false });
  try {
    const series = activeDisplaySet(ohif).SeriesInstanceUID;
    const { job } = await postPresegment(series, model);
    remember([...remembered(), job]);
    await follow(ohif, job);
  } catch (error) {
    set({ problem: error instanceof MaskError ? t(error.problem) : messageOf(error) });
  }
}

export async function cancel(id: string): Promise<void> {
  try {
    replace(await cancelJob(id));
  } catch (error) {
    // It has ended meanwhile: the next look at it says how.
    if (!(error instanceof HepatiaError && error.status === 409)) set({ problem: messageOf(error) });
  }
}

/** Take away what a job has told at its end. */
export function dismiss(id: string): void {
  remember(remembered().filter(one => one !== id));
  set({ jobs: state.jobs.filter(one => one.job !== id) });
}

async function follow(ohif: Ohif, id: string): Promise<void> {
  await look(ohif, id);
  if (following) return;
  following = true;
  while (running().length > 0) {
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
    for (const job of running()) await look(ohif, job.job);
  }
  following = false;
}

async function look(ohif: Ohif, id: string): Promise<void> {
  try {
    const job = await getJob(id);
    if (job.state === 'done') await finish(ohif, job);
    else replace(job);
  } catch (error) {
    // Without a connection the next look may find it; a job that the server has forgotten is over.
    if (error instanceof HepatiaError && error.status === 404) dismiss(id);
  }
}

async function finish(ohif: Ohif, job: Job): Promise<void> {
  const study = store.getState().studyUid;
  dismiss(job.job);
  if (!job.segmentation || study !== studyUid) return;
  await store.refresh();
  const stored = store.getState().info?.segmentations.find(one => one.sop_instance_uid === job.segmentation);
  if (stored) await showSeries(ohif, study, stored.series_instance_uid);
  try {
    await loadMask(ohif, job.segmentation);
    store.set({ segmentation: job.segmentation });
  } catch (error) {
    if (error instanceof MaskError && error.problem === 'unsavedFirst') return set({ problem: say(currentLanguage())(error.problem) });
    // A page that has just come again does not have the images of every series: the list has the mask.
    set({ isToLoad: true });
  }
}

/** When a job was first seen at work, and how far it was, to tell how long it may take. */
const begun = new Map<string, { at: number; progress: number }>();
const ENOUGH_MS = 2000;

/** Seconds until a job may be done; null while that cannot be told. */
export function secondsLeft(job: Job, now = Date.now()): number | null {
  if (job.state !== 'running' || job.place > 0 || job.progress <= 0) return null;
  const first = begun.get(job.job) ?? { at: now, progress: job.progress };
  begun.set(job.job, first);
  const elapsed = now - first.at;
  const done = job.progress - first.progress;
  return elapsed < ENOUGH_MS || done <= 0 ? null : Math.max(1, Math.round(((1 - job.progress) * elapsed) / done / 1000));
}

export const chooseModel = (name: string): void => set({ chosen: name });

function replace(job: Job): void {
  const known = state.jobs.some(one => one.job === job.job);
  set({ jobs: known ? state.jobs.map(one => (one.job === job.job ? job : one)) : [...state.jobs, job] });
}

const running = (): Job[] => state.jobs.filter(job => job.state === 'running');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const key = (): string => `hepatia:jobs:${studyUid}`;

function remembered(): string[] {
  try {
    const ids: unknown = JSON.parse(window.localStorage.getItem(key()) ?? '[]');
    return Array.isArray(ids) ? ids.filter(one => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

function remember(ids: string[]): void {
  if (ids.length > 0) window.localStorage.setItem(key(), JSON.stringify(ids));
  else window.localStorage.removeItem(key());
}
