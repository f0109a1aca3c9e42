/** How the reading of the cohort went: reports of each state, month by month, added up. */
import { useEffect, type ReactElement } from 'react';
import { nameOf } from '../pages/labels';
import type { PageText } from '../pages/texts';
import type { ChartData, Language } from '../types/api';
import { Card } from './Card';
import { useWidth } from './Chart';
import { chartOf, type Scene } from './bars';
import { drawProgress, type Series } from './draw';

/** A report that is verified is complete as well. */
const LINES = [
  { state: 'complete', of: ['complete', 'verified', 'consensus'], hue: 'var(--hep-info)', dashed: false },
  { state: 'verified', of: ['verified', 'consensus'], hue: 'var(--hep-ok)', dashed: false },
  { state: 'consensus', of: ['consensus'], hue: 'var(--hep-chart)', dashed: true },
];

export function cumulative(chart: ChartData, language: Language): Series[] {
  return LINES.map(({ state, of, hue, dashed }) => {
    let count = 0;
    const points = chart.data.map(({ label, parts }) => {
      count += of.reduce((sum, one) => sum + (parts?.[one] ?? 0), 0);
      return { month: new Date(`${label}-01T00:00:00Z`), count };
    });
    return { name: nameOf('state', state, language).toLowerCase(), hue, dashed, points };
  }).filter(one => one.points.at(-1)?.count);
}

export function Progress({ scene, t }: { scene: Scene; t: PageText }): ReactElement | null {
  const chart = chartOf(scene.data, 'report.month');
  if (!chart) return null;
  const series = cumulative(chart, scene.language);
  const rows = chart.data.map(one => ({ label: one.label, said: one.label, count: one.count }));
  return (
    <Card name={chart.id} span={12} title={t('progress')} about={t('progressHelp')} rows={rows} t={t}>
      <Lines series={series} />
    </Card>
  );
}

function Lines({ series }: { series: Series[] }): ReactElement {
  const [place, width] = useWidth();
  const now = JSON.stringify(series);
  useEffect(() => {
    if (place.current && width) place.current.replaceChildren(drawProgress(series, width));
  }, [now, width]);
  return <div ref={place} aria-hidden="true" />;
}
