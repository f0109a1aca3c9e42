/** The searches that the user has saved: opened, deleted, and one more saved. */
import { useEffect, useState, type FormEvent, type ReactElement } from 'react';
import { HepatiaError, deleteSearch, getSearches, postSearch } from '../client';
import { Icon } from '../icons';
import { Popover } from '../pages/Popover';
import { go, parse } from '../pages/filters';
import type { PageText } from '../pages/texts';
import type { SavedSearch } from '../types/api';

export function SavedSearches({ query, t }: { query: string; t: PageText }): ReactElement {
  const [saved, setSaved] = useState<SavedSearch[]>([]);
  const [problem, setProblem] = useState('');
  const refresh = (): void => void getSearches().then(setSaved, () => setSaved([]));
  useEffect(refresh, []);
  const tried = (work: Promise<unknown>): void =>
    void work.then(
      () => {
        setProblem('');
        refresh();
      },
      (error: unknown) => setProblem(error instanceof HepatiaError ? error.message : t('failed')),
    );
  const save = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    event.currentTarget.reset();
    if (name) tried(postSearch(name, query));
  };
  return (
    <Popover name="saved-searches" title={`${t('savedSearches')}${saved.length ? ` (${saved.length})` : ''}`}>
      <form className="line" onSubmit={save}>
        <span className="field grow">
          <input name="name" maxLength={100} aria-label={t('name')} placeholder={t('name')} required />
        </span>
        <button type="submit" className="btn primary">
          {t('saveSearch')}
        </button>
      </form>
      <ul>
        {saved.map(one => (
          <li key={one.id} className="line">
            <button type="button" className="btn ghost grow" onClick={() => go(parse(one.query))}>
              {one.name}
            </button>
            <button type="button" className="btn icon bare" aria-label={`${t('delete')}: ${one.name}`} onClick={() => tried(deleteSearch(one.id))}>
              <Icon name="trash" small />
            </button>
          </li>
        ))}
      </ul>
      {problem && <p role="alert">{problem}</p>}
    </Popover>
  );
}
