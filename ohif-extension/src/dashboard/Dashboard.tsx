/** The dashboard: figures and charts in a fixed order, of all exams or of those that the filters find. */
import type { ReactElement } from 'react';
import { getDashboard } from '../client';
import { Page } from '../pages/Page';
import { addressOf } from '../pages/Navigation';
import { Tokens } from '../pages/Tokens';
import { isFilter, parse, useEscape, useQuery, write, type Filters } from '../pages/filters';
import { useLanguage } from '../pages/language';
import { followed } from '../pages/opening';
import { addStyles } from '../styles';
import { words, type PageText } from '../pages/texts';
import { useLoaded, type Loaded } from '../pages/useLoaded';
import styles from '../styles/dashboard.css?inline';
import type { DashboardData, Language } from '../types/api';
import { Cards } from './Cards';
import { Figures } from './Figures';

addStyles('dashboard', styles);

export function Dashboard(): ReactElement {
  const language = useLanguage();
  const query = useQuery();
  const filters = parse(query);
  const t = words(language);
  const [loaded, problem] = useLoaded(write(filters.filter(isFilter)), language, getDashboard);
  useEscape(query);
  return (
    <Page name="dashboard" me={loaded?.me ?? null} {...{ query, problem, language, t }}>
      {loaded && (
        <main>
          <Shown loaded={loaded} filters={filters} language={language} t={t} />
        </main>
      )}
    </Page>
  );
}

interface ShownProps {
  loaded: Loaded<DashboardData>;
  filters: Filters;
  language: Language;
  t: PageText;
}

function Shown({ loaded, filters, language, t }: ShownProps): ReactElement {
  const { data, template } = loaded;
  const query = write(filters.filter(isFilter));
  return (
    <>
      <div className="line titles">
        <h1>{data.words}</h1>
        <span className="t2 t12 grow">{query === '' && t('hint')}</span>
        <a className="btn" href={`${addressOf('search')}?${query}`} onClick={followed}>
          {t('openAsSearch')}
        </a>
        <button type="button" className="btn" onClick={() => window.print()}>
          {t('print')}
        </button>
      </div>
      <Tokens filters={filters} template={template} language={language} t={t} />
      <div className="dash">
        <Figures data={data} t={t} />
        <Cards scene={{ data, template, language, filters }} t={t} />
      </div>
    </>
  );
}
