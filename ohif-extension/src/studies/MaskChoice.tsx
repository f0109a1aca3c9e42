/** Which masks a study has to have: any, or one of the liver or of nodules in a phase. */
import type { ReactElement } from 'react';
import { PHASES } from '../pages/exam';
import { go, pathOf, valueOf, withValue, withoutPaths, type Filters } from '../pages/filters';
import { nameOf } from '../pages/labels';
import type { PageText } from '../pages/texts';
import type { Facet, Language } from '../types/api';
import { grouped } from '../pages/numbers';

const ANY = ['has', 'segmentation'] as const;
const KINDS = [
  ['masks.liver', 'liver'],
  ['masks.nodule', 'nodules'],
] as const;
const PATHS: string[] = [ANY[0], ...KINDS.map(([path]) => path)];

interface MaskChoiceProps {
  facets: Facet[];
  filters: Filters;
  language: Language;
  t: PageText;
}

export function MaskChoice({ facets, filters, language, t }: MaskChoiceProps): ReactElement {
  const now = filters.find(([name]) => PATHS.includes(pathOf(name)) && valueOf(filters, name))?.join('=') ?? '';
  const count = (path: string, value: string): number => facets.find(one => one.path === path)?.values.find(one => one.value === value)?.count ?? 0;
  const option = (path: string, value: string, said: string): ReactElement => (
    <option key={`${path}=${value}`} value={`${path}=${value}`}>
      {said} ({grouped(count(path, value))})
    </option>
  );
  const choose = (chosen: string): void => {
    const others = withoutPaths(filters, PATHS);
    const [path = '', value = ''] = chosen.split('=');
    go(chosen ? withValue(others, path, value) : others);
  };
  return (
    <select className="btn" value={now} aria-label={t('masks')} data-cy="filter-masks" onChange={event => choose(event.target.value)}>
      <option value="">{t('anyValue')}</option>
      {option(...ANY, nameOf(...ANY, language))}
      {KINDS.map(([path, kind]) => (
        <optgroup key={path} label={t(kind)}>
          {PHASES.map(phase => option(path, phase, nameOf('study.phase', phase, language)))}
        </optgroup>
      ))}
    </select>
  );
}
