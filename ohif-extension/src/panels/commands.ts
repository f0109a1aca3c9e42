/** What the keys of the panel do, by the command that OHIF knows them by (keys.ts). */
import { requiredPaths } from '../lirads';
import { getState } from '../store';
import { currentLanguage, say } from '../texts';
import type { Template } from '../types/api';
import type { Ohif } from '../types/ohif';
import { actions } from './actions';
import { goToMissing, turnNodule, turnTab } from './moving';

export type Commands = Record<string, () => void>;

export const panelCommands = (ohif: Ohif): Commands => ({
  hepatiaSave: () => save(ohif),
  hepatiaComplete: () => withTemplate(template => complete(ohif, template)),
  hepatiaVerify: () => verify(ohif),
  hepatiaNextMissing: () => withTemplate(template => goToMissing(template, false)),
  hepatiaPreviousMissing: () => withTemplate(template => goToMissing(template, true)),
  hepatiaNextTab: () => withTemplate(template => turnTab(template, 1)),
  hepatiaPreviousTab: () => withTemplate(template => turnTab(template, -1)),
  hepatiaNextNodule: () => turnNodule(1),
  hepatiaPreviousNodule: () => turnNodule(-1),
});

function withTemplate(action: (template: Template) => void): void {
  const { template } = getState();
  if (template) action(template);
}

function save(ohif: Ohif): void {
  const { dirty, maskDirty, busy } = getState();
  const does = actions(ohif, say(currentLanguage()));
  if (busy) return;
  if (maskDirty) does.saveMask();
  if (dirty) does.save('draft');
}

/** As the button: what is missing stands in the way, and is shown. */
function complete(ohif: Ohif, template: Template): void {
  const { answers, busy } = getState();
  if (requiredPaths(template.schema, answers, currentLanguage()).length > 0) goToMissing(template, false);
  else if (!busy) actions(ohif, say(currentLanguage())).save('complete');
}

function verify(ohif: Ohif): void {
  const { report, dirty, me, busy } = getState();
  if (report?.state === 'complete' && !dirty && !busy && me?.role === 'radiologist') actions(ohif, say(currentLanguage())).save('verified');
}
