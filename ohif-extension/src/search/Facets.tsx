/** What is left to choose, group by group of the template, with how much each choice would find. */
import type { ReactElement } from 'react';
import { AddFilter } from './AddFilter';
import { Range } from './Range';
import { MOST_BLOCKS, blockOf, go, inBlock, pathOf, valueOf, withToggled, withValue, withoutPaths, type Filters } from '../pages/filters';
import { hueOf, labelOf } from '../pages/labels';
import type { PageText } from '../pages/texts';
import type { Facet, Language, Template } from '../types/api';
import { grouped } from '../pages/numbers';

export interface FacetsProps {
  facets: Facet[];
  filters: Filters;
  template: Template;
  language: Language;
  t: PageText;
}

/** What is known of every exam, beside the template's groups. */
const EXAM = 'exam';
/** What most searches are about comes first, and is open; the rest is a click away. */
const SHOWN: Record<string, string[]> = {
  patient: ['patient.sex', 'patient.age', 'patient.baseline_diagnosis', 'patient.cirrhosis', 'patient.imaging_profile'],
  nodules: ['nodules.lirads', 'nodules.diameter_mm', 'nodules.washout', 'nodules.aphe', 'nodules.location'],
  [EXAM]: ['has', 'state', 'study.date', 'study.phase', 'reader', 'masks.liver', 'masks.nodule'],
};
const OPEN = ['patient', 'nodules', EXAM];

export function groupOf(facet: Facet, template: Template): string {
  const group = facet.path.includes('.') ? (facet.path.split('.')[0] ?? '') : EXAM;
  return group in template.schema.properties ? group : EXAM;
}

export function Facets(props: FacetsProps): ReactElement {
  const { facets, template, t } = props;
  const found = [...new Set(facets.map(facet => groupOf(facet, template)))];
  const names = [...OPEN, ...found].filter((name, place, all) => found.includes(name) && all.indexOf(name) === place);
  return (
    <aside className="facets" aria-label={t('facets')}>
      <AddFilter {...props} />
      {names.map(name => (
        <Blocks key={name} name={name} {...props} facets={facets.filter(facet => groupOf(facet, template) === name)} />
      ))}
    </aside>
  );
}

/** A repeated group has a block for each different member that is asked for. */
function Blocks({ name, facets, ...rest }: FacetsProps & { name: string }): ReactElement {
  const { filters, template, t } = rest;
  const blocks = [...new Set(facets.map(facet => blockOf(facet.path)))].sort();
  const last = blocks.at(-1) ?? 1;
  const isAsked = filters.some(([parameter]) => inBlock(pathOf(parameter), last) === pathOf(parameter) && facets.some(facet => facet.path === pathOf(parameter)));
  const repeats = template.schema.properties[name]?.type === 'array';
  return (
    <>
      {blocks.map(block => (
        <Group key={block} name={name} block={block} {...rest} facets={facets.filter(facet => blockOf(facet.path) === block)} />
      ))}
      {repeats && isAsked && last < MOST_BLOCKS && (
        <button type="button" className="btn ghost" data-cy="add-block" onClick={() => go(withValue(filters, 'blocks', String(last + 1)))}>
          {t('addBlock')}
        </button>
      )}
    </>
  );
}

function titleOf(name: string, block: number, { template, language, t }: Pick<FacetsProps, 'template' | 'language' | 't'>): string {
  const described = template.schema.properties[name];
  if (described?.type !== 'array') return described?.['x-hepatia'].title[language] ?? t(name);
  if (block > 1) return t(name === 'nodules' ? 'anotherNodule' : 'another');
  return t(name === 'nodules' ? 'oneNodule' : 'oneOf');
}

function Group({ name, block, facets, ...rest }: FacetsProps & { name: string; block: number }): ReactElement {
  const { filters, template, t } = rest;
  const repeats = template.schema.properties[name]?.type === 'array';
  const title = titleOf(name, block, rest);
  const chosen = facets.filter(facet => filters.some(([parameter]) => pathOf(parameter) === facet.path)).map(facet => facet.path);
  const shown = SHOWN[name]?.map(path => inBlock(path, block)) ?? facets.map(facet => facet.path);
  const rank = (facet: Facet): number => (shown.includes(facet.path) ? shown.indexOf(facet.path) : shown.length);
  const ordered = [...facets].sort((a, b) => rank(a) - rank(b));
  const isFirst = (facet: Facet): boolean => shown.includes(facet.path) || chosen.includes(facet.path);
  const more = ordered.filter(facet => !isFirst(facet));
  return (
    <details className={repeats ? 'fs same' : 'fs'} open={chosen.length > 0 || OPEN.includes(name)} data-cy={`facets-${inBlock(`${name}.`, block).replace(/\.$/, '')}`}>
      <summary>
        <h3>{title}</h3>
        {chosen.length > 0 && <Clear paths={chosen} filters={filters} t={t} title={title} />}
      </summary>
      {ordered.filter(isFirst).map(facet => (
        <One key={facet.path} facet={facet} {...rest} />
      ))}
      {more.length > 0 && (
        <details className="more">
          <summary>{t('moreFilters')}</summary>
          {more.map(facet => (
            <One key={facet.path} facet={facet} {...rest} />
          ))}
        </details>
      )}
    </details>
  );
}

const Clear = ({ paths, filters, title, t }: { paths: string[]; filters: Filters; title: string; t: PageText }): ReactElement => (
  <button
    type="button"
    className="btn ghost"
    aria-label={`${t('clearGroup')}: ${title}`}
    onClick={event => {
      event.preventDefault();
      go(withoutPaths(filters, paths));
    }}
  >
    {t('clearGroup')}
  </button>
);

function One({ facet, ...rest }: Omit<FacetsProps, 'facets'> & { facet: Facet }): ReactElement {
  return (
    <fieldset className="facet" data-path={facet.path}>
      <legend>{facet.title}</legend>
      {facet.values.length > 0 ? <Values facet={facet} {...rest} /> : <Range facet={facet} {...rest} />}
    </fieldset>
  );
}

const isCategory = (path: string): boolean => path.endsWith('lirads');

function Values({ facet, filters, template, language }: Omit<FacetsProps, 'facets' | 't'> & { facet: Facet }): ReactElement {
  const chosen = new Set(valueOf(filters, facet.path).split(','));
  const most = Math.max(1, ...facet.values.map(one => one.count));
  return (
    <>
      {facet.values.map(({ value, count }) => {
        const name = labelOf(facet.path, value, template, language);
        return (
          <label key={value} className={`fv${chosen.has(value) ? ' on' : ''}${count === 0 ? ' zero' : ''}`}>
            <input type="checkbox" checked={chosen.has(value)} onChange={() => go(withToggled(filters, facet.path, value))} />
            <span>{isCategory(facet.path) ? <span className={`lr ${value.toLowerCase()}`}>{name}</span> : name}</span>
            <span className="n">{grouped(count)}</span>
            <i className="b" style={{ width: `${(75 * count) / most}%`, background: hueOf(facet.path, value) }} />
          </label>
        );
      })}
    </>
  );
}
