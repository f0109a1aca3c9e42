/** What every page has: the bar, a place for what is wrong, and the page itself once there is something to show. */
import type { ReactElement, ReactNode } from 'react';
import type { Language, Me } from '../types/api';
import '../controls';
import pages from '../styles/pages.css?inline';
import { addStyles } from '../styles';
import { Navigation, type PageName } from './Navigation';
import type { PageText } from './texts';

addStyles('pages', pages);

interface PageProps {
  name: PageName;
  me: Me | null;
  query: string;
  problem: string | null;
  language: Language;
  t: PageText;
  children: ReactNode;
}

export function Page({ name, me, query, problem, language, t, children }: PageProps): ReactElement {
  return (
    <div className={`hep page ${name}`} data-cy={`hepatia-${name}`} lang={language}>
      <Navigation me={me} page={name} query={query} language={language} t={t} />
      {problem !== null && (
        <div className="note e" role="alert">
          {problem || t('failed')}
        </div>
      )}
      {children}
    </div>
  );
}
