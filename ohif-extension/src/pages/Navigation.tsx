/** The bar above each page; filters go along from one page to the other. */
import type { ReactElement } from 'react';
import { personName } from '../panels/Identity';
import { address } from '../id';
import type { Me } from '../types/api';
import type { PageText } from './texts';

const PAGES = { worklist: '/ohif/hepatia-worklist', search: '/ohif/hepatia-search', dashboard: '/ohif/hepatia-dashboard' } as const;
export type PageName = keyof typeof PAGES;

/** What belongs to the list of one page alone. */
const OF_LISTS = ['page', 'sort', 'page_size'];

interface NavigationProps {
  me: Me | null;
  page: PageName;
  query: string;
  t: PageText;
}

export function Navigation({ me, page, query, t }: NavigationProps): ReactElement {
  const shared = new URLSearchParams(query);
  for (const name of OF_LISTS) shared.delete(name);
  const along = shared.size > 0 ? `?${shared.toString()}` : '';
  return (
    <nav className="nav" aria-label={t('pages')}>
      <span className="brand">HepatIA</span>
      <a href={address('/ohif/')}>{t('studies')}</a>
      {(Object.keys(PAGES) as PageName[]).map(name => (
        <a key={name} href={address(PAGES[name]) + along} className={name === page ? 'on' : ''} aria-current={name === page ? 'page' : undefined}>
          {t(name)}
        </a>
      ))}
      <span className="grow" />
      {me && (
        <span className="t12">
          {personName(me.name)} <span className="t2">{me.role}</span>
        </span>
      )}
    </nav>
  );
}
