/** The bar above each page; filters go along between those pages that are about the same exams. */
import type { ReactElement } from 'react';
import { personName } from '../panels/times';
import { address } from '../id';
import type { Language, Me } from '../types/api';
import { Brand } from './Brand';
import { LanguageSwitch } from './LanguageSwitch';
import { isFilter, parse, write } from './filters';
import { followed } from './opening';
import type { PageText } from './texts';

const PAGES = {
  studies: '/ohif/hepatia-studies',
  worklist: '/ohif/hepatia-worklist',
  search: '/ohif/hepatia-search',
  dashboard: '/ohif/hepatia-dashboard',
  exports: '/ohif/hepatia-exports',
  status: '/ohif/hepatia-status',
} as const;
type Linked = keyof typeof PAGES;
/** The comparison is about one study: no link leads to it but from there. */
export type PageName = Linked | 'compare';

export const addressOf = (page: Linked): string => address(PAGES[page]);

/** Pages that show what the filters of the address find. */
const FILTERED: readonly PageName[] = ['studies', 'worklist', 'search', 'dashboard'];

interface NavigationProps {
  me: Me | null;
  page: PageName;
  query: string;
  language: Language;
  t: PageText;
}

export function Navigation({ me, page, query, language, t }: NavigationProps): ReactElement {
  const shared = write(parse(query).filter(isFilter));
  const along = (name: Linked): string => (shared && FILTERED.includes(name) && FILTERED.includes(page) ? `?${shared}` : '');
  return (
    <nav className="nav" aria-label={t('pages')}>
      <Brand />
      {(Object.keys(PAGES) as Linked[]).map(name => (
        <a key={name} href={addressOf(name) + along(name)} onClick={followed} className={name === page ? 'on' : ''} aria-current={name === page ? 'page' : undefined}>
          {t(name)}
        </a>
      ))}
      <span className="grow" />
      <LanguageSwitch language={language} />
      {me && (
        <span className="t12 line who" data-cy="me">
          <svg className="ico" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20a7 7 0 0 1 14 0" />
          </svg>
          {personName(me.name)} <span className="t2">{t(`role.${me.role}`)}</span>
        </span>
      )}
    </nav>
  );
}
