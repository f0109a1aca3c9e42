/** What to read next: exams with CT and without a reader's mask, the newest first or the most beneficial. */
import type { ReactElement } from 'react';
import { getWorklist } from '../client';
import { Page } from '../pages/Page';
import { Pager, paged } from '../pages/Table';
import { State } from '../pages/State';
import { Tokens } from '../pages/Tokens';
import { address } from '../id';
import { Assign, type AssignProps, useAssigning } from '../pages/Assign';
import { ReaderChoice } from '../pages/ReaderChoice';
import { Readers } from '../pages/Readers';
import { Phases } from '../pages/exam';
import { go, parse, useEscape, useQuery, valueOf, withValue, write, type Filters } from '../pages/filters';
import { useLanguage } from '../pages/language';
import { followed } from '../pages/opening';
import { addStyles } from '../styles';
import { counted, words, type PageText } from '../pages/texts';
import { useLoaded, type Loaded } from '../pages/useLoaded';
import styles from '../styles/studies.css?inline';
import type { Language, WorklistData } from '../types/api';
import { decimal, grouped } from '../pages/numbers';

const ORDERS = ['newest', 'benefit'] as const;

addStyles('studies', styles);

export function Worklist(): ReactElement {
  const language = useLanguage();
  const query = useQuery();
  const filters = parse(query);
  const t = words(language);
  const order = valueOf(filters, 'sort') === 'benefit' ? 'benefit' : 'newest';
  const asked = write(paged([...filters.filter(one => one[0] !== 'sort'), ['sort', order]]));
  const [loaded, problem, again] = useLoaded(asked, language, getWorklist);
  useEscape(query);
  return (
    <Page name="worklist" me={loaded?.me ?? null} {...{ query, problem, language, t }}>
      {loaded && (
        <main>
          <Main {...{ loaded, again, filters, language, t }} />
        </main>
      )}
    </Page>
  );
}

interface MainProps {
  loaded: Loaded<WorklistData>;
  again: () => void;
  filters: Filters;
  language: Language;
  t: PageText;
}

function Main({ loaded, again, filters, language, t }: MainProps): ReactElement {
  const { data: list, template, me } = loaded;
  const [refusal, onDone] = useAssigning(again, t);
  return (
    <>
      <h1>{t('worklistTitle')}</h1>
      {refusal}
      <Tokens filters={filters} template={template} language={language} t={t} />
      <div className="line acts">
        <b className="grow" data-cy="total">
          {grouped(list.total)} {counted(list.total, 'exams', t)}
        </b>
        <ReaderChoice {...{ filters, me, template, language, t }} />
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
      {list.items.length === 0 ? <p className="t2">{t('allRead')}</p> : <Rows {...{ list, me, onDone, language, t }} />}
      <Pager found={{ ...list, page: Number(valueOf(filters, 'page')) || 1 }} filters={filters} t={t} />
    </>
  );
}

type RowsProps = Pick<MainProps, 'language' | 't'> & Pick<AssignProps, 'me' | 'onDone'> & { list: WorklistData };

function Rows({ list, me, onDone, language, t }: RowsProps): ReactElement {
  return (
    <table className="tbl res" data-cy="results">
      <thead>
        <tr>
          <th>{t('patient')}</th>
          <th className="num">{t('age')}</th>
          <th>{t('studyDate')}</th>
          <th>{t('phases')}</th>
          <th>{t('state')}</th>
          <th>{t('reader')}</th>
          <th className="num">{list.sort === 'benefit' && t('benefitTitle')}</th>
          <th aria-label={t('reason')} />
        </tr>
      </thead>
      <tbody>
        {list.items.map(exam => (
          <tr key={exam.study_instance_uid} data-cy="result">
            <td>
              <a className="patient" href={address(exam.viewer)} onClick={followed}>
                {exam.patient_id}
              </a>
            </td>
            <td className="num">{exam.age}</td>
            <td>{exam.study_date}</td>
            <td>
              <Phases phases={exam.phases} language={language} />
            </td>
            <td>
              <State state={exam.state} language={language} />
            </td>
            <td>
              <span className="line readers-of">
                <Readers exam={exam} language={language} />
                <Assign exams={[exam]} me={me} t={t} onDone={onDone} />
              </span>
            </td>
            <td className="num">{exam.benefit == null ? null : decimal(exam.benefit, 2)}</td>
            <td className="t2">{exam.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
