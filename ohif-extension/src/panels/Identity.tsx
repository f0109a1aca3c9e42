/** Who and what is read, by whom, and how far the report is. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { getState } from '../store';
import { Assigned } from './Assigned';
import { ReportMenu } from './ReportMenu';
import { STATES, StateIcon } from './StateIcon';
import { dateOf, personName } from './times';

export function Identity(): ReactElement {
  const { info, me, report, dirty } = getState();
  const { language, t } = useSurroundings();
  const phases = info?.series.filter(series => series.phase && series.phase !== 'other').length ?? 0;
  const facts = [info?.sex, info?.age === null ? null : `${info?.age} ${t('years')}`].filter(Boolean).join(' · ');
  return (
    <div className="p-id identity">
      <div className="line">
        <span className="who" data-cy="patient-id">
          {info?.patient_id}
        </span>
        <span className="t12 t2 nowrap">{facts}</span>
        <span className="grow" />
        <span className="state pill" data-cy="report-state">
          <StateIcon state={report?.state ?? (dirty ? 'in_reading' : null)} />
          {t(report ? STATES[report.state] : dirty ? 'inReading' : 'notRead')}
        </span>
        <ReportMenu />
      </div>
      <div className="line t11 t2">
        <span className="grow">
          {phases} {t(phases === 1 ? 'onePhase' : 'phases').toLowerCase()} · {dateOf(info?.study_date ?? null, language)}
        </span>
        <span className="nowrap">{personName(me?.name ?? '')}</span>
      </div>
      <Assigned />
    </div>
  );
}
