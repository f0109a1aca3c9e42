/** What the buttons do: save to the server, then bring the new series into OHIF's list. */
import { getJob, HepatiaError, postCarry } from '../client';
import { saveMask, loadMask, newMask, showSeries, MaskError } from '../segmentation/viewer';
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
  carryMask(sop: string, registration: 'none' | 'rigid'): void;
}

export const actions = (ohif: Ohif, t: Say): Actions => ({
  save: state => run(ohif, t, () => saveReport(ohif, state)),
  saveMask: () => run(ohif, t, () => storeMask(ohif, t)),
  newMask: () => run(ohif, t, async () => void (await newMask(ohif, 'HepatIA', ['Liver', 'Nodule 1']))),
  loadMask: sop => run(ohif, t, () => load(ohif, sop)),
  carryMask: (sop, registration) => run(ohif, t, () => carry(ohif, t, sop, registration)),
});

async function saveReport(ohif: Ohif, state: ReportState): Promise<void> {
  const seriesUid = await store.save(state);
  // The footer says that it is saved: OHIF's message would lie over the footer's buttons.
  if (!seriesUid) return;
  await showSeries(ohif, store.getState().studyUid, seriesUid);
}

async function storeMask(ohif: Ohif, t: Say): Promise<void> {
  const saved = await saveMask(ohif);
  store.set({ maskDirty: false, segmentation: saved.sop_instance_uid, problem: null });
  await store.refresh();
  notify(ohif, t('maskSaved'));
  await showSeries(ohif, store.getState().studyUid, saved.series_instance_uid);
}

async function load(ohif: Ohif, sop: string): Promise<void> {
  await loadMask(ohif, sop);
  store.set({ maskDirty: false, segmentation: sop });
}

async function carry(ohif: Ohif, t: Say, sop: string, registration: 'none' | 'rigid'): Promise<void> {
  store.set({ carried: null, problem: null });
  const answer = await postCarry(sop, registration);
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
function run(ohif: Ohif, t: Say, action: () => Promise<void>): void {
  store.set({ busy: true });
  action()
    .catch((error: unknown) => {
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

function notify(ohif: Ohif, message: string): void {
  ohif.servicesManager.services.uiNotificationService.show({ title: 'HepatIA', message, type: 'success', duration: 2500 });
}
