/** The versions of the report: who, when, state. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { getState } from '../store';
import type { TextKey } from '../texts';
import { personName } from './Identity';

const STATES: Record<string, TextKey> = { draft: 'draft', complete: 'completed', verified: 'verified', consensus: 'consensus' };

export function Versions(): ReactElement {
  const { info, report } = getState();
  const { t, language } = useSurroundings();
  const versions = [...(info?.reports ?? [])].reverse();
  return (
    <section className="p-sec">
      <header>
        <h3>{t('versions')}</h3>
        <span className="grow">{versions.length || ''}</span>
      </header>
      {versions.length === 0 && <p className="help">{t('noVersions')}</p>}
      {versions.map(one => (
        <div key={one.sop_instance_uid} className="list-row" data-cy="version-row">
          <span className={one.sop_instance_uid === report?.sop_instance_uid ? 'strong grow' : 'grow'}>{personName(one.author)}</span>
          <span className="t2 nowrap">{one.created ? new Date(one.created).toLocaleString(language === 'pt' ? 'pt-BR' : 'en-GB') : ''}</span>
          <span className="state">{t(STATES[one.state] ?? 'draft')}</span>
        </div>
      ))}
    </section>
  );
}
