/** The only dialog of the panel: leaving a study while a mask is not saved. */
import { useEffect, useRef, type ReactElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import * as drafts from '../segmentation/drafts';
import * as masks from '../segmentation/masks';
import { hasPending, lookAtPending } from '../segmentation/watch';
import * as store from '../store';
import { currentLanguage, say, type Say } from '../texts';
import type { Ohif } from '../types/ohif';
import { saveMasks } from './actions';
import { PHASES } from './Phase';

/** Where OHIF's header leads back to the list of studies. */
const WAY_BACK = '[data-cy="return-to-work-list"]';

let guarded: Ohif | null = null;
let passing = false;

/** Watch the ways out of a study; again and again is once. */
export function guard(ohif: Ohif): void {
  if (!guarded) {
    window.addEventListener('beforeunload', warn);
    document.addEventListener('click', ask, { capture: true });
  }
  guarded = ohif;
}

const isUnsaved = (): boolean => hasPending() || masks.dirtyMasks().length > 0;

/** Browsers say this in their own words, and offer to stay. */
function warn(event: BeforeUnloadEvent): void {
  if (!isUnsaved() || !guarded) return;
  drafts.keepAll(guarded);
  event.preventDefault();
}

function ask(event: MouseEvent): void {
  const way = event.target instanceof Element ? event.target.closest<HTMLElement>(WAY_BACK) : null;
  if (!way || passing || !guarded) return;
  lookAtPending();
  if (masks.dirtyMasks().length === 0) return;
  event.preventDefault();
  event.stopPropagation();
  open(guarded, way);
}

function open(ohif: Ohif, way: HTMLElement): void {
  const place = document.body.appendChild(document.createElement('div'));
  place.className = 'hep';
  const root: Root = createRoot(place);
  const close = (): void => {
    root.unmount();
    place.remove();
  };
  const leave = (): void => {
    close();
    passing = true;
    way.click();
    passing = false;
  };
  root.render(<Leave ohif={ohif} t={say(currentLanguage())} close={close} leave={leave} />);
}

interface LeaveProps {
  ohif: Ohif;
  t: Say;
  close: () => void;
  leave: () => void;
}

export function Leave({ ohif, t, close, leave }: LeaveProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal?.(), []);
  const unsaved = masks.dirtyMasks();
  const phases = unsaved.map(one => t(PHASES[store.phaseOf(one.series) ?? 'other'].name)).join(', ');
  const save = (): void => {
    saveMasks(ohif, t).then(leave, error => {
      close();
      store.fail(error);
    });
  };
  const discard = (): void => {
    void Promise.allSettled(unsaved.map(one => drafts.discard(one.series, one.id))).then(() => {
      for (const one of unsaved) masks.drop(one.id);
      leave();
    });
  };
  return (
    <dialog ref={dialog} className="hep leave" aria-labelledby="hepatia-leave" data-cy="leave-dialog" onCancel={close} onKeyDown={event => event.stopPropagation()}>
      <h2 id="hepatia-leave">{t('leaveTitle')}</h2>
      <p>
        {t('mask')} ({phases}) {t('leaveText')}
      </p>
      <div className="acts">
        <button type="button" className="btn danger" data-cy="leave-discard" onClick={discard}>
          {t('discardMask')}
        </button>
        <button type="button" className="btn" data-cy="leave-stay" onClick={close}>
          {t('stay')}
        </button>
        <button type="button" className="btn primary" autoFocus data-cy="leave-save" onClick={save}>
          {t('saveAndLeave')}
        </button>
      </div>
    </dialog>
  );
}
