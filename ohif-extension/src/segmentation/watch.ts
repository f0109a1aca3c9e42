/** Follows the viewer while a study is read: strokes make masks unsaved, shown series get their masks. One for the page. */
import { nodulesOf } from '../lirads';
import * as store from '../store';
import type { Ohif, Subscription } from '../types/ohif';
import { newestOf } from './cited';
import * as drafts from './drafts';
import * as masks from './masks';
import { Asked, forget } from './meeting';
import { imagesOf, isThere, shownSeries, slicesOf } from './shown';
import { adopt, loadMask, paintColors, represent, segmentationOf } from './viewer';

const LOOK_MS = 150;
const STEP_MS = 300;

interface Modified extends Event {
  detail: { segmentationId: string };
}

/** Masks to look at once their reader pauses. Which slices were painted OHIF does not tell: of stacks it always says the first. */
const pending = new Set<string>();
let looking = 0;
/** Stored masks that were loaded by themselves: one that the reader has closed does not come again. */
const shown = new Set<string>();
let current: Ohif | null = null;
let study = '';
let subscriptions: Subscription[] = [];
let colored = '';
let showing = false;

/** Begin with a study, or go on with it; again and again is once. */
export function watch(ohif: Ohif): void {
  if (!current) begin();
  current = ohif;
  for (const one of subscriptions) one.unsubscribe();
  const { viewportGridService: grid } = ohif.servicesManager.services;
  // OHIF forgets subscriptions when a mode is left.
  subscriptions = ['GRID_STATE_CHANGED', 'VIEWPORTS_READY', 'ACTIVE_VIEWPORT_ID_CHANGED'].flatMap(name => {
    const event = grid.EVENTS?.[name];
    return event ? [grid.subscribe(event, () => follow())] : [];
  });
  follow();
}

function begin(): void {
  const { eventTarget } = window.cornerstone;
  eventTarget.addEventListener('CORNERSTONE_TOOLS_SEGMENTATION_DATA_MODIFIED', event => modified(event as Modified));
  eventTarget.addEventListener('CORNERSTONE_TOOLS_SEGMENTATION_REMOVED', event => closed((event as Modified).detail.segmentationId));
  eventTarget.addEventListener('CORNERSTONE_TOOLS_SEGMENTATION_MODIFIED', () => store.set({}));
  window.addEventListener('popstate', () => current && drafts.keepAll(current));
  store.subscribe(() => follow());
}

/** The reader has taken a mask out of the viewer: what is stored of its series does not come again by itself. */
function closed(id: string): void {
  const mask = masks.maskWith(id);
  if (!mask) return;
  const stored = newestOf(store.getState().info?.segmentations ?? [], mask.series);
  if (stored) shown.add(stored.sop_instance_uid);
  masks.drop(id);
}

/** Whether strokes have come that nobody has looked at yet. */
export const hasPending = (): boolean => pending.size > 0;

function modified({ detail: { segmentationId } }: Modified): void {
  if (!isOurs()) return;
  pending.add(segmentationId);
  window.clearTimeout(looking);
  looking = window.setTimeout(lookAtPending, LOOK_MS);
}

/** Look at what was painted now, not in a moment. */
export function lookAtPending(): void {
  const ohif = current;
  if (!ohif) return;
  const changed = [...pending];
  pending.clear();
  for (const id of changed) lookAt(ohif, id);
}

function lookAt(ohif: Ohif, id: string): void {
  const images = imagesOf(segmentationOf(ohif, id));
  const mask = masks.maskWith(id);
  if (images.length === 0) return;
  if (!mask) return void adopt(ohif, id);
  const dirty = masks.look(id, slicesOf(images)) || mask.touched;
  masks.change(id, { dirty });
  if (dirty || mask.kept) drafts.keepSoon(ohif, id);
}

/** Whether the page shows the study that the panel has. */
const isOurs = (): boolean => new URLSearchParams(window.location.search).get('StudyInstanceUIDs')?.split(',')[0] === store.getState().studyUid;

function follow(): void {
  const ohif = current;
  const { studyUid, info, answers } = store.getState();
  if (!ohif || !info || !isOurs()) return;
  if (study !== studyUid) {
    study = studyUid;
    shown.clear();
    pending.clear();
    masks.dropAll();
    forget();
    void drafts.findDrafts(studyUid).then(() => showMasks(ohif));
  } else if (!showing) void showMasks(ohif);
  const colors = JSON.stringify(nodulesOf(answers).map(one => one.tracking_uid));
  if (colors !== colored) for (const mask of masks.openMasks()) paintColors(ohif, mask);
  colored = colors;
}

/** Every series that is shown gets its mask: the one that was painted and not saved, else the newest that is stored. */
async function showMasks(ohif: Ohif): Promise<void> {
  if (showing) return;
  showing = true;
  let isLeft = false;
  try {
    for (const { set } of shownSeries(ohif)) isLeft = !(await showMask(ohif, set)) || isLeft;
  } finally {
    showing = false;
  }
  if (isLeft) window.setTimeout(() => follow(), STEP_MS);
}

/** Show the mask of a series; false when its images are not there yet. */
async function showMask(ohif: Ohif, set: Parameters<typeof isThere>[0] & { SeriesInstanceUID: string }): Promise<boolean> {
  const series = set.SeriesInstanceUID;
  const open = masks.maskOf(series);
  const draft = drafts.draftOf(series);
  const stored = newestOf(store.getState().info?.segmentations ?? [], series)?.sop_instance_uid;
  const isNew = stored !== undefined && !shown.has(stored);
  if (!open && !draft && !isNew) return true;
  if (!isThere(set)) return false;
  try {
    if (open) await represent(ohif, open);
    else if (draft) await drafts.restore(ohif, draft);
    else if (stored) {
      shown.add(stored);
      await loadMask(ohif, stored);
    }
  } catch (error) {
    if (!(error instanceof Asked)) store.fail(error);
  }
  return true;
}
