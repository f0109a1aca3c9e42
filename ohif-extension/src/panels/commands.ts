/** What keys do, in the panel and in the whole mode, by the command that OHIF knows them by (keys.ts). */
import { requiredPaths } from '../lirads';
import { getPresegmentation, presegment } from '../presegment';
import { dirtyMasks } from '../segmentation/masks';
import * as nodules from '../segmentation/nodules';
import * as store from '../store';
import { currentLanguage, say } from '../texts';
import type { ReportInfo, ReportState } from '../types/api';
import type { Ohif } from '../types/ohif';
import { isFinished, mayVerify, WRITERS } from '../versions';
import { actions } from './actions';
import { goTo, goToMissing, turnNodule, turnTab } from './moving';

export const PANEL_COMMANDS: Readonly<Record<string, (ohif: Ohif) => void>> = {
  hepatiaSave: saveReport,
  hepatiaComplete: completeReport,
  hepatiaVerify: verifyReport,
  hepatiaNextMissing: () => nextMissing(),
  hepatiaPreviousMissing: () => previousMissing(),
  hepatiaNextTab: () => nextTab(),
  hepatiaPreviousTab: () => previousTab(),
  hepatiaNextNodule: () => turnNodule(1),
  hepatiaPreviousNodule: () => turnNodule(-1),
  hepatiaAddNodule: addNodule,
  hepatiaPresegment: presegmentActive,
};

/** Save the masks that have changed, and the answers as a draft; nothing where there is nothing to save, or the role may not. */
export function saveReport(ohif: Ohif): void {
  if (mayWriteNow() && (store.getState().dirty || dirtyMasks().length > 0)) run(ohif, 'draft');
}

/** A segment, a tracking UID, a row, the brush in hand. */
function addNodule(ohif: Ohif): void {
  if (mayWriteNow()) actions(ohif, say(currentLanguage())).run(() => nodules.addNodule(ohif));
}

/** The active series, by the model that is chosen, or the first. */
function presegmentActive(ohif: Ohif): void {
  const { models, chosen } = getPresegmentation();
  const model = chosen || models?.models[0]?.name;
  if (model && models?.state !== 'down' && mayWriteNow()) void presegment(ohif, say(currentLanguage()), model);
}

/** Complete the report; where required answers are missing, go to the first. */
export function completeReport(ohif: Ohif): void {
  const { template, answers, report, dirty } = store.getState();
  if (!template || !mayWriteNow() || (report && report.state !== 'draft' && !dirty)) return;
  const [missing] = requiredPaths(template.schema, answers, currentLanguage());
  if (missing) goTo(template, missing);
  else run(ohif, 'complete');
}

/** Verify what is complete and as it was saved. */
export function verifyReport(ohif: Ohif): void {
  const { me, report, dirty } = store.getState();
  if (me && !dirty && mayVerify(report, me)) run(ohif, 'verified');
}

export const nextMissing = (): void => toMissing(false);
export const previousMissing = (): void => toMissing(true);
export const nextTab = (): void => toTab(1);
export const previousTab = (): void => toTab(-1);

/** Save again what was refused, or could not be sent. */
export const tryAgain = (ohif: Ohif, wanted: ReportState): void => run(ohif, wanted);

/** Whether what is shown is read, not written: a finished report, until a new version is begun. */
export function isLocked(): boolean {
  const { me, report, revising } = store.getState();
  return me !== null && report !== null && isFinished(report, me.user) && !isRevised(report, revising);
}

const isRevised = (report: ReportInfo, revising: string | null): boolean => revising === report.sop_instance_uid;

function mayWriteNow(): boolean {
  const { me, busy } = store.getState();
  return me !== null && WRITERS.includes(me.role) && !busy && !isLocked();
}

function run(ohif: Ohif, wanted: ReportState): void {
  if (!store.getState().busy) actions(ohif, say(currentLanguage())).save(wanted);
}

function toMissing(backwards: boolean): void {
  const { template } = store.getState();
  if (template) goToMissing(template, backwards);
}

function toTab(step: number): void {
  const { template } = store.getState();
  if (template) turnTab(template, step);
}
