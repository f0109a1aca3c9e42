import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aboutOf } from '../src/dashboard/Cards';
import { Chart } from '../src/dashboard/Chart';
import { LiverChart } from '../src/dashboard/LiverChart';
import { Models } from '../src/dashboard/Models';
import { cumulative } from '../src/dashboard/Progress';
import { barsOf, prevalence, type Bar, type Scene } from '../src/dashboard/bars';
import { draw } from '../src/dashboard/draw';
import { csvOf, standalone } from '../src/dashboard/saving';
import { isChosen, ofBar, parse, toggled, write } from '../src/pages/filters';
import { words } from '../src/pages/texts';
import type { ChartData } from '../src/types/api';
import { TEMPLATE } from './pages';

const chart = (id: string, counts: string, data: ChartData['data'], more: Partial<ChartData> = {}): ChartData => ({
  id, title: id, kind: 'bar', counts, data, bins: null, statistics: null, ...more,
});
const AGE = chart(
  'patient.age', 'patients',
  [{ label: '50-59', count: 3, parts: { M: 2, F: 1 } }, { label: '60-69', count: 1, parts: { M: 1 } }],
  { kind: 'histogram', bins: { width: 10 }, statistics: { count: 4, mean: 56.5, standard_deviation: 4.25 } },
);
const BASELINE = chart('patient.baseline', 'exams', [{ label: 'healthy', count: 1 }, { label: 'hepatitis_c', count: 3 }]);
const LIRADS = chart('nodules.lirads', 'nodules', [{ label: 'LR-3', count: 2 }, { label: 'LR-5', count: 3 }]);
const LOCATION = chart('nodules.location', 'nodules', [{ label: 'V', count: 4 }, { label: 'VII', count: 4 }]);
const SIGN = (id: string, yes: number, undetermined: number): ChartData =>
  chart(id, 'exams', [{ label: 'yes', count: yes }, { label: 'no', count: 1 }, { label: 'undetermined', count: undetermined }]);

const scene = (charts: ChartData[], query = ''): Scene => ({
  data: { exams: 10, patients: 4, words: '', charts, models: [] },
  template: TEMPLATE,
  language: 'en',
  filters: parse(query),
});
const t = words('en');
beforeEach(() => {
  globalThis.ResizeObserver ??= class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
  window.history.replaceState(null, '', '/');
});
afterEach(cleanup);

describe('filters of the dashboard', () => {
  it('are what a bar stands for', () => {
    expect(ofBar(AGE, '50-59')).toEqual([['patient.age.min', '50'], ['patient.age.max', '59']]);
    expect(ofBar({ ...AGE, id: 'x.y', bins: { width: 1 } }, '7')).toEqual([['x.y.min', '7'], ['x.y.max', '7']]);
    expect(ofBar({ ...AGE, id: 'study.date', bins: { width: 1 } }, '2012')).toEqual([['study.date.min', '2012-01-01'], ['study.date.max', '2012-12-31']]);
    expect(ofBar(BASELINE, 'healthy')).toEqual([['patient.baseline', 'healthy']]);
    expect(ofBar({ ...BASELINE, kind: 'months' }, '2026-01')).toEqual([]);
  });

  it('replace each other in one chart, and go when clicked again', () => {
    const first = toggled(parse('?state=complete'), ofBar(AGE, '50-59'));
    expect(write(first)).toBe('state=complete&patient.age.min=50&patient.age.max=59');
    const second = toggled(first, ofBar(AGE, '60-69'));
    expect(write(second)).toBe('state=complete&patient.age.min=60&patient.age.max=69');
    expect(isChosen(second, ofBar(AGE, '60-69'))).toBe(true);
    expect(write(toggled(second, ofBar(AGE, '60-69')))).toBe('state=complete');
  });
});

describe('bars', () => {
  it('are sorted by how many there are, with their share of the exams', () => {
    const bars = barsOf(BASELINE, scene([BASELINE], '?patient.baseline=healthy'));
    expect(bars.map(bar => [bar.label, bar.count, bar.share, bar.chosen])).toEqual([['hepatitis_c', 3, '30.0 %', false], ['healthy', 1, '10.0 %', true]]);
  });

  it('of ages are taken apart by sex', () => {
    const [first] = barsOf(AGE, scene([AGE]));
    expect(first!.pieces!.map(piece => [piece.label, piece.count])).toEqual([['Men', 2], ['Women', 1]]);
  });

  it('of nodules have their share of the nodules, not of what is counted of them', () => {
    const found = scene([LIRADS, LOCATION]);
    expect(barsOf(LOCATION, found)[0]!.share).toBe('80.0 %');
    expect(aboutOf(LOCATION, found, t)).toBe('5 nodules');
  });

  it('of many bins end with all the rest, which filters from there on', () => {
    const data = Array.from({ length: 20 }, (_, n) => ({ label: `${10 * n}-${10 * n + 9}`, count: 1 }));
    const bars = barsOf(chart('x.y', 'exams', data, { kind: 'histogram', bins: { width: 10 } }), scene([]));
    expect(bars).toHaveLength(12);
    expect(bars.at(-1)).toMatchObject({ label: '≥ 110', count: 9, filters: [['x.y.min', '110']] });
  });

  it('of findings tell what was found, then what could not be told', () => {
    const contour = chart('liver.contour', 'exams', [{ label: 'smooth', count: 5 }, { label: 'irregular', count: 2 }, { label: 'nodular', count: 1 }]);
    const bars = prevalence(scene([SIGN('a.ascites', 1, 4), SIGN('a.spleen', 6, 0), contour]));
    expect(bars.map(bar => [bar.filters, bar.count, bar.pieces![1]!.count])).toEqual([
      [[['a.spleen', 'yes']], 6, 0],
      [[['liver.contour', 'irregular,nodular']], 3, 0],
      [[['a.ascites', 'yes']], 1, 4],
    ]);
  });
});

