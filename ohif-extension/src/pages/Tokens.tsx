/** The filters in force, each with a way to take it away. */
import type { ReactElement } from 'react';
import type { Language, Template } from '../types/api';
import { go, isFilter, type Filters } from './filters';
import { labelOf, titleOf } from './labels';
import type { PageText } from './texts';

interface TokensProps {
  filters: Filters;
  template: Template;
  language: Language;
  t: PageText;
}

export function Tokens({ filters, template, language, t }: TokensProps): ReactElement | null {
  const shown = filters.filter(isFilter);
  if (shown.length === 0) return null;
  const said = ([name, value]: Filters[number]): string => {
    const path = name.replace(/\.(min|max)$/, '');
    const sign = name.endsWith('.min') ? ' ≥ ' : name.endsWith('.max') ? ' ≤ ' : ': ';
    const values = value.split(',').map(one => labelOf(path, one, template, language));
    return titleOf(path, template, language) + sign + values.join(', ');
  };
  return (
    <div className="line tokens">
      {shown.map(one => (
        <button
          key={one.join(' ')}
          type="button"
          className="chip token"
          aria-label={`${t('remove')}: ${said(one)}`}
          onClick={() => go(filters.filter(other => other !== one && other[0] !== 'page'))}
        >
          {said(one)} <span aria-hidden="true">×</span>
        </button>
      ))}
      <button type="button" className="btn ghost" onClick={() => go(filters.filter(one => !isFilter(one)))}>
        {t('clear')}
      </button>
    </div>
  );
}
