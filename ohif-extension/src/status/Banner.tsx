/** The first line: whether all is well; where it is not, what is affected, and what to do. */
import type { ReactElement } from 'react';
import { Icon } from '../icons';
import type { PageText } from '../pages/texts';
import type { Language } from '../types/api';
import type { Part, Status } from '../types/pages';

/** What still works without a part, and what does not: keys of the words. */
const AFFECTED = ['database', 'index', 'monailabel', 'disk', 'orthanc', 'hepatia'];

const isWrong = (part: Part): boolean => part.state === 'down' || part.state === 'attention';

export function Banner({ status, language, t }: { status: Status; language: Language; t: PageText }): ReactElement {
  const wrong = status.details.parts.filter(isWrong);
  const isBad = status.status !== 'ok' || wrong.some(part => part.state === 'down');
  const kind = isBad ? 'e' : wrong.length > 0 ? 'w' : 'o';
  const title = isBad ? t('degraded') : wrong.length > 0 ? t('attention') : t('allWell');
  return (
    <section className={`ban ${kind}`} role="status" data-cy="banner">
      <Icon name={kind === 'o' ? 'check' : 'warn'} />
      <div className="grow">
        <p className="head">
          {title}
          {wrong.length > 0 && `: ${wrong.map(part => part.name).join(', ')}`}
        </p>
        {wrong.length === 0 && <p className="t12 t2">{t('allWellHelp')}</p>}
        {wrong.map(part => (
          <p key={part.id} className="t12">
            <b>{part.name}.</b> <span className="t2">{AFFECTED.includes(part.id) && t(`affects.${part.id}`)}</span> {part.remedy?.[language]}
          </p>
        ))}
        {isBad && (
          <p>
            <code>hepatia doctor</code>
          </p>
        )}
      </div>
    </section>
  );
}
