/** The bar above each page; filters go along between those pages that are about the same exams. */
import type { ReactElement } from 'react';
import { personName } from '../panels/Identity';
import { address } from '../id';
import type { Language, Me } from '../types/api';
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

export const Brand = (): ReactElement => (
  <span className="brand">
    <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="hsl(var(--highlight))" strokeWidth="1.6" strokeLinejoin="round">
      <path d="M3 9c1-4 6-6 11-5.5 3 .3 4.5 2 7 2.5 1 3-2 5-5.5 6.5C12 14.5 11 20 7 20S2 14 3 9z" />
      <circle cx="8.5" cy="10.5" r="1.7" fill="hsl(var(--highlight))" stroke="none" />
    </svg>
    HepatIA
  </span>
);
