/** What the HepatIA mode adds to OHIF's viewports, from the opening of a study to its end. */
import { COMMANDS, nameInOhif, register } from '../commands';
import { PANEL_COMMANDS } from '../panels/commands';
import { maskOf } from '../segmentation/masks';
import { represent } from '../segmentation/viewer';
import { fail } from '../showing';
import * as store from '../store';
import type { Ohif, PubSub } from '../types/ohif';
import { services } from '../types/viewer';
import { tellEmpty } from './empty';
import { goToNodule, goToNoduleOrTell } from './jump';
import { addAttributes, rehang, toggleFourPhases, toggleWithPrior } from './layouts';
import { keepMarks } from './marks';
import { applyStyle, toggleMasks, toolChosen } from './outlines';
import { forgetPrior } from './prior';
import { displaySetIn } from './stacks';
import { addSynchroniser, join, shiftByWheel, watchPlaces } from './synchronise';

/** How long the images wait for the phases of a study; then they open without. */
const LONGEST_MS = 3000;

/** Ask for the study, so that the first viewport shows its portal venous phase. */
export async function prepare(studyUid: string | undefined): Promise<void> {
  if (!studyUid) return;
  await Promise.race([store.open(studyUid), new Promise(resolve => setTimeout(resolve, LONGEST_MS))]);
}

for (const command of COMMANDS) {
  const ofPanel = PANEL_COMMANDS[nameInOhif(command)];
  if (ofPanel) register(command, ofPanel);
}
register('fourPhases', ohif => toggleFourPhases(ohif));
register('withPrior', (ohif, { studyInstanceUid }) => void toggleWithPrior(ohif, typeof studyInstanceUid === 'string' ? studyInstanceUid : undefined));
register('toggleMasks', (ohif, { evt }) => toggleMasks(ohif, evt instanceof KeyboardEvent ? evt : undefined));
register('goToNodule', ohif => goToNoduleOrTell(ohif));
register('showKeys', ohif => void import('./KeyList').then(({ showKeys }) => showKeys(ohif), fail));

/** Start; returns what ends it. Attributes must be there before OHIF hangs the series. */
export function enter(ohif: Ohif): (() => void)[] {
  addAttributes(ohif);
  addSynchroniser(ohif);
  applyStyle(ohif);
  return [watchPlaces(ohif), shiftByWheel(ohif), ...watchViewports(ohif), watchPhases(ohif), watchNodule(ohif), forgetPrior];
}

function watchViewports(ohif: Ohif): (() => void)[] {
  const { cornerstoneViewportService, segmentationService, viewportGridService, toolGroupService } = services(ohif);
  const marks = keepMarks(ohif);
  const on = (service: PubSub, name: string, then: (detail: Record<string, unknown>) => void): (() => void) => {
    const subscription = service.subscribe(service.EVENTS[name] ?? name, then);
    return () => subscription.unsubscribe();
  };
  return [
    marks.end,
    on(cornerstoneViewportService, 'VIEWPORT_DATA_CHANGED', ({ viewportId }) => {
      join(ohif, String(viewportId));
      void showMaskIn(ohif, String(viewportId)).then(() => applyStyle(ohif));
      marks.draw();
    }),
    on(segmentationService, 'SEGMENTATION_ADDED', () => applyStyle(ohif)),
    on(segmentationService, 'SEGMENTATION_MODIFIED', () => applyStyle(ohif)),
    on(toolGroupService, 'PRIMARY_TOOL_ACTIVATED', () => toolChosen(ohif)),
    on(viewportGridService, 'GRID_STATE_CHANGED', () => requestAnimationFrame(() => tellEmpty(ohif))),
  ];
}

/** OHIF takes masks out of a viewport that it sets up; that of its series comes back. */
async function showMaskIn(ohif: Ohif, viewportId: string): Promise<void> {
  const mask = maskOf(displaySetIn(ohif, viewportId)?.SeriesInstanceUID ?? '');
  if (mask) await represent(ohif, mask);
}

/** Phases that come late, or that the reader corrects, move series to other places. */
function watchPhases(ohif: Ohif): () => void {
  let { phases } = store.getState();
  return store.subscribe(() => {
    const now = store.getState().phases;
    if (JSON.stringify(now) !== JSON.stringify(phases)) rehang(ohif);
    phases = now;
  });
}

/** The nodule that a reader turns to, by key or by click, comes into view. */
function watchNodule(ohif: Ohif): () => void {
  let { nodule, studyUid } = store.getState();
  return store.subscribe(() => {
    const now = store.getState();
    if (now.nodule !== nodule && now.studyUid === studyUid) goToNodule(ohif);
    ({ nodule, studyUid } = now);
  });
}
