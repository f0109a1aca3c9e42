/** The exams that are found, a page of them. */
import type { ReactElement } from 'react';
import { go, valueOf, withValue, type Filters } from '../pages/filters';
import { address } from '../id';
import { labelOf } from '../pages/labels';
import type { PageText } from '../pages/texts';
import type { Exam, FoundPage, Json, Language, Member, Template } from '../types/api';

export interface ResultsProps {
  found: FoundPage;
  filters: Filters;
  template: Template;
  language: Language;
  t: PageText;
}

const SIZE = 25;
const CATEGORIES = ['LR-5', 'LR-M', 'LR-TIV', 'LR-4', 'LR-3', 'LR-TR', 'LR-2', 'LR-1', 'LR-NC'];

interface Column {
  title: string;
  sort?: string;
  number?: boolean;
}

const COLUMNS: Column[] = [
  { title: 'patient', sort: 'patient_id' },
  { title: 'age', sort: 'patient.age', number: true },
  { title: 'studyDate', sort: 'study.date' },
  { title: 'diagnosis' },
  { title: 'count', sort: 'liver.nodule_count', number: true },
  { title: 'largest', sort: 'nodules.diameter_mm', number: true },
  { title: 'segments' },
  { title: 'LI-RADS', sort: 'nodules.lirads' },
  { title: 'state', sort: 'state' },
];

export function Results(props: ResultsProps): ReactElement {
  const { found, filters, t } = props;
  if (found.total === 0) return <p className="t2">{t('none')}</p>;
  return (
    <>
      <table className="tbl res" data-cy="results">
        <thead>
          <tr>
            {COLUMNS.map(column => (
              <Head key={column.title} column={column} filters={filters} t={t} />
            ))}
          </tr>
        </thead>
        <tbody>
          {found.items.map(exam => (
            <Row key={exam.study_instance_uid} exam={exam} {...props} />
          ))}
        </tbody>
      </table>
      <Pager found={found} filters={filters} t={t} />
    </>
  );
}

function Head({ column, filters, t }: { column: Column; filters: Filters; t: PageText }): ReactElement {
  const now = valueOf(filters, 'sort') || '-study.date';
  const { sort } = column;
  const direction = sort && now === sort ? 'ascending' : sort && now === `-${sort}` ? 'descending' : undefined;
  const title = t(column.title);
  return (
    <th className={column.number ? 'num' : ''} aria-sort={direction}>
      {sort ? (
        <button type="button" className="cell" onClick={() => go(withValue(filters, 'sort', direction === 'descending' ? sort : `-${sort}`))}>
          {title} {direction && <span aria-hidden="true">{direction === 'ascending' ? '↑' : '↓'}</span>}
        </button>
      ) : (
        title
      )}
    </th>
  );
}

const listed = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : value == null ? [] : [String(value)]);

function Row({ exam, template, language }: ResultsProps & { exam: Exam }): ReactElement {
  const { patient, liver, nodules } = exam.answers as Record<string, Member | Member[] | undefined>;
  const members = Array.isArray(nodules) ? nodules : [];
  const diameters = members.flatMap(one => (typeof one.diameter_mm === 'number' ? [one.diameter_mm] : []));
  const categories = members.flatMap(one => listed(one.lirads)).sort((a, b) => CATEGORIES.indexOf(a) - CATEGORIES.indexOf(b));
  const diagnosis = patient && !Array.isArray(patient) ? listed(patient.baseline_diagnosis) : [];
  const count = liver && !Array.isArray(liver) ? liver.nodule_count : null;
  return (
    <tr data-cy="result">
      <td>
        <a href={address(exam.viewer)}>{exam.patient_id}</a>
      </td>
      <td className="num">{exam.age}</td>
      <td>{exam.study_date}</td>
      <td>{diagnosis.map(one => labelOf('patient.baseline_diagnosis', one, template, language)).join(', ')}</td>
      <td className="num">{count == null ? '' : String(count)}</td>
      <td className="num">{diameters.length > 0 ? Math.max(...diameters).toFixed(1) : ''}</td>
      <td>{[...new Set(members.flatMap(one => listed(one.location)))].join(', ')}</td>
      <td>
        {categories[0] && <span className={`lr ${categories[0].toLowerCase()}`}>{categories[0]}</span>}
        {categories.length > 1 && <span className="t2 t11"> +{categories.length - 1}</span>}
      </td>
      <td>{labelOf('state', exam.state, template, language)}</td>
    </tr>
  );
}

function Pager({ found, filters, t }: { found: FoundPage; filters: Filters; t: PageText }): ReactElement {
  const first = (found.page - 1) * SIZE + 1;
  const last = first + found.items.length - 1;
  const turn = (page: number): void => go([...filters.filter(([name]) => name !== 'page'), ['page', String(page)]]);
  return (
    <div className="line pager">
      <span className="t2 t12 grow" role="status">
        {first.toLocaleString()}–{last.toLocaleString()} {t('of')} {found.total.toLocaleString()}
      </span>
      <button type="button" className="btn" aria-label={t('previous')} disabled={found.page === 1} onClick={() => turn(found.page - 1)}>
        ‹
      </button>
      <button type="button" className="btn" aria-label={t('next')} disabled={last >= found.total} onClick={() => turn(found.page + 1)}>
        ›
      </button>
    </div>
  );
}

export { SIZE as PAGE_SIZE };
