/** One field that finds filters by their names in both languages; what is none of them is searched in the reports. */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { go, valueOf, withToggled, withValue } from '../pages/filters';
import { labelOf } from '../pages/labels';
import type { FacetsProps } from './Facets';
import { offers, type Offer } from './offers';

export function AddFilter(props: FacetsProps): ReactElement {
  const { facets, filters, template, language, t } = props;
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [place, setPlace] = useState(0);
  const list = useId();
  useSlash(field);
  const found = typed.trim() ? offers(typed, facets, template, language) : [];
  const words = typed.trim();
  const count = words ? found.length + 1 : 0;

  const close = (): void => {
    setTyped('');
    setPlace(0);
  };
  const take = (at: number): void => {
    const offer = found[at];
    close();
    if (!offer) go(withValue(filters, 'text', [valueOf(filters, 'text'), words].filter(Boolean).join(' ')));
    else if (offer.value === undefined) show(offer.path);
    else if (!valueOf(filters, offer.path).split(',').includes(offer.value)) go(withToggled(filters, offer.path, offer.value));
  };
  const press = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && count) setPlace((place + moves[event.key]! + count) % count);
    else if (event.key === 'Enter' && count) take(place);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const said = (offer: Offer): string => (offer.value === undefined ? '' : labelOf(offer.path, offer.value, template, language));
  return (
    <div className="add" role="search">
      <label className="field quiet">
        <svg className="ico s" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20" />
        </svg>
        <input
          ref={field}
          value={typed}
          placeholder={t('addFilter')}
          aria-label={t('addFilter')}
          role="combobox"
          aria-expanded={count > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={count ? `${list}-${place}` : undefined}
          data-cy="add-filter"
          onChange={event => {
            setTyped(event.target.value);
            setPlace(0);
          }}
          onKeyDown={press}
          onBlur={() => setTimeout(close, 150)}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <ul id={list} role="listbox" aria-label={t('facets')} className="menu" hidden={count === 0}>
        {Array.from({ length: count }, (_, at) => {
          const offer = found[at];
          return (
            <li key={at} id={`${list}-${at}`} role="option" aria-selected={at === place} className={`mi${at === place ? ' on' : ''}`} onMouseDown={() => take(at)}>
              {offer ? (
                <>
                  <b>{said(offer) || offer.title}</b>
                  <span className="t2">{said(offer) ? `${offer.title} · ${offer.count}` : t('chooseHere')}</span>
                </>
              ) : (
                <>
                  <b>“{words}”</b>
                  <span className="t2">{t('inReports')}</span>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** `/` leads to the field from wherever nothing is typed. */
function useSlash(field: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const keys = (event: globalThis.KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input:not([type="checkbox"]), textarea, select');
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener('keydown', keys);
    return () => window.removeEventListener('keydown', keys);
  }, [field]);
}

/** Open the groups around a filter, and go to its first control. */
function show(path: string): void {
  const place = document.querySelector(`.facets [data-path="${CSS.escape(path)}"]`);
  for (let around = place?.parentElement; around; around = around.parentElement) {
    if (around instanceof HTMLDetailsElement) around.open = true;
  }
  place?.scrollIntoView({ block: 'center' });
  place?.querySelector('input')?.focus();
}
