/** A place of a layout whose phase is missing stays empty, and says so. */
import { currentLanguage, say, type TextKey } from '../texts';
import type { Ohif } from '../types/ohif';
import { services } from '../types/viewer';
import type { ContrastPhase } from './places';

const WORDS: Record<ContrastPhase, TextKey> = {
  non_contrast: 'noNonContrast',
  arterial: 'noArterial',
  portal_venous: 'noPortalVenous',
  equilibrium: 'noEquilibrium',
};

/** What an empty viewport says: its id names the place ("four-current-arterial"). */
export function missingAt(viewportId: string): { key: TextKey; isPrior: boolean } | null {
  const [, exam, phase] = viewportId.split('-');
  const key = WORDS[phase as ContrastPhase];
  return key ? { key, isPrior: exam === 'prior' } : null;
}

/** Write into the empty viewports. OHIF draws each as one empty element that it does not touch again. */
export function tellEmpty(ohif: Ohif): void {
  const t = say(currentLanguage());
  const panes = document.querySelectorAll('[data-cy="viewport-pane"]');
  [...services(ohif).viewportGridService.getState().viewports].forEach(([id, { displaySetInstanceUIDs }], index) => {
    const missing = displaySetInstanceUIDs.length === 0 ? missingAt(id) : null;
    const place = panes[index]?.firstElementChild;
    if (!missing || !(place instanceof HTMLElement) || place.childElementCount > 0) return;
    place.className = 'hep-empty';
    place.dataset.cy = 'empty-place';
    place.textContent = missing.isPrior ? `${t(missing.key)} ${t('priorLacks')}` : t(missing.key);
  });
}
