/** Go to a place in the patient, to a slice, to a nodule: in every viewport that can show it. */
import { nodulesOf } from '../lirads';
import * as nodules from '../segmentation/nodules';
import { getState } from '../store';
import { currentLanguage, say } from '../texts';
import type { Ohif } from '../types/ohif';
import { services } from '../types/viewer';

/** Go to the chosen nodule. */
export const goToNodule = (ohif: Ohif): boolean => nodules.goToNodule(ohif, nodulesOf(getState().answers)[getState().nodule] ?? {});

/** As a reader asks for it: says so when there is no outline to go to. */
export function goToNoduleOrTell(ohif: Ohif): void {
  if (goToNodule(ohif)) return;
  const message = say(currentLanguage())('noOutline');
  services(ohif).uiNotificationService.show({ title: 'HepatIA', message, type: 'info', duration: 3000 });
}
