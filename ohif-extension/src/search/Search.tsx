/** The search page: what is left to choose at the left, the search in words and what it finds at the right; the address holds it all. */
import type { ReactElement } from 'react';
import { getFacets, getFound } from '../client';
import { API } from '../id';
import { Page } from '../pages/Page';
import { paged } from '../pages/Table';
import { Tokens } from '../pages/Tokens';
import { isFilter, parse, useEscape, useQuery, write, type Filters } from '../pages/filters';
import { useLanguage } from '../pages/language';
import { addStyles } from '../styles';
import { counted, words, type PageText } from '../pages/texts';
import { useLoaded, type Loaded } from '../pages/useLoaded';
import styles from '../styles/search.css?inline';
import type { FacetsData, FoundPage, Language } from '../types/api';
import { ExportBox } from './ExportBox';
import { Facets } from './Facets';
import { Results } from './Results';
import { SavedSearches } from './SavedSearches';
import { Words } from './Words';
import { grouped } from '../pages/numbers';

interface Found {
  facets: FacetsData;
  found: FoundPage;
}

addStyles('search', styles);

/** How the list is shown makes no difference to the facets. */
async function fetchFound(asked: string, language: Language): Promise<Found> {
  const filters = parse(asked);
  const [facets, found] = await Promise.all([getFacets(write(filters.filter(one => isFilter(one) || one[0] === 'blocks')), language), getFound(write(paged(filters)), language)]);
  return { facets, found };
}

export function Search(): ReactElement {
  const language = useLanguage();
  const query = useQuery();
  const filters = parse(query);
  const t = words(language);
  const [loaded, problem] = useLoaded(write(filters), language, fetchFound);
  useEscape(query);
  return (
    <Page name="search" me={loaded?.me ?? null} {...{ query, problem, language, t }}>
      {loaded && (
        <div className="columns">
          <Facets facets={loaded.data.facets.facets} template={loaded.template} {...{ filters, language, t }} />
          <Main loaded={loaded} filters={filters} language={language} t={t} />
        </div>
      )}
    </Page>
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
  const { found, facets } = loaded.data;
  const chosen = write(filters.filter(isFilter));
  const listed = write(filters.filter(one => isFilter(one) || one[0] === 'sort'));
  return (
    <main>
      <Words words={found.words} />
      <Tokens filters={filters} template={template} language={language} t={t} />
      <div className="line acts">
        <span className="grow counts" data-cy="total" role="status">
          <b>{grouped(found.total)}</b> {counted(found.total, 'exams', t)} <span className="t2">{t('of')}</span> <b>{grouped(facets.patients)}</b> {counted(facets.patients, 'patients', t)}
        </span>
        <SavedSearches query={chosen} t={t} />
        <a className="btn" href={`${API}/search.csv?${listed}`} download>
          CSV
        </a>
        <ExportBox query={chosen} exams={found.total} language={language} t={t} />
      </div>
      <Results {...{ found, filters, template, language, t }} />
    </main>
  );
}
