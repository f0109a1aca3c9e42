/** What was refused, by reason, from whom, and what to do. */
import type { ReactElement } from 'react';
import type { PageText } from '../pages/texts';
import type { Language } from '../types/api';
import type { Refusal } from '../types/pages';
import { grouped } from '../pages/numbers';

export function Refused({ reasons, language, t }: { reasons: Refusal[]; language: Language; t: PageText }): ReactElement {
  const from = (one: Refusal): string => one.from.map(sender => [sender.aet ?? sender.way, sender.count > 1 && sender.count].filter(Boolean).join(' × ')).join(', ');
  return (
    <section className="card" aria-label={t('refused')} data-cy="refused">
      <header>
        <h2>{t('refused')}</h2>
        <span className="sub grow">{t('refusedHelp')}</span>
      </header>
      {reasons.length === 0 ? (
        <p className="t2 t12">{t('noRefusals')}</p>
      ) : (
        <table className="tbl st">
          <thead>
            <tr>
              <th>{t('reason')}</th>
              <th className="num">24 h</th>
              <th>{t('fromWhom')}</th>
              <th>{t('whatToDo')}</th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(one => (
              <tr key={one.reason}>
                <td>{one.title[language]}</td>
                <td className="num">{grouped(one.count)}</td>
                <td className="t2">{from(one)}</td>
                <td>{one.remedy[language]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
