/** Find studies by pseudonym or description, as it is typed. */
import { useEffect, useState, type ReactElement } from 'react';
import { go, valueOf, withValue, type Filters } from '../pages/filters';
import type { PageText } from '../pages/texts';

const PAUSE_MS = 300;

export function Find({ filters, t }: { filters: Filters; t: PageText }): ReactElement {
  const now = valueOf(filters, 'find');
  const [typed, setTyped] = useState(now);
  useEffect(() => setTyped(now), [now]);
  useEffect(() => {
    if (typed.trim() === now) return undefined;
    const timer = setTimeout(() => go(withValue(filters, 'find', typed.trim())), PAUSE_MS);
    return () => clearTimeout(timer);
    // The filters change with the address, and then `now` does, or the list is drawn anew.
  }, [typed]);
  return (
    <label className="field quiet find" role="search">
      <input type="search" value={typed} placeholder={t('findStudies')} aria-label={t('findStudies')} data-cy="find" onChange={event => setTyped(event.target.value)} />
    </label>
  );
}
