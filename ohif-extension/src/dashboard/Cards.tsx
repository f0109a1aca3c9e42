/** Which charts stand where: a table of those that everybody asks for, then all the others of the template. */
import type { ReactElement } from 'react';
import { titleOf } from '../pages/labels';
import type { PageText } from '../pages/texts';
import type { ChartData } from '../types/api';
import { Chart } from './Chart';
import { LiverChart } from './LiverChart';
import { MasksCard } from './MasksCard';
import { Models } from './Models';
import { Progress } from './Progress';
import { AGES, barsOf, chartOf, isTold, prevalence, sumOf, wholeOf, type Scene } from './bars';
import { decimal, grouped } from '../pages/numbers';

interface Place {
  id: string;
  span: number;
  kind: 'bars' | 'liver' | 'prevalence' | 'masks';
}

/** In reading order, on twelve columns. */
const PLACES: readonly Place[] = [
  { id: 'patient.baseline_diagnosis', span: 4, kind: 'bars' },
  { id: 'patient.imaging_profile', span: 4, kind: 'bars' },
  { id: 'nodules.lirads', span: 4, kind: 'bars' },
  { id: AGES, span: 5, kind: 'bars' },
  { id: 'liver.nodule_count', span: 3, kind: 'bars' },
  { id: 'nodules.location', span: 4, kind: 'liver' },
  { id: 'prevalence', span: 5, kind: 'prevalence' },
  { id: 'nodules.diameter_mm', span: 3, kind: 'bars' },
  { id: 'masks', span: 4, kind: 'masks' },
];
/** Told by another chart or by the figures. */
const TOLD = ['patient.sex', 'report.month', 'masks.liver', 'masks.nodule'];

export function Cards({ scene, t }: { scene: Scene; t: PageText }): ReactElement {
  const placed = PLACES.map(place => place.id);
  const others = scene.data.charts.filter(chart => !placed.includes(chart.id) && !TOLD.includes(chart.id) && !isTold(chart));
  return (
    <>
      {PLACES.map(place => (
        <Placed key={place.id} place={place} scene={scene} t={t} />
      ))}
      <Progress scene={scene} t={t} />
      <Models models={scene.data.models} t={t} />
      <h2 className="rest">{t('otherItems')}</h2>
      {others.map(chart => (
        <Bars key={chart.id} chart={chart} span={4} scene={scene} t={t} />
      ))}
    </>
  );
}

function Placed({ place, scene, t }: { place: Place; scene: Scene; t: PageText }): ReactElement | null {
  const { id, span, kind } = place;
  const { data, filters } = scene;
  if (kind === 'masks') return <MasksCard scene={scene} span={span} t={t} />;
  if (kind === 'prevalence') {
    const about = `${grouped(data.exams)} ${t('exams')}`;
    return <Chart name={id} span={span} title={t('prevalence')} about={about} kind="rows" bars={prevalence(scene)} legend={<Undetermined t={t} />} filters={filters} t={t} />;
  }
  const chart = chartOf(data, id);
  if (!chart) return null;
  if (kind === 'liver') return <LiverChart name={id} span={span} title={t('nodulesSegments')} about={aboutOf(chart, scene, t)} bars={barsOf(chart, scene)} filters={filters} t={t} />;
  return <Bars chart={chart} span={span} scene={scene} t={t} />;
}

function Bars({ chart, span, scene, t }: { chart: ChartData; span: number; scene: Scene; t: PageText }): ReactElement {
  const title = chart.id === AGES ? t('ageAndSex') : titleOf(chart.id, scene.template, scene.language);
  const bars = barsOf(chart, scene);
  const width = chart.bins?.width;
  const first = Number(/^-?\d+/.exec(chart.data[0]?.label ?? '')?.[0]);
  const mean = chart.statistics?.mean;
  const rule = chart.id === AGES && width && mean != null ? { value: mean, said: '', width, first } : null;
  return (
    <Chart
      name={chart.id}
      span={span}
      title={title}
      about={aboutOf(chart, scene, t)}
      kind={chart.kind === 'bar' ? 'rows' : 'columns'}
      bars={bars}
      mean={rule}
      legend={chart.id === AGES ? <Sexes scene={scene} t={t} /> : null}
      filters={scene.filters}
      t={t}
    />
  );
}

export function aboutOf(chart: ChartData, { data, template }: Pick<Scene, 'data' | 'template'>, t: PageText): string {
  const { statistics } = chart;
  const counted = `${grouped(wholeOf(chart, data, template))} ${t(chart.counts)}`;
  if (!statistics?.count || statistics.mean == null || chart.id === 'study.date') return counted;
  const deviation = statistics.standard_deviation == null ? '' : ` ± ${decimal(statistics.standard_deviation, 2)}`;
  return `${counted} · ${t('mean')} ${decimal(statistics.mean, 2)}${deviation}`;
}

function Sexes({ scene, t }: { scene: Scene; t: PageText }): ReactElement | null {
  const sexes = chartOf(scene.data, 'patient.sex');
  if (!sexes || sumOf(sexes) === 0) return null;
  return (
    <p className="line t11 t2 legend">
      {barsOf(sexes, scene)
        .filter(bar => bar.count > 0)
        .map(bar => (
          <span key={bar.label} className="line">
            <i className="lg" style={{ background: bar.hue }} /> {grouped(bar.count)} {bar.said.toLowerCase()}
          </span>
        ))}
      <span>{t('meanDotted')}</span>
    </p>
  );
}

const Undetermined = ({ t }: { t: PageText }): ReactElement => (
  <p className="line t11 t2 legend">
    <i className="lg" style={{ background: 'var(--hep-chart)' }} /> {t('yes')} <i className="lg hatched" /> {t('undetermined')}
    <span>{t('restNo')}</span>
  </p>
);
