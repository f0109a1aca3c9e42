/** The layouts in OHIF's toolbar: "4 phases", and "With prior" once there is one. */
import { useCallback, useSyncExternalStore, type ReactElement } from 'react';
import { run } from '../commands';
import * as store from '../store';
import { currentLanguage, say } from '../texts';
import type { Ohif } from '../types/ohif';
import { currentLayout, subscribeLayout } from './layouts';
import { getPrior } from './prior';
import { FOUR_PHASES, WITH_PRIOR } from './protocols';

export function Layouts({ ohif }: { ohif: Ohif }): ReactElement {
  useSyncExternalStore(store.subscribe, store.getState);
  const t = say(currentLanguage());
  const subscribe = useCallback((listener: () => void) => subscribeLayout(ohif, listener), [ohif]);
  const shown = useSyncExternalStore(subscribe, () => currentLayout(ohif));
  return (
    <div className="hep hep-layouts">
      <Choice name="four-phases" on={shown === FOUR_PHASES} title="Q" onClick={() => run('fourPhases', ohif)}>
        {t('fourPhases')}
      </Choice>
      {getPrior() && (
        <Choice name="with-prior" on={shown === WITH_PRIOR} onClick={() => run('withPrior', ohif)}>
          {t('withPrior')}
        </Choice>
      )}
    </div>
  );
}

function Choice({ name, on, title, onClick, children }: { name: string; on: boolean; title?: string; onClick: () => void; children: string }): ReactElement {
  return (
    <button type="button" className={on ? 'on' : ''} aria-pressed={on} title={title} data-cy={name} onClick={onClick}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z" />
      </svg>
      {children}
    </button>
  );
}
