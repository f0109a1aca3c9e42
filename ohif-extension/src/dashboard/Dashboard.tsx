/** The dashboard: figures and one chart for each item of the template, of all exams or of those that the filters find. */
import { useEffect, type ReactElement } from 'react';
import { getDashboard } from '../client';
import { currentLanguage } from '../texts';
import type { ChartData, DashboardData, Language } from '../types/api';
import { Chart } from './Chart';
import { Figures } from './Figures';
import { go, parse, useQuery, type Filters } from '../pages/filters';
import { Navigation } from '../pages/Navigation';
import { Tokens } from '../pages/Tokens';
import { useLoaded, type Loaded } from '../pages/useLoaded';
import { Models } from './Models';
import { words, type PageText } from '../pages/texts';

/** What comes first; the others follow in the order of the template. */
const FIRST = ['patient.baseline_diagnosis', 'patient.imaging_profile', 'nodules.lirads', 'patient.age', 'liver.nodule_count', 'nodules.location'];

export function Dashboard(): ReactElement {
  const language = currentLanguage();
  const query = useQuery();
  const filters = parse(query);
  const t = words(language);
  const [loaded, problem] = useLoaded(query, language, getDashboard);
  useEscape(query);
  return (
    <div className="hep page dashboard" data-cy="hepatia-dashboard" lang={language}>
      <Navigation me={loaded?.me ?? null} page="dashboard" query={query} t={t} />
      <main>
        {problem && (
          <div className="note e" role="alert">
            {t('failed')} {problem}
          </div>
        )}
        {loaded && <Shown loaded={loaded} filters={filters} language={language} t={t} />}
      </main>
    </div>
  );
}

/** Esc takes the last filter away, wherever the focus is: a click on a bar leaves it nowhere. */
function useEscape(query: string): void {
  useEffect(() => {
    const keys = (event: KeyboardEvent): void => {
      const filters = parse(query);
      if (event.key === 'Escape' && filters.length > 0) go(filters.slice(0, -1));
    };
    window.addEventListener('keydown', keys);
    return () => window.removeEventListener('keydown', keys);
  }, [query]);
}

interface ShownProps {
  loaded: Loaded<DashboardData>;
  filters: Filters;
  language: Language;
  t: PageText;
}

function Shown({ loaded, filters, language, t }: ShownProps): ReactElement {
  const { data, template } = loaded;
  const rank = (id: string): number => (FIRST.includes(id) ? FIRST.indexOf(id) : FIRST.length);
  const charts = [...data.charts].sort((a, b) => rank(a.id) - rank(b.id));
  const drawn = (chart: ChartData): ReactElement => (
    <Chart key={chart.id} {...{ chart, template, language, filters, t }} total={chart.counts === 'patients' ? data.patients : data.exams} />
  );
  return (
    <>
      <div className="line titles">
        <h1>{data.words}</h1>
        <span className="t2 t12 grow">{filters.length === 0 && t('hint')}</span>
      </div>
      <Tokens filters={filters} template={template} language={language} t={t} />
      <div className="dash">
        <Figures data={data} t={t} />
        {charts.slice(0, FIRST.length).map(drawn)}
        <Models models={data.models} t={t} />
        {charts.slice(FIRST.length).map(drawn)}
      </div>
    </>
  );
}
