/** Objects that are stored but that search does not see: why, what to do, and once more. */
import { useState, type ReactElement } from 'react';
import { postRetry } from '../client';
import { momentSaid } from '../exports/format';
import { reasonOf } from '../exports/useExports';
import type { PageText } from '../pages/texts';
import type { Language } from '../types/api';
import type { Unindexed } from '../types/pages';

interface NotIndexedProps {
  failed: Unindexed[];
  isAdmin: boolean;
  again: () => void;
  language: Language;
  t: PageText;
}

/** A UID in the middle of which nobody is interested. */
const short = (uid: string): string => (uid.length > 18 ? `${uid.slice(0, 9)}…${uid.slice(-4)}` : uid);

export function NotIndexed({ failed, isAdmin, again, language, t }: NotIndexedProps): ReactElement {
  const [told, setTold] = useState('');
  const retry = (sop?: string): void =>
    void postRetry(sop).then(
      done => {
        setTold(`${t('retried')}: ${done.retried - done.failed} ${t('of')} ${done.retried}`);
        again();
      },
      (error: unknown) => setTold(reasonOf(error) || t('failed')),
    );
  return (
    <section className="card" aria-label={t('notIndexed')} data-cy="not-indexed">
      <header>
        <h2>{t('notIndexed')}</h2>
        <span className="sub grow">{t('notIndexedHelp')}</span>
        {isAdmin && failed.length > 1 && (
          <button type="button" className="btn" onClick={() => retry()}>
            {t('retryAll')}
          </button>
        )}
      </header>
      {failed.length === 0 ? (
        <p className="t2 t12">{t('allIndexed')}</p>
      ) : (
        <table className="tbl st">
          <thead>
            <tr>
              <th>{t('kind')}</th>
              <th>SOP Instance UID</th>
              <th>{t('reason')}</th>
              <th>{t('since')}</th>
              <th>{t('whatToDo')}</th>
              <th>
                <span className="unseen">{t('retry')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {failed.map(one => (
              <tr key={one.sop_instance_uid}>
                <td>{one.kind}</td>
                <td className="mono nowrap">
                  {short(one.sop_instance_uid)}{' '}
                  <button
                    type="button"
                    className="btn icon bare"
                    aria-label={`${t('copy')} ${one.sop_instance_uid}`}
                    onClick={() => void navigator.clipboard.writeText(one.sop_instance_uid)}
                  >
                    <svg className="ico s" viewBox="0 0 24 24" aria-hidden="true">
                      <path d="M8 8h11v12H8zM5 15V4h10" />
                    </svg>
                  </button>
                </td>
                <td>{one.reason}</td>
                <td className="t2 nowrap">{one.since ? momentSaid(one.since, language) : '–'}</td>
                <td>{one.remedy[language]}</td>
                <td className="num">
                  {isAdmin && (
                    <button type="button" className="btn" aria-label={`${t('retry')}: ${short(one.sop_instance_uid)}`} onClick={() => retry(one.sop_instance_uid)}>
                      {t('retry')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {told && <p role="status" className="t12">{told}</p>}
    </section>
  );
}
