/** The filters in force, each with a way to take it away; those on one and the same nodule stand in one frame. */
import type { ReactElement } from 'react';
import { Icon } from '../icons';
import type { Language, Template } from '../types/api';
import { blockOf, go, isFilter, itemOf, pathOf, withoutPaths, type Filters } from './filters';
import { labelOf, titleOf, unitOf } from './labels';
import type { PageText } from './texts';

interface TokensProps {
  filters: Filters;
  template: Template;
  language: Language;
  t: PageText;
}

export function Tokens({ filters, template, language, t }: TokensProps): ReactElement | null {
  const paths = [...new Set(filters.filter(isFilter).map(([name]) => pathOf(name)))];
  if (paths.length === 0) return null;
  const token = (path: string): ReactElement => {
    const title = titleOf(path, template, language);
    const said = valueSaid(path, filters, template, language);
    return (
      <button key={path} type="button" className="chip token" aria-label={`${t('remove')}: ${title} ${said}`} onClick={() => go(withoutPaths(filters, [path]))}>
        {title} <b>{said}</b> <Icon name="close" />
      </button>
    );
  };
  const repeats = (path: string): boolean => template.schema.properties[itemOf(path).split('.')[0] ?? '']?.type === 'array' && path.includes('.');
  const linked = paths.filter(repeats);
  const blocks = [...new Set(linked.map(blockOf))].sort();
  return (
    <div className="line tokens">
      {paths.filter(path => !repeats(path)).map(token)}
      {blocks.map(block => (
        <Linked key={block} tokens={linked.filter(path => blockOf(path) === block).map(token)} label={t(block === 1 ? 'oneNodule' : 'anotherNodule')} framed={linked.length > 1} />
      ))}
      <button type="button" className="btn ghost" onClick={() => go(filters.filter(one => !isFilter(one) && one[0] !== 'blocks'))}>
        {t('clear')}
      </button>
    </div>
  );
}

/** What is said of one nodule stands in one frame, unless it is all there is. */
const Linked = ({ tokens, label, framed }: { tokens: ReactElement[]; label: string; framed: boolean }): ReactElement =>
  framed ? (
    <span className="linked" role="group" aria-label={label}>
      {tokens}
    </span>
  ) : (
    <>{tokens}</>
  );

/** `50–80 y`, `≥ 20 mm`, or the values by their names. */
export function valueSaid(path: string, filters: Filters, template: Template, language: Language): string {
  const of = (suffix: string): string | undefined => filters.find(([name]) => name === path + suffix)?.[1];
  const [low, high] = [of('.min'), of('.max')];
  const unit = unitOf(path, template, language);
  const range = low && high ? (low === high ? low : `${low}–${high}`) : low ? `≥ ${low}` : high ? `≤ ${high}` : '';
  const values = (of('') ?? '').split(',').filter(Boolean).map(one => labelOf(path, one, template, language));
  return [values.join(', '), range && `${range} ${unit}`.trim()].filter(Boolean).join(', ');
}
