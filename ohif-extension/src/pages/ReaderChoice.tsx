/** Whose exams are listed: one's own, those still to be read, nobody's, a reader's, or by who wrote the report. */
import type { ReactElement } from 'react';
import type { Facet, Language, Me, Template } from '../types/api';
import { go, pathOf, withValue, withoutPaths, type Filters } from './filters';
import { labelOf } from './labels';
import { grouped } from './numbers';
import { assignable, readerName } from './readers';
import type { PageText } from './texts';

const PATHS = ['assigned', 'awaiting', 'reader'];
const NOBODY = '@none';
const ME = '@me';

interface ReaderChoiceProps {
  /** With how many exams each choice would leave; absent where a list counts nothing. */
  facets?: Facet[];
  filters: Filters;
  me: Me;
  template: Template;
  language: Language;
  t: PageText;
}

export function ReaderChoice({ facets, filters, me, template, language, t }: ReaderChoiceProps): ReactElement {
  const now = filters.find(([name]) => PATHS.includes(pathOf(name)))?.join('=') ?? '';
  const counted = (path: string, value: string): string => {
    const facet = facets?.find(one => one.path === path);
    return facet ? ` (${grouped(facet.values.find(one => one.value === value)?.count ?? 0)})` : '';
  };
  const option = (path: string, value: string, said: string, login = value): ReactElement => (
    <option key={`${path}=${value}`} value={`${path}=${value}`}>
      {said + counted(path, login)}
    </option>
  );
  const choose = (chosen: string): void => {
    const others = withoutPaths(filters, PATHS);
    const [path = '', value = ''] = chosen.split('=');
    go(chosen ? withValue(others, path, value) : others);
  };
  const logins = [...new Set([...(facets?.find(one => one.path === 'assigned')?.values.map(one => one.value) ?? []), ...assignable(me).map(one => one.login)])];
  const authors = facets?.find(one => one.path === 'reader')?.values ?? [];
  const fixed = ['', `assigned=${ME}`, `awaiting=${ME}`, `assigned=${NOBODY}`, ...logins.map(one => `assigned=${one}`), ...authors.map(one => `reader=${one.value}`)];
  const [path = '', value = ''] = now.split('=');
  return (
    <select className="btn" value={now} aria-label={t('reader')} data-cy="filter-reader" onChange={event => choose(event.target.value)}>
      <option value="">{t('anyValue')}</option>
      {!fixed.includes(now) && <option value={now}>{value.split(',').map(one => labelOf(path, one, template, language)).join(', ')}</option>}
      {option('assigned', ME, t('mine'), me.user)}
      {option('awaiting', ME, t('mineToRead'), me.user)}
      {option('assigned', NOBODY, t('unassigned'))}
      <optgroup label={t('assignedTo')}>{logins.filter(one => one !== NOBODY).map(one => option('assigned', one, readerName(one)))}</optgroup>
      {authors.length > 0 && <optgroup label={t('reportBy')}>{authors.map(one => option('reader', one.value, labelOf('reader', one.value, template, language)))}</optgroup>}
    </select>
  );
}
