/** What to read next: exams with CT and without a reader's mask, the newest first or the most beneficial. */
import type { ReactElement } from 'react';
import { getWorklist } from '../client';
import { Navigation } from '../pages/Navigation';
import { Tokens } from '../pages/Tokens';
import { go, isFilter, parse, useQuery, valueOf, withValue, write, type Filters } from '../pages/filters';
import { address } from '../id';
import { labelOf } from '../pages/labels';
import { words, type PageText } from '../pages/texts';
import { useLoaded, type Loaded } from '../pages/useLoaded';
import { currentLanguage } from '../texts';
import type { Language, Template, WorklistData } from '../types/api';

const ORDERS = ['newest', 'benefit'] as const;

export function Worklist(): ReactElement {
  const language = currentLanguage();
  const query = useQuery();
  const filters = parse(query);
  const t = words(language);
  const order = valueOf(filters, 'sort') === 'benefit' ? 'benefit' : 'newest';
  const asked = write([...filters.filter(isFilter), ['sort', order]]);
  const [loaded, problem] = useLoaded(asked, language, getWorklist);
  return (
    <div className="hep page search" data-cy="hepatia-worklist" lang={language}>
      <Navigation me={loaded?.me ?? null} page="worklist" query={query} t={t} />
      <main>
        {problem && (
          <div className="note e" role="alert">
            {t('failed')} {problem}
          </div>
        )}
        {loaded && <Main loaded={loaded} filters={filters} language={language} t={t} />}
      </main>
    </div>
  );
}

interface MainProps {
  loaded: Loaded<WorklistData>;
  filters: Filters;
  language: Language;
  t: PageText;
}

function Main({ loaded, filters, language, t }: MainProps): ReactElement {
  const { data: list, template } = loaded;
  return (
    <>
      <h1>{t('worklistTitle')}</h1>
      <Tokens filters={filters} template={template} language={language} t={t} />
      <div className="line acts">
        <b className="grow" data-cy="total">
          {list.total.toLocaleString()} {t('exams')}
        </b>
        {ORDERS.map(order => (
          <button
            key={order}
            type="button"
            className={`btn${list.sort === order ? ' primary' : ''}`}
            aria-pressed={list.sort === order}
            data-cy={`order-${order}`}
            onClick={() => go(withValue(filters, 'sort', order))}
          >
            {t(order)}
          </button>
        ))}
      </div>
      {list.items.length === 0 ? <p className="t2">{t('allRead')}</p> : <Rows {...{ list, template, language, t }} />}
    </>
  );
}

function Rows({ list, template, language, t }: Omit<MainProps, 'loaded' | 'filters'> & { list: WorklistData; template: Template }): ReactElement {
  return (
    <table className="tbl res" data-cy="results">
      <thead>
        <tr>
          <th>{t('patient')}</th>
          <th className="num">{t('age')}</th>
          <th>{t('studyDate')}</th>
          <th>{t('phases')}</th>
          <th>{t('state')}</th>
          <th className="num">{list.sort === 'benefit' && t('benefitTitle')}</th>
          <th aria-label={t('reason')} />
        </tr>
      </thead>
      <tbody>
        {list.items.map(exam => (
          <tr key={exam.study_instance_uid} data-cy="result">
            <td>
              <a href={address(exam.viewer)}>{exam.patient_id}</a>
            </td>
            <td className="num">{exam.age}</td>
            <td>{exam.study_date}</td>
            <td>{exam.phases.map(phase => labelOf('study.phase', phase, template, language)).join(', ')}</td>
            <td>{labelOf('state', exam.state, template, language)}</td>
            <td className="num">{exam.benefit?.toFixed(2)}</td>
            <td className="t2">{exam.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
