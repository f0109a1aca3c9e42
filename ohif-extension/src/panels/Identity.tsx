/** Who and what is read, by whom, and how far the report is. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { getState } from '../store';
import type { TextKey } from '../texts';
import type { Language, ReportState } from '../types/api';

const STATES: Record<ReportState, TextKey> = { draft: 'draft', complete: 'completed', verified: 'verified', consensus: 'consensus' };

export function Identity(): ReactElement {
  const { info, me, report } = getState();
  const { language, t } = useSurroundings();
  const phases = info?.series.filter(series => series.phase && series.phase !== 'other').length ?? 0;
  const facts = [info?.sex, info?.age === null ? null : `${info?.age} ${t('years')}`].filter(Boolean).join(' · ');
  return (
    <div className="p-id">
      <div className="line">
        <span className="who" data-cy="patient-id">
          {info?.patient_id}
        </span>
        <span className="t12 t2 nowrap">{facts}</span>
        <span className="grow" />
        <span className="state pill" data-cy="report-state">
          <StateIcon state={report?.state ?? null} />
          {t(report ? STATES[report.state] : 'notRead')}
        </span>
      </div>
      <div className="line t11 t2">
        <span className="grow">
          {phases} {t('phases').toLowerCase()} · {dateOf(info?.study_date ?? null, language)}
        </span>
        <span className="nowrap">{personName(me?.name ?? '')}</span>
      </div>
    </div>
  );
}

function StateIcon({ state }: { state: ReportState | null }): ReactElement {
  if (state === 'verified')
    return (
      <svg viewBox="0 0 14 14" style={{ color: 'var(--hep-ok)' }} aria-hidden="true">
        <circle cx="7" cy="7" r="6" fill="currentColor" />
        <path d="M4.3 7.2 6.3 9.1 9.8 5.2" fill="none" stroke="#000" strokeWidth="1.4" />
      </svg>
    );
  const dashes = state === 'draft' ? '2.2 1.9' : undefined;
  return (
    <svg viewBox="0 0 14 14" style={{ color: 'var(--hep-text-2)' }} aria-hidden="true">
      <circle cx="7" cy="7" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray={dashes} />
      {state === 'complete' && <path d="M7 1.8a5.2 5.2 0 0 1 0 10.4z" fill="currentColor" />}
    </svg>
  );
}

/** `Souza^Ana` → `Ana Souza`. */
export const personName = (name: string): string => name.split('^').slice(0, 2).reverse().join(' ').trim();

export function dateOf(iso: string | null, language: Language): string {
  if (!iso) return '–';
  const locale = language === 'pt' ? 'pt-BR' : 'en-GB';
  return new Date(`${iso}T00:00:00`).toLocaleDateString(locale, { day: 'numeric', month: 'short', year: 'numeric' });
}
