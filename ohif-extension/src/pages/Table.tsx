/** A list of exams as a table: titles that sort, rows that arrows walk through, a page at a time. */
import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import type { Exam, FoundPage, Language } from '../types/api';
import type { Column } from './exam';
import { go, valueOf, withValue, type Filters } from './filters';
import type { PageText } from './texts';
import { grouped } from './numbers';

export const PAGE_SIZES = [25, 50, 100];
export const PAGE_SIZE = 25;
const NEWEST_FIRST = '-study.date';

export interface TableProps {
  found: FoundPage;
  columns: Column[];
  filters: Filters;
  language: Language;
  t: PageText;
  first: (exam: Exam) => ReactNode;
  last: (exam: Exam) => ReactNode;
  /** Below the titles, a cell for each column. */
  filtered?: ReactNode;
}

export function Table(props: TableProps): ReactElement {
  const { found, columns, filters, language, t } = props;
  return (
    <>
      <table className="tbl res" data-cy="results" onKeyDown={walk}>
        <thead>
          <tr>
            <Head column={{ title: 'patient', sort: 'patient_id' }} filters={filters} t={t} />
            {columns.map(column => (
              <Head key={column.title} column={column} filters={filters} t={t} />
            ))}
            <th>
              <span className="unseen">{t('open')}</span>
            </th>
          </tr>
          {props.filtered}
        </thead>
        <tbody>
          {found.items.map(exam => (
            <tr key={exam.study_instance_uid} data-cy="result">
              <th scope="row">{props.first(exam)}</th>
              {columns.map(column => (
                <td key={column.title} className={column.number ? 'num' : ''}>
                  {column.cell(exam, language, t)}
                </td>
              ))}
              <td className="num">{props.last(exam)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Pager found={found} filters={filters} t={t} />
    </>
  );
}

/** Arrows go from row to row; Enter opens, as it does on every link. */
function walk(event: KeyboardEvent<HTMLTableElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !(event.target instanceof HTMLAnchorElement)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('tbody a.patient')];
  const next = links[links.indexOf(event.target) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

function Head({ column, filters, t }: { column: Pick<Column, 'title' | 'sort' | 'number'>; filters: Filters; t: PageText }): ReactElement {
  const now = valueOf(filters, 'sort') || NEWEST_FIRST;
  const { sort } = column;
  const direction = sort && now === sort ? 'ascending' : sort && now === `-${sort}` ? 'descending' : undefined;
  const title = t(column.title);
  return (
    <th scope="col" className={`${column.number ? 'num' : ''}${direction ? ' srt' : ''}`} aria-sort={direction}>
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

export function Pager({ found, filters, t }: { found: Pick<FoundPage, 'total' | 'page'> & { items: unknown[] }; filters: Filters; t: PageText }): ReactElement {
  const size = Number(valueOf(filters, 'page_size')) || PAGE_SIZE;
  const first = found.items.length ? (found.page - 1) * size + 1 : 0;
  const last = first + Math.max(0, found.items.length - 1);
  const turn = (page: number): void => go([...filters.filter(([name]) => name !== 'page'), ['page', String(page)]]);
  return (
    <div className="line pager t12">
      <span className="t2 grow" role="status">
        {grouped(first)}–{grouped(last)} {t('of')} {grouped(found.total)}
      </span>
      <label className="line t2">
        {t('rows')}
        <select className="btn" value={size} onChange={event => go(withValue(filters, 'page_size', event.target.value === String(PAGE_SIZE) ? '' : event.target.value))}>
          {PAGE_SIZES.map(one => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <button type="button" className="btn icon" aria-label={t('previous')} disabled={found.page === 1} onClick={() => turn(found.page - 1)}>
        ‹
      </button>
      <button type="button" className="btn icon" aria-label={t('next')} disabled={last >= found.total} onClick={() => turn(found.page + 1)}>
        ›
      </button>
    </div>
  );
}

/** A query with the size of its pages, as lists ask for it. */
export const paged = (filters: Filters): Filters =>
  filters.some(([name]) => name === 'page_size') ? filters : [...filters, ['page_size', String(PAGE_SIZE)]];
