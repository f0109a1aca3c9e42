/** Between the layouts: one series, the four phases, the current exam beside a prior one. */
import { getState } from '../store';
import { currentLanguage, say } from '../texts';
import type { DisplaySet, Ohif } from '../types/ohif';
import { libraries, services } from '../types/viewer';
import { COMPARED, firstSeries, FOUR, seriesByPhase } from './places';
import { getPrior, loadPrior } from './prior';
import { attribute, FIRST_ATTRIBUTE, FOUR_PHASES, ONE_UP, WITH_PRIOR } from './protocols';
import { lead } from './synchronise';

/** The hanging protocols ask these of every display set. */
export function addAttributes(ohif: Ohif): void {
  const { hangingProtocolService } = services(ohif);
  const isFirst = ({ SeriesInstanceUID }: DisplaySet): boolean => {
    const { info, phases } = getState();
    return info !== null && firstSeries(info, phases) === SeriesInstanceUID;
  };
  hangingProtocolService.addCustomAttribute(FIRST_ATTRIBUTE, 'The series that a study opens with', isFirst);
  for (const phase of FOUR) {
    hangingProtocolService.addCustomAttribute(attribute('current', phase), `Current exam, ${phase}`, ({ SeriesInstanceUID }) => {
      const { info, phases } = getState();
      return info !== null && seriesByPhase(info, phases)[phase] === SeriesInstanceUID;
    });
  }
  for (const phase of COMPARED) {
    hangingProtocolService.addCustomAttribute(attribute('prior', phase), `Prior exam, ${phase}`, ({ SeriesInstanceUID }) => {
      const prior = getPrior();
      return prior !== null && seriesByPhase(prior.info, {})[phase] === SeriesInstanceUID;
    });
  }
}

/** How many places our layouts have; OHIF keeps a protocol where one viewport was made large, or the grid was changed. */
const PLACES: Record<string, number> = { [FOUR_PHASES]: FOUR.length, [WITH_PRIOR]: 2 * COMPARED.length };

/** The layout that is shown: one of ours, or another of OHIF's; nothing while a grid of the reader's own is. */
export function currentLayout(ohif: Ohif): string {
  const { hangingProtocolService, viewportGridService } = services(ohif);
  const id = hangingProtocolService.getActiveProtocol().protocol?.id ?? '';
  return (PLACES[id] ?? viewportGridService.getState().viewports.size) === viewportGridService.getState().viewports.size ? id : '';
}

/** Show the four phases; where they are shown already, go back to what was before. */
export function toggleFourPhases(ohif: Ohif): void {
  toggle(ohif, FOUR_PHASES);
}

/** Show a prior exam beside this one; without one named, the one before, or back. */
export async function toggleWithPrior(ohif: Ohif, studyInstanceUid?: string): Promise<void> {
  const before = getPrior();
  const wanted = studyInstanceUid ?? before?.uid;
  if (wanted === undefined) return;
  const isShown = currentLayout(ohif) === WITH_PRIOR;
  try {
    await loadPrior(ohif, wanted);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${say(currentLanguage())('priorNotShown')} ${reason}`;
    services(ohif).uiNotificationService.show({ title: 'HepatIA', message, type: 'error' });
    return;
  }
  if (isShown && before?.uid !== wanted) setLayout(ohif, WITH_PRIOR);
  else toggle(ohif, WITH_PRIOR);
}

function toggle(ohif: Ohif, layout: string): void {
  lead(ohif, services(ohif).viewportGridService.getState().activeViewportId);
  const shown = currentLayout(ohif);
  if (shown !== layout) setLayout(ohif, layout);
  else setLayout(ohif, before.layout === layout ? ONE_UP : before.layout, false);
}

/** What was shown before one of our layouts. */
const before = { layout: ONE_UP };

function setLayout(ohif: Ohif, protocolId: string, reset = true): void {
  const shown = currentLayout(ohif);
  if (!(shown in PLACES)) before.layout = shown || ONE_UP;
  libraries().commandsManager.runCommand('setHangingProtocol', { protocolId, reset });
}

/** Hang the series anew after a phase was corrected, where places depend on it. */
export function rehang(ohif: Ohif): void {
  const shown = currentLayout(ohif);
  if (shown in PLACES) setLayout(ohif, shown);
}

/** Tell when another layout may be shown. */
export function subscribeLayout(ohif: Ohif, listener: () => void): () => void {
  const { viewportGridService, hangingProtocolService } = services(ohif);
  const all = [
    viewportGridService.subscribe(viewportGridService.EVENTS.GRID_STATE_CHANGED ?? '', listener),
    hangingProtocolService.subscribe(hangingProtocolService.EVENTS.PROTOCOL_CHANGED ?? '', listener),
  ];
  return () => all.forEach(one => one.unsubscribe());
}
