import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Chart } from '../src/dashboard/Chart';
import { draw, type Bar } from '../src/dashboard/draw';
import { isChosen, ofBar, parse, toggled, write } from '../src/pages/filters';
import { Models } from '../src/dashboard/Models';
import { words } from '../src/pages/texts';
import type { ChartData, Template } from '../src/types/api';
import { schema } from './template';

const AGE: ChartData = {
  id: 'patient.age',
  title: 'Age',
  kind: 'histogram',
  counts: 'patients',
  data: [{ label: '50-59', count: 3 }, { label: '60-69', count: 1 }],
  bins: { width: 10 },
  statistics: { count: 4, mean: 56.5, standard_deviation: 4.25 },
};
const BASELINE: ChartData = {
  id: 'patient.baseline',
  title: 'Baseline',
  kind: 'bar',
  counts: 'exams',
  data: [{ label: 'healthy', count: 1 }, { label: 'hepatitis_c', count: 3 }],
  bins: null,
  statistics: null,
};
const TEMPLATE = { schema } as Template;
const t = words('en');

describe('filters of the dashboard', () => {
  it('are what a bar stands for', () => {
    expect(ofBar(AGE, '50-59')).toEqual([['patient.age.min', '50'], ['patient.age.max', '59']]);
    expect(ofBar({ ...AGE, id: 'x.y', bins: { width: 1 } }, '7')).toEqual([['x.y.min', '7'], ['x.y.max', '7']]);
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

describe('a drawing', () => {
  const bars: Bar[] = ['a', 'b', 'c'].map((label, n) => ({ label, said: label, count: 2 * n, share: '', hue: 'red', chosen: n === 1 }));

  it.each(['rows', 'columns'] as const)('has one bar for each value, as long as its count: %s', kind => {
    const svg = draw({ kind, bars, width: 500, dims: false });
    const marks = [...svg.querySelectorAll('.bars rect')];
    const lengths = marks.map(mark => Number(mark.getAttribute(kind === 'rows' ? 'width' : 'height')));
    expect(lengths).toHaveLength(3);
    expect(lengths[0]).toBe(0);
    expect(lengths[2]).toBeCloseTo(2 * lengths[1]!, 6);
  });

  it('dims what is not chosen', () => {
    const svg = draw({ kind: 'rows', bars, width: 500, dims: true });
    const opacities = [...svg.querySelectorAll('.bars rect')].map(mark => mark.getAttribute('fill-opacity'));
    expect(opacities).toEqual(['0.4', '1', '0.4']);
  });
});

describe('a chart', () => {
  let root: Root;
  let place: HTMLElement;
  beforeEach(() => {
    globalThis.ResizeObserver ??= class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    };
    place = document.body.appendChild(document.createElement('div'));
    root = createRoot(place);
    window.history.replaceState(null, '', '/');
  });
  afterEach(() => {
    root.unmount();
    place.remove();
  });

  it('is a table of buttons too, the most frequent value first, that set the address', () => {
    flushSync(() => root.render(<Chart chart={BASELINE} template={TEMPLATE} language="en" filters={[]} total={4} t={t} />));
    const rows = [...place.querySelectorAll('tr')].map(row => [...row.children].map(cell => cell.textContent));
    expect(rows).toEqual([['hepatitis_c', '3', '75.0 %'], ['healthy', '1', '25.0 %']]);
    place.querySelector('button')!.click();
    expect(window.location.search).toBe('?patient.baseline=hepatitis_c');
  });

  it('tells what it counts, and the mean', () => {
    flushSync(() => root.render(<Chart chart={AGE} template={TEMPLATE} language="en" filters={[]} total={4} t={t} />));
    expect(place.querySelector('header')!.textContent).toBe('Age4 patients · mean 56.50 ± 4.25');
  });

  it('of models shows Dice by version, and says when there is none', () => {
    const model = { model: 'baseline', version: '2', kind: 'liver' as const, masks: 7, mean: 0.951, median: 0.96, minimum: 0.9 };
    flushSync(() => root.render(<Models models={[model]} t={t} />));
    expect([...place.querySelectorAll('tbody td')].map(cell => cell.textContent)).toEqual(['baseline', '2', 'Liver', '7', '', '0.951', '0.960', '0.900']);
    flushSync(() => root.render(<Models models={[]} t={words('pt')} />));
    expect(place.textContent).toContain('Nenhuma pré-anotação');
  });
});
