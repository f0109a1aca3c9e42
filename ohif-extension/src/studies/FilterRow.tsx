/** Below the titles of the study list: a filter for each column, with how many studies each choice would leave. */
import type { ReactElement, ReactNode } from 'react';
import { dayOf } from '../search/Range';
import { MaskChoice } from './MaskChoice';
import { go, valueOf, withValue, type Filters } from '../pages/filters';
import { labelOf, titleOf } from '../pages/labels';
import { ReaderChoice } from '../pages/ReaderChoice';
import type { PageText } from '../pages/texts';
import type { Facet, Language, Me, Template } from '../types/api';
import { grouped } from '../pages/numbers';

interface RowProps {
  facets: Facet[];
  filters: Filters;
  me: Me;
  template: Template;
  language: Language;
  t: PageText;
}

/** `first` stands below the patients. */
export function FilterRow({ first, ...props }: RowProps & { first?: ReactNode }): ReactElement {
  const choice = (path: string): ReactElement => <Choice path={path} {...props} />;
  return (
    <tr className="filters" data-cy="filters">
      <td>{first}</td>
      <td>
        <span className="line days">
          <Day end="min" {...props} />
          <Day end="max" {...props} />
        </span>
      </td>
      <td />
      <td />
      <td>{choice('state')}</td>
      <td>{choice('lirads')}</td>
      <td>
        <AtLeast {...props} />
      </td>
      <td>{choice('study.phase')}</td>
      <td>
        <MaskChoice {...props} />
      </td>
      <td>
        <ReaderChoice {...props} />
      </td>
      <td />
    </tr>
  );
}

function Choice({ path, facets, filters, template, language, t }: RowProps & { path: string }): ReactElement | null {
  const facet = facets.find(one => one.path === path);
  if (!facet) return null;
  const now = valueOf(filters, path);
  const several = now.includes(',') ? [now] : [];
  const name = (value: string): string => value.split(',').map(one => labelOf(path, one, template, language)).join(', ');
  return (
    <select className="btn" value={now} aria-label={titleOf(path, template, language)} data-cy={`filter-${path}`} onChange={event => go(withValue(filters, path, event.target.value))}>
      <option value="">{t('anyValue')}</option>
      {several.map(value => (
        <option key={value} value={value}>
          {name(value)}
        </option>
      ))}
      {facet.values.map(({ value, count }) => (
        <option key={value} value={value} disabled={count === 0 && value !== now}>
          {name(value)} ({grouped(count)})
        </option>
      ))}
    </select>
  );
}

function Day({ end, filters, t }: RowProps & { end: 'min' | 'max' }): ReactElement {
  const name = `study.date.${end}`;
  const now = valueOf(filters, name);
  const word = t(end === 'min' ? 'from' : 'to');
  return (
    <input
      key={now}
      className="btn day"
      defaultValue={now}
      placeholder={word}
      aria-label={`${t('studyDate')}, ${word}`}
      data-cy={name}
      onBlur={event => {
        const day = dayOf(event.target.value.trim(), end);
        event.target.setAttribute('aria-invalid', String(day === null));
        if (day !== null && day !== now) go(withValue(filters, name, day));
      }}
      onKeyDown={event => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}

const NODULES = ['1', '2', '3', '5'];

function AtLeast({ filters, t }: RowProps): ReactElement {
  const now = valueOf(filters, 'nodules.min');
  return (
    <select className="btn" value={now} aria-label={t('count')} data-cy="filter-nodules" onChange={event => go(withValue(filters, 'nodules.min', event.target.value))}>
      <option value="">{t('anyValue')}</option>
      {[...new Set([...NODULES, ...(now ? [now] : [])])].map(one => (
        <option key={one} value={one}>
          ≥ {one}
        </option>
      ))}
    </select>
  );
}
