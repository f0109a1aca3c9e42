/** What is left to choose, with how much each choice would find. */
import type { ReactElement } from 'react';
import { go, valueOf, withToggled, withValue, type Filters } from '../pages/filters';
import { hintsOf, hueOf, labelOf } from '../pages/labels';
import type { PageText } from '../pages/texts';
import type { Facet, Language, Template } from '../types/api';

export interface FacetsProps {
  facets: Facet[];
  filters: Filters;
  template: Template;
  language: Language;
  t: PageText;
}

const groupOf = (facet: Facet, template: Template): string => {
  const group = facet.path.split('.')[0] ?? '';
  return group in template.schema.properties ? group : 'exam';
};

export function Facets(props: FacetsProps): ReactElement {
  const { facets, filters, template, t } = props;
  const names = [...new Set(facets.map(facet => groupOf(facet, template)))];
  return (
    <aside className="facets" aria-label={t('facets')}>
      <Words filters={filters} t={t} />
      <Has filters={filters} template={template} language={props.language} t={t} />
      {names.map(name => (
        <Group key={name} name={name} {...props} facets={facets.filter(facet => groupOf(facet, template) === name)} />
      ))}
    </aside>
  );
}

function Words({ filters, t }: { filters: Filters; t: PageText }): ReactElement {
  const now = valueOf(filters, 'text');
  return (
    <form
      role="search"
      onSubmit={event => {
        event.preventDefault();
        go(withValue(filters, 'text', String(new FormData(event.currentTarget).get('text') ?? '').trim()));
      }}
    >
      <input key={now} name="text" type="search" className="inp" data-cy="search-words" defaultValue={now} placeholder={t('words')} aria-label={t('words')} />
    </form>
  );
}

/** What there is of an exam beside its images; not counted by the server. */
function Has({ filters, template, language, t }: Omit<FacetsProps, 'facets'>): ReactElement {
  const chosen = new Set(valueOf(filters, 'has').split(','));
  return (
    <fieldset className="facet" data-path="has">
      <legend>{t('has')}</legend>
      {['segmentation', 'report'].map(value => (
        <label key={value} className={`fv${chosen.has(value) ? ' on' : ''}`}>
          <input type="checkbox" checked={chosen.has(value)} onChange={() => go(withToggled(filters, 'has', value))} />
          <span>{labelOf('has', value, template, language)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** What most searches of nodules are about. */
const FIRST = ['nodules.lirads', 'nodules.diameter_mm'];
const rank = (facet: Facet): number => (FIRST.includes(facet.path) ? FIRST.indexOf(facet.path) : FIRST.length);

function Group({ name, facets, ...rest }: FacetsProps & { name: string }): ReactElement {
  const { filters, template, language, t } = rest;
  const described = template.schema.properties[name];
  const title = described?.['x-hepatia'].title[language] ?? t(name);
  const repeats = described?.type === 'array';
  const chosen = facets.some(facet => filters.some(([parameter]) => parameter.replace(/\.(min|max)$/, '') === facet.path));
  return (
    <details className={repeats ? 'framed' : ''} open={chosen || repeats || name === 'patient'} data-cy={`facets-${name}`}>
      <summary>{repeats ? t(name === 'nodules' ? 'oneNodule' : 'oneOf') : title}</summary>
      {[...facets].sort((a, b) => rank(a) - rank(b)).map(facet => (
        <fieldset key={facet.path} className="facet" data-path={facet.path}>
          <legend>{facet.title}</legend>
          {facet.values.length > 0 ? <Values facet={facet} filters={filters} /> : <Range facet={facet} {...rest} />}
        </fieldset>
      ))}
    </details>
  );
}

function Values({ facet, filters }: { facet: Facet; filters: Filters }): ReactElement {
  const chosen = new Set(valueOf(filters, facet.path).split(','));
  const most = Math.max(1, ...facet.values.map(one => one.count));
  return (
    <>
      {facet.values.map(({ value, title, count }) => (
        <label key={value} className={`fv${chosen.has(value) ? ' on' : ''}${count === 0 ? ' zero' : ''}`}>
          <input type="checkbox" checked={chosen.has(value)} onChange={() => go(withToggled(filters, facet.path, value))} />
          <span>{title}</span>
          <span className="n">{count.toLocaleString()}</span>
          <span className="b" style={{ width: `${(75 * count) / most}%`, background: hueOf(facet.path, value) }} />
        </label>
      ))}
    </>
  );
}

function Range({ facet, filters, template, language, t }: Omit<FacetsProps, 'facets'> & { facet: Facet }): ReactElement {
  const unit = hintsOf(facet.path, template)?.unit_label?.[language] ?? '';
  const limits = { min: facet.minimum, max: facet.maximum };
  return (
    <div className="line range">
      {(['min', 'max'] as const).map(end => {
        const name = `${facet.path}.${end}`;
        const now = valueOf(filters, name);
        const word = t(end === 'min' ? 'from' : 'to');
        return (
          <input
            key={`${end} ${now}`}
            className="inp"
            inputMode="decimal"
            defaultValue={now}
            placeholder={`${word} ${limits[end] ?? ''}`}
            aria-label={`${facet.title}, ${word}`}
            data-cy={`${facet.path}.${end}`}
            onBlur={event => event.currentTarget.value.trim() !== now && go(withValue(filters, name, point(event.currentTarget.value)))}
            onKeyDown={event => event.key === 'Enter' && event.currentTarget.blur()}
          />
        );
      })}
      <span className="t2 t12">{unit}</span>
    </div>
  );
}

/** A decimal comma is a point to the server. */
const point = (text: string): string => text.trim().replace(',', '.');
