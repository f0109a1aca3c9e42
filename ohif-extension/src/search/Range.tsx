/** A number or a day, from … to: a histogram of what is found, and two fields. */
import { useState, type ReactElement } from 'react';
import { go, valueOf, withValue, type Filters } from '../pages/filters';
import { unitOf } from '../pages/labels';
import type { Facet, Language, Template } from '../types/api';
import type { PageText } from '../pages/texts';
import { Histogram, columnsOf, type Column } from './Histogram';

export interface RangeProps {
  facet: Facet;
  filters: Filters;
  template: Template;
  language: Language;
  t: PageText;
}

const ENDS = ['min', 'max'] as const;
type End = (typeof ENDS)[number];

/** Days are chosen by the day, and drawn by the year. */
const isDate = (facet: Facet): boolean => facet.path === 'study.date';

export function Range(props: RangeProps): ReactElement {
  const { facet, filters, template, language } = props;
  const columns = columnsOf(facet);
  const chosen = (end: End): number | null => {
    const now = valueOf(filters, `${facet.path}.${end}`);
    return now === '' ? null : isDate(facet) ? Number(now.slice(0, 4)) : Number(now);
  };
  const choose = ({ start, end }: Column): void => {
    const [low, high] = isDate(facet) ? [`${start}-01-01`, `${end - 1}-12-31`] : [String(start), String(end - 1)];
    go(withValue(withValue(filters, `${facet.path}.min`, low), `${facet.path}.max`, high));
  };
  return (
    <>
      {columns.length > 1 && <Histogram columns={columns} low={chosen('min')} high={chosen('max')} choose={choose} />}
      <div className="line range">
        {ENDS.map(end => (
          <Bound key={`${end} ${valueOf(filters, `${facet.path}.${end}`)}`} end={end} {...props} />
        ))}
        <span className="t2 t11 unit">{isDate(facet) ? '' : unitOf(facet.path, template, language)}</span>
      </div>
    </>
  );
}

function Bound({ facet, filters, end, t }: RangeProps & { end: End }): ReactElement {
  const name = `${facet.path}.${end}`;
  const now = valueOf(filters, name);
  const [wrong, setWrong] = useState(false);
  const word = t(end === 'min' ? 'from' : 'to');
  const limit = end === 'min' ? facet.minimum : facet.maximum;
  const leave = (typed: string): void => {
    const value = isDate(facet) ? dayOf(typed, end) : numberOf(typed);
    setWrong(value === null);
    if (value !== null && value !== now) go(withValue(filters, name, value));
  };
  return (
    <label className={`field bound${wrong ? ' invalid' : ''}`}>
      <span className="unit">{word}</span>
      <input
        inputMode={isDate(facet) ? 'text' : 'decimal'}
        defaultValue={now}
        placeholder={limit === null ? t('any') : String(Math.round(limit * 10) / 10)}
        aria-label={`${facet.title}, ${word}`}
        aria-invalid={wrong}
        title={wrong ? t(isDate(facet) ? 'dayOnly' : 'numberOnly') : undefined}
        data-cy={name}
        onBlur={event => leave(event.currentTarget.value.trim())}
        onKeyDown={event => event.key === 'Enter' && event.currentTarget.blur()}
      />
    </label>
  );
}

/** A number with a decimal comma or point as the server takes it; null for what is none. */
export function numberOf(typed: string): string | null {
  const plain = typed.replace(',', '.');
  return plain === '' || /^-?\d+(\.\d+)?$/.test(plain) ? plain : null;
}

/** A day as ISO; a year alone is its first or its last day. */
export function dayOf(typed: string, end: End): string | null {
  if (/^\d{4}$/.test(typed)) return end === 'min' ? `${typed}-01-01` : `${typed}-12-31`;
  const [, day, month, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(typed) ?? [];
  const iso = year ? `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}` : typed;
  return iso === '' || (/^\d{4}-\d{2}-\d{2}$/.test(iso) && !Number.isNaN(Date.parse(iso))) ? iso : null;
}
