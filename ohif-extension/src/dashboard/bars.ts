/** What the API counted → bars: their names, their shares, and the filters that they stand for. */
import { isChosen, ofBar, type Filters } from '../pages/filters';
import { hueOf, labelOf, sorted } from '../pages/labels';
import type { ChartData, DashboardData, Language, Template } from '../types/api';

/** A piece of a bar, drawn on the ones before it. */
export interface Piece {
  label: string;
  count: number;
  hue: string;
  hatched?: boolean;
}

export interface Bar {
  label: string;
  said: string;
  count: number;
  share: string;
  hue: string;
  chosen: boolean;
  /** What a click on it asks for; nothing where nothing can be asked. */
  filters: Filters;
  pieces?: Piece[];
}

/** What every chart is drawn from. */
export interface Scene {
  data: DashboardData;
  template: Template;
  language: Language;
  filters: Filters;
}

export const chartOf = (data: DashboardData, id: string): ChartData | undefined => data.charts.find(one => one.id === id);

export const sumOf = (chart: ChartData): number => chart.data.reduce((sum, one) => sum + one.count, 0);

export const percent = (part: number, whole: number): string => (whole ? `${((100 * part) / whole).toFixed(1)} %` : '–');

/** How many there are of what a chart counts: exams and patients as found, members as they were counted. */
export function wholeOf(chart: ChartData, data: DashboardData): number {
  if (chart.counts === 'patients') return data.patients;
  return chart.counts === 'exams' ? data.exams : sumOf(chart);
}

export function barsOf(chart: ChartData, scene: Scene): Bar[] {
  const { template, language, filters, data } = scene;
  const whole = wholeOf(chart, data);
  return sorted(chart).map(({ label, count, parts }) => {
    const stands = ofBar(chart, label);
    const bar: Bar = {
      label,
      said: chart.kind === 'bar' ? labelOf(chart.id, label, template, language) : label.replace('-', '–'),
      count,
      share: percent(count, whole),
      hue: hueOf(chart.id, label),
      chosen: isChosen(filters, stands),
      filters: stands,
    };
    return chart.id === AGES && parts ? { ...bar, pieces: bySex(parts, count, scene) } : bar;
  });
}

export const AGES = 'patient.age';

function bySex(parts: Record<string, number>, all: number, { template, language }: Scene): Piece[] {
  const pieces = Object.entries(parts).map(([sex, count]) => ({
    label: labelOf('patient.sex', sex, template, language),
    count,
    hue: hueOf('patient.sex', sex),
  }));
  const unknown = all - pieces.reduce((sum, one) => sum + one.count, 0);
  return unknown > 0 ? [...pieces, { label: '?', count: unknown, hue: 'var(--hep-chart-quiet)' }] : pieces;
}

/** Findings that are not of the kind yes, no, undetermined, and the values that count as found. */
const FOUND: readonly [path: string, values: string[]][] = [
  ['liver.contour', ['irregular', 'nodular']],
  ['liver.parenchyma', ['heterogeneous']],
  ['liver.parenchyma', ['steatosis']],
];

/** How often each finding was made: a bar for what was found, hatched for what could not be told. */
export function prevalence(scene: Scene): Bar[] {
  const { data, template, language, filters } = scene;
  const bar = (chart: ChartData, said: string, values: string[]): Bar => {
    const counted = (value: string): number => chart.data.find(one => one.label === value)?.count ?? 0;
    const count = values.reduce((sum, value) => sum + counted(value), 0);
    const stands: Filters = [[chart.id, values.join(',')]];
    const hue = 'var(--hep-chart)';
    return {
      label: `${chart.id} ${values.join(',')}`,
      said,
      count,
      share: percent(count, data.exams),
      hue,
      chosen: isChosen(filters, stands),
      filters: stands,
      pieces: [
        { label: values[0] ?? '', count, hue },
        { label: 'undetermined', count: counted('undetermined'), hue, hatched: true },
      ],
    };
  };
  const signs = data.charts.filter(isSign).map(chart => bar(chart, chart.title, ['yes']));
  const others = FOUND.flatMap(([path, values]) => {
    const chart = chartOf(data, path);
    return chart ? [bar(chart, `${chart.title}: ${values.map(one => labelOf(path, one, template, language)).join(', ')}`, values)] : [];
  });
  return [...signs, ...others].sort((a, b) => b.count - a.count);
}

export const isSign = (chart: ChartData): boolean => chart.data.some(one => one.label === 'yes') && chart.data.some(one => one.label === 'undetermined');

/** Charts that the prevalence tells already. */
export const isTold = (chart: ChartData): boolean => isSign(chart) || FOUND.some(([path]) => path === chart.id);
