/** How far an export is, with a way to stop it; at the end, its parts to be fetched. */
import type { ReactElement } from 'react';
import { deleteExport, exportUrl } from '../client';
import { Icon } from '../icons';
import type { Language } from '../types/api';
import type { Export } from '../types/pages';
import type { PageText } from '../pages/texts';
import { bytesSaid } from './format';
import type { Exporting } from './useExports';

interface ProgressProps {
  one: Export;
  act: Exporting['act'];
  language: Language;
  t: PageText;
}

export function Progress({ one, act, language, t }: ProgressProps): ReactElement {
  const percent = Math.round(100 * one.progress);
  const done = one.place > 0 ? `${t('waiting')} · ${one.place}` : `${one.exams_done} ${t('of')} ${one.exams} · ${bytesSaid(one.bytes, language)}`;
  return (
    <div className="exp" data-cy="export-running">
      <div className="line t12">
        <b>{t('exporting')}</b>
        <span className="t2 grow">{done}</span>
        <span className="num">{percent} %</span>
        <button type="button" className="btn icon bare" aria-label={`${t('cancel')}: ${one.name}`} onClick={() => void act(deleteExport(one.id))}>
          <Icon name="close" small />
        </button>
      </div>
      <div className="bar" role="progressbar" aria-label={t('exporting')} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
        <i style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
}

/** A link for each part: the browser fetches them by itself, and shows how far it is. */
export function Downloads({ one, language, t }: Omit<ProgressProps, 'act'>): ReactElement {
  const several = one.parts.length > 1;
  return (
    <>
      {one.parts.map(part => (
        <a key={part.number} className="btn primary" href={exportUrl(one.id, part.number)} download={part.name} data-cy="download">
          {t('download')}
          {several && ` ${part.number} ${t('of')} ${one.parts.length}`}, {bytesSaid(part.bytes, language)}
        </a>
      ))}
    </>
  );
}
