/** The parts of the installation, each with its version and one fact. */
import type { ReactElement } from 'react';
import type { PageText } from '../pages/texts';
import type { Language } from '../types/api';
import type { Part, PartState } from '../types/pages';

/** A disc, a diamond, a square, a ring: states differ in shape, too. */
const MARKS: Record<PartState, string> = { ok: 'ok', attention: 'warn', down: 'err', off: 't2 ring', starting: 'info' };

export function Parts({ parts, language, t }: { parts: Part[]; language: Language; t: PageText }): ReactElement {
  return (
    <ul className="cps" aria-label={t('partsOf')}>
      {parts.map(part => (
        <li key={part.id} className="cp" data-part={part.id}>
          <div className="line">
            <h2 className="strong grow">{part.name}</h2>
            <span className={`stt ${MARKS[part.state]}`}>
              <i aria-hidden="true" />
              {t(`part.${part.state}`)}
            </span>
          </div>
          <div className="t12 t2">{part.version}</div>
          <div className="t12">{part.fact[language]}</div>
        </li>
      ))}
    </ul>
  );
}
