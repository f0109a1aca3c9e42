/** One chart: drawn, and as a table of buttons for keyboards and screen readers. */
import { useEffect, useLayoutEffect, useRef, useState, type ReactElement } from 'react';
import type { ChartData, Language, Template } from '../types/api';
import { draw, type Bar } from './draw';
import { go, isChosen, ofBar, toggled, type Filters } from '../pages/filters';
import { hueOf, labelOf, sorted } from '../pages/labels';
import type { PageText } from '../pages/texts';

export interface ChartProps {
  chart: ChartData;
  template: Template;
  language: Language;
  filters: Filters;
  total: number;
  t: PageText;
}

export function Chart(props: ChartProps): ReactElement {
  const { chart, total, t } = props;
  const bars = barsOf(props);
  const kind = chart.kind === 'bar' ? 'rows' : 'columns';
  const sum = chart.data.reduce((all, one) => all + one.count, 0);
  return (
    <section className={`card ${kind}`} data-chart={chart.id} aria-label={chart.title}>
      <header>
        <h2>{chart.title}</h2>
        <span className="sub grow">{about(chart, total, sum, t)}</span>
      </header>
      {sum === 0 ? <p className="t2 t12">{t('nothing')}</p> : <Drawn kind={kind} bars={bars} choose={bar => choose(props, bar)} />}
      <Table title={chart.title} bars={bars} choose={bar => choose(props, bar)} canChoose={chart.kind !== 'months'} />
    </section>
  );
}

function about(chart: ChartData, total: number, sum: number, t: PageText): string {
  const { statistics } = chart;
  const counted = `${(chart.counts === 'exams' || chart.counts === 'patients' ? total : sum).toLocaleString()} ${t(chart.counts)}`;
  if (!statistics?.count || statistics.mean == null) return counted;
  const deviation = statistics.standard_deviation == null ? '' : ` ± ${statistics.standard_deviation.toFixed(2)}`;
  return `${counted} · ${t('mean')} ${statistics.mean.toFixed(2)}${deviation}`;
}

function barsOf({ chart, template, language, filters, total }: ChartProps): Bar[] {
  const sum = chart.data.reduce((all, one) => all + one.count, 0);
  const whole = chart.counts === 'exams' || chart.counts === 'patients' ? total : sum;
  return sorted(chart).map(({ label, count }) => ({
    label,
    said: chart.kind === 'bar' ? labelOf(chart.id, label, template, language) : label,
    count,
    share: whole ? `${((100 * count) / whole).toFixed(1)} %` : '',
    hue: hueOf(chart.id, label),
    chosen: isChosen(filters, ofBar(chart, label)),
  }));
}

function choose({ chart, filters }: ChartProps, bar: Bar): void {
  const stands = ofBar(chart, bar.label);
  if (stands.length > 0) go(toggled(filters, stands));
}

interface Drawable {
  kind: 'rows' | 'columns';
  bars: Bar[];
  choose: (bar: Bar) => void;
}

function Drawn({ kind, bars, choose }: Drawable): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const drawn = JSON.stringify(bars);
  useEffect(() => {
    if (!place.current || !width) return;
    const svg = draw({ kind, bars, width, dims: bars.some(bar => bar.chosen) });
    svg.setAttribute('aria-hidden', 'true');
    svg.querySelectorAll<SVGElement>('.bars rect, .bars path, .tracks rect, .tracks path').forEach((mark, number) => {
      const bar = bars[number % bars.length];
      if (bar) mark.addEventListener('click', () => choose(bar));
    });
    place.current.replaceChildren(svg);
    // `choose` is new at each drawing; the bars say when there is something new to draw.
  }, [drawn, width, kind]);
  return <div ref={place} className="drawn" />;
}

function useWidth(place: { current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const measure = (): void => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return width;
}

interface TableProps {
  title: string;
  bars: Bar[];
  choose: (bar: Bar) => void;
  canChoose: boolean;
}

function Table({ title, bars, choose, canChoose }: TableProps): ReactElement {
  return (
    <table className="vh-table">
      <caption>{title}</caption>
      <tbody>
        {bars.map(bar => (
          <tr key={bar.label}>
            <th scope="row">
              {canChoose ? (
                <button type="button" aria-pressed={bar.chosen} onClick={() => choose(bar)}>
                  {bar.said}
                </button>
              ) : (
                bar.said
              )}
            </th>
            <td>{bar.count}</td>
            <td>{bar.share}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