describe('a drawing', () => {
  const bars: Bar[] = ['a', 'b', 'c'].map((label, n) => ({ label, said: label, count: 2 * n, share: '', hue: 'red', chosen: n === 1, filters: [] }));

  it.each(['rows', 'columns'] as const)('has one bar for each value, as long as its count: %s', kind => {
    const marks = [...draw({ kind, bars, width: 500, dims: false }).querySelectorAll('.bars rect')];
    const lengths = marks.map(mark => Number(mark.getAttribute(kind === 'rows' ? 'width' : 'height')));
    expect(lengths).toHaveLength(3);
    expect(lengths[0]).toBe(0);
    expect(lengths[2]).toBeCloseTo(2 * lengths[1]!, 6);
  });

  it('dims what is not chosen', () => {
    const opacities = [...draw({ kind: 'rows', bars, width: 500, dims: true }).querySelectorAll('.bars rect')].map(mark => mark.getAttribute('fill-opacity'));
    expect(opacities).toEqual(['0.4', '1', '0.4']);
  });

  it('prints every number, and hatches what could not be told', () => {
    const pieces = [{ label: 'yes', count: 1234, hue: 'red' }, { label: 'undetermined', count: 1, hue: 'red', hatched: true }];
    const svg = draw({ kind: 'rows', bars: [{ ...bars[0]!, count: 1234, pieces }], width: 500, dims: false });
    expect(svg.textContent).toContain('1\u2009234');
    expect([...svg.querySelectorAll('.bars rect')].map(mark => mark.getAttribute('fill'))).toEqual(['red', 'url(#hepatia-hatch)']);
  });
});

describe('a chart', () => {
  const show = (query = ''): void => {
    const found = scene([BASELINE], query);
    render(<Chart name="patient.baseline" span={4} title="Baseline" about="10 exams" kind="rows" bars={barsOf(BASELINE, found)} filters={found.filters} t={t} />);
  };

  it('is a table of buttons too, the most frequent value first, that set the address', async () => {
    show();
    const rows = [...document.querySelectorAll('tr')].map(row => [...row.children].map(cell => cell.textContent));
    expect(rows).toEqual([['hepatitis_c', '3', '30.0 %'], ['healthy', '1', '10.0 %']]);
    await userEvent.click(screen.getByRole('button', { name: 'hepatitis_c' }));
    expect(window.location.search).toBe('?patient.baseline=hepatitis_c');
  });

  it('says what is chosen', () => {
    show('?patient.baseline=healthy');
    expect(screen.getByRole('button', { name: 'healthy' }).getAttribute('aria-pressed')).toBe('true');
    expect(screen.getByRole('img', { name: 'Baseline, 10 exams' })).toBeTruthy();
  });

  it('is a table for spreadsheets', () => {
    expect(csvOf([{ label: 'a', said: 'One, "two"', count: 3, share: '30.0 %' }])).toBe('label,name,count,share\r\na,"One, ""two""",3,30.0 %');
  });

  it('stands alone as a picture: what the page says of it is in it', () => {
    document.body.innerHTML = '<style>.x { fill: rgb(1, 2, 3) }</style><svg><rect class="x"/></svg>';
    expect(standalone(document.querySelector('svg')!).querySelector('rect')!.style.fill).toBe('rgb(1, 2, 3)');
    document.body.innerHTML = '';
  });
});

describe('the liver', () => {
  it('is the brighter the more nodules lie in a segment, and filters by a click', async () => {
    const located = chart('nodules.location', 'nodules', [{ label: 'V', count: 2 }, { label: 'VII', count: 8 }]);
    render(<LiverChart name="nodules.location" span={4} title="Segments" about="" bars={barsOf(located, scene([located]))} filters={[]} t={t} />);
    const fill = (name: string): string => document.querySelector(`[data-segment="${name}"] path`)!.getAttribute('style')!;
    expect(fill('VII')).toContain('0.820');
    expect(fill('V')).toContain('0.280');
    expect(fill('II')).toContain('0.100');
    await userEvent.click(document.querySelector('[data-segment="VII"]')!);
    expect(window.location.search).toBe('?nodules.location=VII');
  });
});

describe('the progress', () => {
  it('adds months up; a verified report is complete as well', () => {
    const months = chart('report.month', 'exams', [
      { label: '2020-01', count: 3, parts: { complete: 2, verified: 1 } },
      { label: '2020-02', count: 2, parts: { consensus: 1, draft: 1 } },
    ]);
    const lines = cumulative(months, 'en').map(one => [one.name, one.points.map(point => point.count)]);
    expect(lines).toEqual([['complete', [3, 4]], ['verified', [1, 2]], ['consensus', [0, 1]]]);
  });
});

describe('models', () => {
  it('are told with how their masks stand up to readers', () => {
    render(<Models models={[{ model: 'Liver', version: '2', kind: 'liver', masks: 3, mean: 0.91, median: 0.92, minimum: 0.8 }]} t={t} />);
    expect([...document.querySelectorAll('tbody td')].map(cell => cell.textContent)).toEqual(['Liver', '2', 'Liver', '3', '', '0.910', '0.920', '0.800']);
  });
});
