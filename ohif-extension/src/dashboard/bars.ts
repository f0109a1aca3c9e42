/** What the API counted → bars: their names, their shares, and the filters that they stand for. */
import { isChosen, ofBar, type Filters } from '../pages/filters';
import { hueOf, isSet, labelOf, sorted } from '../pages/labels';
import type { ChartData, DashboardData, Language, Template } from '../types/api';
import { decimal } from '../pages/numbers';

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
  /** Of its name, where that has a colour of its own. */
  ink?: string;
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

export const percent = (part: number, whole: number): string => (whole ? `${decimal((100 * part) / whole, 1)} %` : '–');

/** How many there are of what a chart counts: exams and patients as found, members by what each has one of. */
export function wholeOf(chart: ChartData, data: DashboardData, template: Template): number {
  if (chart.counts === 'patients') return data.patients;
  if (chart.counts === 'exams') return data.exams;
  const single = data.charts.filter(one => one.counts === chart.counts && one.kind === 'bar' && !isSet(one.id, template));
  return Math.max(0, ...single.map(sumOf));
}

export function barsOf(chart: ChartData, scene: Scene): Bar[] {
  const { template, language, filters, data } = scene;
  const whole = wholeOf(chart, data, template);
  return tailed(chart).map(({ label, count, parts, stands }) => {
    const bar: Bar = {
      label,
      said: chart.kind === 'bar' ? labelOf(chart.id, label, template, language) : label.replace('-', '–'),
      count,
      share: percent(count, whole),
      hue: hueOf(chart.id, label),
      ...(chart.id.endsWith('lirads') ? { ink: hueOf(chart.id, label) } : {}),
      chosen: isChosen(filters, stands),
      filters: stands,
    };
    return chart.id === AGES && parts ? { ...bar, pieces: bySex(parts, count, scene) } : bar;
  });
}

/** More columns than this leave no room for their numbers. */
const MOST_COLUMNS = 12;

type Counted = ChartData['data'][number] & { stands: Filters };

/** What is counted, in the order in which it is drawn; of many bins, the last ones put together. */
function tailed(chart: ChartData): Counted[] {
  const all = sorted(chart).map(one => ({ ...one, stands: ofBar(chart, one.label) }));
  if (chart.kind !== 'histogram' || all.length <= MOST_COLUMNS || chart.id === YEARS) return all;
  const [shown, tail] = [all.slice(0, MOST_COLUMNS - 1), all.slice(MOST_COLUMNS - 1)];
  const [first] = tail;
  if (!first) return all;
  const count = tail.reduce((sum, one) => sum + one.count, 0);
  const parts = tail.reduce<Record<string, number>>((sums, one) => {
    for (const [name, number] of Object.entries(one.parts ?? {})) sums[name] = (sums[name] ?? 0) + number;
    return sums;
  }, {});
  const stands = first.stands.filter(([name]) => name.endsWith('.min'));
  return [...shown, { label: `≥ ${/^-?\d+/.exec(first.label)?.[0] ?? ''}`, count, stands, ...(first.parts ? { parts } : {}) }];
}

const YEARS = 'study.date';
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
