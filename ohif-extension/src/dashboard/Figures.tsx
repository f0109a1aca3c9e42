/** The figures above the charts. */
import type { ReactElement } from 'react';
import type { DashboardData } from '../types/api';
import type { PageText } from '../pages/texts';
import { chartOf, percent, sumOf } from './bars';
import { decimal, grouped } from '../pages/numbers';

const countOf = (data: DashboardData, id: string, label: string): number => chartOf(data, id)?.data.find(one => one.label === label)?.count ?? 0;

export function Figures({ data, t }: { data: DashboardData; t: PageText }): ReactElement {
  const [men, women] = [countOf(data, 'patient.sex', 'M'), countOf(data, 'patient.sex', 'F')];
  const verified = countOf(data, 'state', 'verified') + countOf(data, 'state', 'consensus');
  const age = chartOf(data, 'patient.age')?.statistics;
  const years = chartOf(data, 'study.date')?.data ?? [];
  const lirads = chartOf(data, 'nodules.lirads');
  return (
    <section className="card kpis" data-cy="figures" aria-label={t('figures')}>
      <Figure value={grouped(data.patients)} of={t('patients')} name="patients" />
      <Figure value={grouped(data.exams)} of={t('exams')} name="exams" />
      <Figure value={`${men} / ${women}`} of={t('menWomen')} name="sexes" below={`${percent(men, men + women)} / ${percent(women, men + women)}`}>
        <Split parts={[[men, 'var(--hep-chart-m)'], [women, 'var(--hep-chart-f)']]} />
      </Figure>
      {age?.mean != null && <Figure value={`${decimal(age.mean, 2)} ± ${decimal(age.standard_deviation ?? 0, 2)}`} of={t('ageMean')} name="age" />}
      {years.length > 0 && <Figure value={years.length > 1 ? `${years[0]?.label}–${years.at(-1)?.label}` : (years[0]?.label ?? '')} of={t('studyYears')} name="years" />}
      <Figure value={grouped(lirads ? sumOf(lirads) : 0)} of={t('nodulesDescribed')} name="nodules" />
      <Figure value={grouped(verified)} of={t('verified')} name="verified" below={`${percent(verified, data.exams)} ${t('of')} ${grouped(data.exams)}`}>
        <Split parts={[[verified, 'var(--hep-ok)'], [data.exams - verified, 'var(--hep-track)']]} />
      </Figure>
    </section>
  );
}

interface FigureProps {
  value: string;
  of: string;
  name: string;
  below?: string;
  children?: ReactElement;
}

function Figure({ value, of, name, below = '', children }: FigureProps): ReactElement {
  return (
    <div className="kpi" data-figure={name}>
      <b>{value}</b>
      <span>{of}</span>
      {children}
      {below && <span className="t11">{below}</span>}
    </div>
  );
}

const Split = ({ parts }: { parts: [count: number, hue: string][] }): ReactElement => (
  <div className="split" aria-hidden="true">
    {parts.map(([count, hue]) => (
      <i key={hue} style={{ flexGrow: count, background: hue }} />
    ))}
  </div>
);
