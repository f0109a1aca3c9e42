/**
 * What the reader answers is kept all the time: at once in this browser, within a second on the server.
 *
 * Nobody waits for it. A draft is kept as a whole, so that after a while without a connection the last one says all.
 */
import { HepatiaError, deleteDraft, getDraft, getMe, putDraft } from './client';
import { isSameDraft } from './restoring';
import { TEMPLATE } from './id';
import { NOT_KEPT, getState, set, type Keeping } from './state';
import type { Draft, NewDraft } from './types/api';

export const DELAY_MS = 1000;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 10_000;

/** What this browser keeps; `revision` is the server's draft that it goes on from, `sent` whether that is this one. */
export interface LocalDraft extends NewDraft {
  changed: string;
  revision: number | null;
  sent: boolean;
}

/** The draft on the server as this tab has last seen it. */
let revision: number | null = null;
let timer: number | undefined;
let underWay = 0;
let last: Promise<void> = Promise.resolve();
let retryMs = FIRST_RETRY_MS;
let held = false;
let reconnected: () => void = () => undefined;
let vanished: () => Promise<void> = async () => undefined;

/** Say what to do when the server answers again, and when the draft was saved or discarded somewhere else. */
export function onEvents(events: { reconnected: () => void; vanished: () => Promise<void> }): void {
  ({ reconnected, vanished } = events);
}

/** Begin with a study whose draft on the server has this revision. */
export function begin(known: number | null): void {
  window.clearTimeout(timer);
  timer = undefined;
  held = false;
  retryMs = FIRST_RETRY_MS;
  revision = known;
}

/** The answers have changed: keep them. */
export function keep(): void {
  writeLocal(false);
  if (timer === undefined && !held) schedule(DELAY_MS);
}

/** Go on with a draft that was found on opening: kept on the server then, or (null) not there yet. */
export function goOn(kept: string | null): void {
  if (kept === null) return keep();
  writeLocal(true);
  set({ keeping: { state: 'server', at: new Date(kept), since: null, message: '' } });
}

export function current(): NewDraft {
  const { answers, phases, sources, report, segmentation } = getState();
  return { template: TEMPLATE, answers, phases, sources, replaces: report?.sop_instance_uid ?? null, segmentation };
}

/** Keep now what is not on the server yet; resolves when that is done, or cannot be done. */
export function flush(): Promise<void> {
  window.clearTimeout(timer);
  timer = undefined;
  underWay += 1;
  last = last.then(send).finally(() => {
    underWay -= 1;
  });
  return last;
}

/** Keep nothing on the server for a while: a report is being saved, which removes the draft. */
export const hold = (): void => {
  held = true;
  window.clearTimeout(timer);
  timer = undefined;
};

/** The report was saved, and its draft with that removed; what was typed meanwhile begins a new one. */
export function release(wasSaved: boolean): void {
  held = false;
  if (wasSaved) revision = null;
  if (wasSaved && !getState().dirty) {
    forgetLocal();
    set({ keeping: NOT_KEPT });
  } else if (getState().dirty) keep();
}

/** The reader does not want the draft: forget it here and there. */
export async function discard(): Promise<void> {
  const { studyUid } = getState();
  begin(null);
  forgetLocal();
  set({ keeping: NOT_KEPT });
  await last;
  try {
    await deleteDraft(studyUid);
  } catch (error) {
    if (!(error instanceof HepatiaError && error.code === 'no_draft')) throw error;
  } finally {
    if (getState().studyUid === studyUid && !getState().dirty) {
      begin(null);
      set({ keeping: NOT_KEPT });
    }
  }
}

/** The page goes away: send what is not there yet, without waiting for an answer. */
export function leave(): void {
  if (timer === undefined || underWay > 0) return;
  window.clearTimeout(timer);
  timer = undefined;
  // What does not arrive is in this browser.
  putDraft(getState().studyUid, current(), revision, true).catch(() => undefined);
}

/** Try again at once: the connection, or the session, is back. */
export function retry(): void {
  if (!['offline', 'ended'].includes(getState().keeping.state)) return;
  retryMs = FIRST_RETRY_MS;
  schedule(0);
}

function schedule(delay: number): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void flush(), delay);
}

async function send(): Promise<void> {
  const { studyUid, dirty } = getState();
  const draft = current();
  try {
    if (!dirty) return await ask();
    const kept = await putOver(studyUid, draft);
    if (kept && getState().studyUid === studyUid) isKept(draft, kept);
  } catch (error) {
    if (getState().studyUid === studyUid) isNotKept(error);
  }
}

/** Nothing is to be kept, but something waits for the server. */
async function ask(): Promise<void> {
  await getMe();
  set({ keeping: NOT_KEPT });
  reconnected();
}

/** Keep a draft; where another tab or machine has kept one meanwhile, that is shown, and the last one wins. */
async function putOver(studyUid: string, draft: NewDraft): Promise<Draft | null> {
  try {
    return await putDraft(studyUid, draft, revision);
  } catch (error) {
    if (!(error instanceof HepatiaError && error.status === 412)) throw error;
  }
  const other = await getDraft(studyUid);
  if (getState().studyUid !== studyUid) return null;
  revision = other?.revision ?? null;
  if (other && !isSameDraft(other, draft)) set({ elsewhere: other });
  if (!other) await vanished();
  return putDraft(studyUid, draft, revision);
}

function isKept(draft: NewDraft, kept: Draft): void {
  const wasAway = ['offline', 'ended'].includes(getState().keeping.state);
  revision = kept.revision;
  retryMs = FIRST_RETRY_MS;
  const now = current();
  const isCurrent = now.answers === draft.answers && now.phases === draft.phases && now.sources === draft.sources;
  if (getState().dirty) writeLocal(isCurrent);
  if (!isCurrent && !held && timer === undefined) schedule(DELAY_MS);
  set({ keeping: { state: 'server', at: new Date(kept.kept), since: null, message: '' } });
  if (wasAway) reconnected();
}

/** The server is away, or the session has ended: what is not saved is kept here until it is back. */
export function away(status: number): void {
  const { keeping } = getState();
  const state: Keeping['state'] = status === 401 ? 'ended' : 'offline';
  set({ keeping: { ...keeping, state, since: keeping.since ?? new Date(), message: '' } });
  if (state === 'ended') return;
  schedule(retryMs);
  retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
}

function isNotKept(error: unknown): void {
  const status = error instanceof HepatiaError ? error.status : 0;
  const message = error instanceof Error ? error.message : String(error);
  if (status === 401 || status === 0 || status >= 500) away(status);
  else set({ keeping: { ...getState().keeping, state: 'browser', since: null, message } });
}

const localKey = (user: string, studyUid: string): string => `hepatia:draft:${user}:${studyUid}`;

function writeLocal(sent: boolean): void {
  const { me, studyUid } = getState();
  const local: LocalDraft = { ...current(), changed: new Date().toISOString(), revision, sent };
  try {
    window.localStorage.setItem(localKey(me?.user ?? '', studyUid), JSON.stringify(local));
  } catch {
    // The browser's storage is full or closed: the server has the draft a second later.
  }
}

function forgetLocal(): void {
  const { me, studyUid } = getState();
  window.localStorage.removeItem(localKey(me?.user ?? '', studyUid));
}

export function readLocal(user: string, studyUid: string): LocalDraft | null {
  const text = window.localStorage.getItem(localKey(user, studyUid));
  try {
    return text ? (JSON.parse(text) as LocalDraft) : null;
  } catch {
    return null;
  }
}
