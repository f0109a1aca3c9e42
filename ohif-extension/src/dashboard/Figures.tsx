/** The figures above the charts. */
import type { ReactElement } from 'react';
import type { ChartData, DashboardData } from '../types/api';
import type { PageText } from '../pages/texts';

const chartOf = (data: DashboardData, id: string): ChartData | undefined => data.charts.find(one => one.id === id);
const countOf = (data: DashboardData, id: string, label: string): number => chartOf(data, id)?.data.find(one => one.label === label)?.count ?? 0;
const percent = (part: number, whole: number): string => (whole ? `${((100 * part) / whole).toFixed(1)} %` : '–');

export function Figures({ data, t }: { data: DashboardData; t: PageText }): ReactElement {
  const [men, women] = [countOf(data, 'patient.sex', 'M'), countOf(data, 'patient.sex', 'F')];
  const verified = countOf(data, 'state', 'verified') + countOf(data, 'state', 'consensus');
  const age = chartOf(data, 'patient.age')?.statistics;
  const nodules = chartOf(data, 'nodules.lirads')?.data.reduce((sum, one) => sum + one.count, 0) ?? 0;
  return (
    <section className="card kpis wide" data-cy="figures">
      <Figure value={data.patients.toLocaleString()} of={t('patients')} name="patients" />
      <Figure value={data.exams.toLocaleString()} of={t('exams')} name="exams" />
      <Figure value={`${men} / ${women}`} of={t('menWomen')} name="sexes" below={`${percent(men, men + women)} / ${percent(women, men + women)}`} />
      {age?.mean != null && <Figure value={`${age.mean.toFixed(2)} ± ${(age.standard_deviation ?? 0).toFixed(2)}`} of={t('ageMean')} name="age" />}
      <Figure value={nodules.toLocaleString()} of={t('nodules')} name="nodules" />
      <Figure value={verified.toLocaleString()} of={t('verified')} name="verified" below={percent(verified, data.exams)} />
    </section>
  );
}

function Figure({ value, of, name, below = '' }: { value: string; of: string; name: string; below?: string }): ReactElement {
  return (
    <div className="kpi" data-figure={name}>
      <b>{value}</b>
      <span>{of}</span>
      {below && <span className="t11">{below}</span>}
    </div>
  );
}
