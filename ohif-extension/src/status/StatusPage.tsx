/** The status page for who keeps the archive: what works, what does not, and what to do about it. */
import { useEffect, useState, type ReactElement } from 'react';
import { getStatus } from '../client';
import { API } from '../id';
import { Page } from '../pages/Page';
import { useQuery } from '../pages/filters';
import { useLanguage } from '../pages/language';
import { addStyles } from '../styles';
import { words, type PageText } from '../pages/texts';
import { useLoaded } from '../pages/useLoaded';
import styles from '../styles/status.css?inline';
import type { Language } from '../types/api';
import type { Status } from '../types/pages';
import { Arrivals } from './Arrivals';
import { Banner } from './Banner';
import { IndexCard } from './IndexCard';
import { NotIndexed } from './NotIndexed';
import { Parts } from './Parts';
import { Refused } from './Refused';
import { support } from './support';

addStyles('status', styles);

const EVERY_MS = 5000;
const METRICS = API.replace(/api$/, 'metrics');

export function StatusPage(): ReactElement {
  const language = useLanguage();
  const query = useQuery();
  const t = words(language);
  const [loaded, problem, again] = useLoaded('', language, getStatus, EVERY_MS);
  return (
    <Page name="status" me={loaded?.me ?? null} {...{ query, problem, language, t }}>
      {loaded && (
        <main>
          <div className="line titles">
            <h1>{t('status')}</h1>
            <Age of={loaded.data} t={t} />
            <span className="grow" />
            <Copy status={loaded.data} t={t} />
            <a className="btn" href={METRICS} target="_blank" rel="noreferrer">
              {t('metrics')}
            </a>
          </div>
          <Shown status={loaded.data} isAdmin={loaded.me.role === 'admin'} again={again} language={language} t={t} />
        </main>
      )}
    </Page>
  );
}

interface ShownProps {
  status: Status;
  isAdmin: boolean;
  again: () => void;
  language: Language;
  t: PageText;
}

function Shown({ status, isAdmin, again, language, t }: ShownProps): ReactElement {
  const { details } = status;
  return (
    <>
      <Banner status={status} language={language} t={t} />
      <Parts parts={details.parts} language={language} t={t} />
      <div className="two">
        <Arrivals arrivals={details.arrivals} language={language} t={t} />
        <Refused reasons={details.arrivals.reasons} language={language} t={t} />
        <IndexCard index={details.index} isAdmin={isAdmin} again={again} language={language} t={t} />
        <NotIndexed failed={details.index.failed} isAdmin={isAdmin} again={again} language={language} t={t} />
      </div>
    </>
  );
}

/** How old what is shown is: it grows where the server does not answer any more. */
function Age({ of, t }: { of: Status; t: PageText }): ReactElement {
  const [now, setNow] = useState(0);
  useEffect(() => {
    const start = Date.now();
    setNow(0);
    const timer = setInterval(() => setNow(Math.round((Date.now() - start) / 1000)), 1000);
    return () => clearInterval(timer);
  }, [of]);
  return (
    <span className="t2 t12">
      {t('updated')} {now} s {t('ago')}
    </span>
  );
}

function Copy({ status, t }: { status: Status; t: PageText }): ReactElement {
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(support(status)).then(() => setCopied(true));
  return (
    <button type="button" className="btn" data-cy="copy-report" onClick={copy}>
      {t(copied ? 'copied' : 'copyReport')}
    </button>
  );
}
