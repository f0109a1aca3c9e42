/** The search page: facets at the left, the search in words and what it finds at the right; the address holds it all. */
import { useEffect, useState, type FormEvent, type ReactElement } from 'react';
import { HepatiaError, getFacets, getFound, getSearches, postSearch } from '../client';
import { API } from '../id';
import { Navigation } from '../pages/Navigation';
import { Tokens } from '../pages/Tokens';
import { isFilter, parse, useQuery, write, type Filters } from '../pages/filters';
import { words, type PageText } from '../pages/texts';
import { useLoaded, type Loaded } from '../pages/useLoaded';
import { currentLanguage } from '../texts';
import type { FacetsData, FoundPage, Language, SavedSearch } from '../types/api';
import { Facets } from './Facets';
import { PAGE_SIZE, Results } from './Results';

interface Found {
  facets: FacetsData;
  found: FoundPage;
}

/** How the list is shown makes no difference to the facets. */
async function fetchFound(asked: string, language: Language): Promise<Found> {
  const chosen = write(parse(asked).filter(isFilter));
  const [facets, found] = await Promise.all([getFacets(chosen, language), getFound(`${asked}&page_size=${PAGE_SIZE}`, language)]);
  return { facets, found };
}

export function Search(): ReactElement {
  const language = currentLanguage();
  const query = useQuery();
  const filters = parse(query);
  const t = words(language);
  const [loaded, problem] = useLoaded(write(filters), language, fetchFound);
  return (
    <div className="hep page search" data-cy="hepatia-search" lang={language}>
      <Navigation me={loaded?.me ?? null} page="search" query={query} t={t} />
      <div className="columns">
        {loaded && <Facets facets={loaded.data.facets.facets} {...{ filters, language, t }} template={loaded.template} />}
        <main>
          {problem && (
            <div className="note e" role="alert">
              {t('failed')} {problem}
            </div>
          )}
          {loaded && <Main loaded={loaded} filters={filters} language={language} t={t} />}
        </main>
      </div>
    </div>
  );
}

interface MainProps {
  loaded: Loaded<Found>;
  filters: Filters;
  language: Language;
  t: PageText;
}

function Main({ loaded, filters, language, t }: MainProps): ReactElement {
  const { template } = loaded;
  const { found } = loaded.data;
  const query = write(filters.filter(one => isFilter(one) || one[0] === 'sort'));
  return (
    <>
      <h1 data-cy="words">{found.words}</h1>
      <Tokens filters={filters} template={template} language={language} t={t} />
      <div className="line acts">
        <b className="grow" data-cy="total">
          {found.total.toLocaleString()} {t('exams')}
        </b>
        <Saved query={write(filters.filter(isFilter))} t={t} />
        <a className="btn" href={`${API}/search.csv?${query}`} download>
          CSV
        </a>
      </div>
      <Results {...{ found, filters, template, language, t }} />
    </>
  );
}

function Saved({ query, t }: { query: string; t: PageText }): ReactElement {
  const [saved, setSaved] = useState<SavedSearch[]>([]);
  const [problem, setProblem] = useState('');
  const refresh = (): void => void getSearches().then(setSaved, () => setSaved([]));
  useEffect(refresh, []);
  const save = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = String(new FormData(form).get('name') ?? '').trim();
    if (!name) return;
    postSearch(name, query).then(
      () => {
        form.reset();
        setProblem('');
        refresh();
      },
      (error: unknown) => setProblem(error instanceof HepatiaError ? error.message : t('failed')),
    );
  };
  return (
    <details className="saved" data-cy="saved-searches">
      <summary className="btn">{t('savedSearches')}</summary>
      <div className="menu">
        {saved.map(one => (
          <a key={one.id} href={`?${one.query}`}>
            {one.name}
          </a>
        ))}
        <form className="line" onSubmit={save}>
          <input name="name" className="inp" maxLength={100} aria-label={t('name')} placeholder={t('name')} />
          <button type="submit" className="btn primary">
            {t('saveSearch')}
          </button>
        </form>
        {problem && <p role="alert">{problem}</p>}
      </div>
    </details>
  );
}
