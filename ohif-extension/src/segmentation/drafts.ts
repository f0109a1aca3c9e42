/** Painted voxels are kept on the server while a reader works, and come back after a crash of the tab. */
import { deleteMaskDraft, getMaskDraft, getMaskDrafts, putMaskDraft } from '../client';
import * as store from '../store';
import type { MaskDraft } from '../types/api';
import type { Ohif } from '../types/ohif';
import { decode, encode } from './labelmap';
import * as masks from './masks';
import { labelmapOf, restoreMask } from './viewer';

/** A draft is kept when no stroke has come for this long, and at last when strokes have come for that long. */
const QUIET_MS = 5_000;
const LONGEST_MS = 30_000;

interface Waiting {
  timer: number;
  since: number;
}

const waiting = new Map<string, Waiting>();
let waitingDrafts: readonly MaskDraft[] = [];

/** Drafts of this study that are not in the viewer yet. */
export const draftsToRestore = (): readonly MaskDraft[] => waitingDrafts;
export const draftOf = (series: string): MaskDraft | undefined => waitingDrafts.find(one => one.series_instance_uid === series);

/** Ask which masks of a study were painted and not saved. */
export async function findDrafts(studyUid: string): Promise<void> {
  forget();
  try {
    waitingDrafts = await getMaskDrafts(studyUid);
  } catch {
    // Who may not paint has none; without a connection the next opening tells.
    waitingDrafts = [];
  }
  store.set({});
}

/** Nothing is kept any more for the study that was left. */
export function forget(): void {
  for (const { timer } of waiting.values()) window.clearTimeout(timer);
  waiting.clear();
  waitingDrafts = [];
}

/** Keep a mask once its reader pauses. */
export function keepSoon(ohif: Ohif, id: string): void {
  const before = waiting.get(id);
  const since = before?.since ?? Date.now();
  window.clearTimeout(before?.timer);
  const wait = Math.max(0, Math.min(QUIET_MS, since + LONGEST_MS - Date.now()));
  waiting.set(id, { since, timer: window.setTimeout(() => whenIdle(() => void keep(ohif, id)), wait) });
}

/** Keep a mask now: its voxels are read at once, compressed and sent later. */
export async function keep(ohif: Ohif, id: string): Promise<void> {
  window.clearTimeout(waiting.get(id)?.timer);
  waiting.delete(id);
  const mask = masks.maskWith(id);
  if (!mask) return;
  try {
    if (mask.dirty) {
      const body = encode(labelmapOf(ohif, mask));
      const { saved } = await putMaskDraft(mask.series, await piped(body, new CompressionStream('gzip')));
      masks.change(id, { kept: saved });
    } else if (mask.kept) await discard(mask.series, id);
  } catch {
    // The mask says that it is not saved; it is tried again after the next stroke, and in a while.
    if (masks.maskWith(id)?.dirty) keepSoon(ohif, id);
  }
}

/** Keep whatever is not kept yet: the page is being left. */
export function keepAll(ohif: Ohif): void {
  for (const id of [...waiting.keys()]) void keep(ohif, id);
}

/** Bring a draft back into the viewer, on the series that is shown. */
export async function restore(ohif: Ohif, draft: MaskDraft): Promise<void> {
  const series = draft.series_instance_uid;
  const body = await piped(await getMaskDraft(series), new DecompressionStream('gzip'));
  await restoreMask(ohif, series, decode(body), draft.saved);
  taken(series);
}

/** Throw a draft away; what is stored stays. */
export async function discard(series: string, id?: string): Promise<void> {
  if (id) window.clearTimeout(waiting.get(id)?.timer);
  if (id) waiting.delete(id);
  taken(series);
  await deleteMaskDraft(series);
  if (id && masks.maskWith(id)) masks.change(id, { kept: null, restored: null });
}

function taken(series: string): void {
  waitingDrafts = waitingDrafts.filter(one => one.series_instance_uid !== series);
}

async function piped(body: BufferSource, through: CompressionStream | DecompressionStream): Promise<ArrayBuffer> {
  const stream = new Response(body).body;
  if (!stream) throw new Error('There is nothing to compress.');
  return new Response(stream.pipeThrough(through)).arrayBuffer();
}

function whenIdle(act: () => void): void {
  if ('requestIdleCallback' in window) window.requestIdleCallback(act, { timeout: 2000 });
  else act();
}
