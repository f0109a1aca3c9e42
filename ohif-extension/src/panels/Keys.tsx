/** The list of keys, in a dialog of the browser's own. */
import { useEffect, useRef, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { KEYS, shownKey, type Key, type Where } from '../keys';
import { getState, set } from '../store';
import type { TextKey } from '../texts';

const PLACES: Record<Where, TextKey> = {
  mode: 'keysOfMode',
  everywhere: 'keysEverywhere',
  panel: 'keysOfPanel',
  map: 'keysOfMap',
  pages: 'keysOfPages',
  consensus: 'keysOfConsensus',
};

export function Keys(): ReactElement | null {
  return getState().keysShown ? <Shown /> : null;
}

const close = (): void => set({ keysShown: false });

function Shown(): ReactElement {
  const { language, t } = useSurroundings();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal?.();
    return () => before?.focus();
  }, []);
  const places = (Object.keys(PLACES) as Where[]).filter(where => KEYS.some(key => key.where === where));
  return (
    <dialog ref={dialog} className="hep keys" lang={language} aria-labelledby="hepatia-keys" data-cy="keys" onClose={close} onKeyDown={event => event.stopPropagation()}>
      <div>
        <header className="line">
          <h2 id="hepatia-keys" className="grow">
            {t('keys')}
          </h2>
          <button type="button" className="btn icon bare" aria-label={t('close')} onClick={close}>
            <Icon name="close" small />
          </button>
        </header>
        {places.map(where => (
          <section key={where}>
            <h3>{t(PLACES[where])}</h3>
            <dl>
              {KEYS.filter(key => key.where === where).map(key => (
                <Line key={key.keys[0]} of={key} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}

function Line({ of }: { of: Key }): ReactElement {
  const { language } = useSurroundings();
  // "⌘ S" beside "Ctrl S" says nothing new on other systems than Apple's.
  const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
  const shown = of.keys.filter(key => of.keys.length === 1 || (!key.startsWith(isApple ? 'ctrl' : 'meta')));
  return (
    <>
      <dt>
        {shown.map(key => (
          <kbd key={key}>{shownKey(key)}</kbd>
        ))}
      </dt>
      <dd>{of.name[language]}</dd>
    </>
  );
}
