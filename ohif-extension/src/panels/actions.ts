/** What the buttons do: save to the server, then bring the new series into OHIF's list. */
import { getJob, HepatiaError, postCarry } from '../client';
import * as drafts from '../segmentation/drafts';
import * as masks from '../segmentation/masks';
import { Asked } from '../segmentation/meeting';
import { activeDisplaySet, MaskError } from '../segmentation/shown';
import { lookAtPending } from '../segmentation/watch';
import { closeMask, loadMask, newMask, saveMask, showSeries } from '../segmentation/viewer';
import * as store from '../store';
import type { Say } from '../texts';
import type { CarriedMasks, ReportState } from '../types/api';
import type { Ohif } from '../types/ohif';

const JOB_POLL_MS = 500;

export interface Actions {
  save(state: ReportState): void;
  saveMask(): void;
  newMask(): void;
  loadMask(sop: string): void;
  discardMask(mask: masks.OpenMask): void;
  carryMask(sop: string, registration: 'none' | 'rigid', series: string[]): void;
  run(action: () => Promise<unknown>): void;
}

export const actions = (ohif: Ohif, t: Say): Actions => ({
  save: state => run(ohif, t, () => saveAll(ohif, t, state)),
  saveMask: () => run(ohif, t, () => storeMask(ohif, t, activeMask(ohif))),
  newMask: () => run(ohif, t, () => makeMask(ohif)),
  loadMask: sop => run(ohif, t, () => load(ohif, sop)),
  discardMask: mask => run(ohif, t, () => discard(ohif, mask)),
  carryMask: (sop, registration, series) => run(ohif, t, () => carry(ohif, t, sop, registration, series)),
  run: action => run(ohif, t, action),
});

/** Save the masks that have changed, then the report, which cites them. */
async function saveAll(ohif: Ohif, t: Say, state: ReportState): Promise<void> {
  await saveMasks(ohif, t);
  if (state === 'draft' && !store.getState().dirty) return;
  const seriesUid = await store.save(state);
  // The footer says that it is saved: OHIF's message would lie over the footer's buttons.
  if (!seriesUid) return;
  await showSeries(ohif, store.getState().studyUid, seriesUid);
}

/** Save every mask that has changed. */
export async function saveMasks(ohif: Ohif, t: Say): Promise<void> {
  lookAtPending();
  for (const mask of masks.dirtyMasks()) await storeMask(ohif, t, mask);
}

function activeMask(ohif: Ohif): masks.OpenMask {
  lookAtPending();
  const mask = masks.maskOf(activeDisplaySet(ohif).SeriesInstanceUID);
  if (!mask) throw new MaskError('noMask');
  return mask;
}

async function makeMask(ohif: Ohif): Promise<void> {
  const series = activeDisplaySet(ohif).SeriesInstanceUID;
  if (masks.maskOf(series)?.dirty) throw new MaskError('unsavedFirst');
  await newMask(ohif, series, [
    { number: 1, label: 'Liver', kind: 'liver' },
    { number: 2, label: 'Nodule 1', kind: 'nodule' },
  ]);
}

async function storeMask(ohif: Ohif, t: Say, mask: masks.OpenMask): Promise<void> {
  const saved = await saveMask(ohif, mask);
  store.set({ segmentation: saved.sop_instance_uid, problem: null });
  // What was kept for the case of a crash is stored now; should it stay, the next opening offers it again.
  await drafts.discard(mask.series, mask.id).catch(() => undefined);
  await store.refresh();
  notify(ohif, t('maskSaved'));
  await showSeries(ohif, store.getState().studyUid, saved.series_instance_uid);
}

async function load(ohif: Ohif, sop: string): Promise<void> {
  await loadMask(ohif, sop);
  store.set({ segmentation: sop });
}

/** Throw away what was painted since the last save, and show what is stored. */
async function discard(ohif: Ohif, mask: masks.OpenMask): Promise<void> {
  await drafts.discard(mask.series, mask.id);
  closeMask(ohif, mask.id);
  if (mask.stored) await loadMask(ohif, mask.stored);
}

async function carry(ohif: Ohif, t: Say, sop: string, registration: 'none' | 'rigid', series: string[]): Promise<void> {
  store.set({ carried: null, problem: null });
  const answer = await postCarry(sop, registration, series);
  const carried = 'job' in answer ? await outcome(answer.job) : answer;
  store.set({ carried });
  await store.refresh();
  notify(ohif, `${t('carried')} ${carried.carried.length}`);
  for (const one of carried.carried) await showSeries(ohif, store.getState().studyUid, one.segmentation.series_instance_uid);
}

/** Wait for a job that carries a mask. */
async function outcome(id: string): Promise<CarriedMasks> {
  for (;;) {
    const job = await getJob(id);
    if (job.carried) return job.carried;
    if (job.state !== 'running') throw new HepatiaError(0, job.error?.code ?? 'job_failed', job.error?.message ?? job.state, '');
    await new Promise(resolve => setTimeout(resolve, JOB_POLL_MS));
  }
}

/** Run one action; what goes wrong becomes a note in the panel, never a lost exception. */
function run(ohif: Ohif, t: Say, action: () => Promise<unknown>): void {
  store.set({ busy: true });
  action()
    .catch((error: unknown) => {
      if (error instanceof Asked) return;
      const known = error instanceof MaskError ? new Error(t(error.problem)) : error;
      store.fail(known);
      ohif.servicesManager.services.uiNotificationService.show({
        title: 'HepatIA',
        message: known instanceof Error ? known.message : String(known),
        type: 'error',
      });
    })
    .finally(() => store.set({ busy: false }));
}

/** The panel's own footer tells what is saved; a note over the image is for who has another panel before them. */
function notify(ohif: Ohif, message: string): void {
  if (document.querySelector('[data-cy="hepatia-panel"]')) return;
  ohif.servicesManager.services.uiNotificationService.show({ title: 'HepatIA', message, type: 'success', duration: 2500 });
}
