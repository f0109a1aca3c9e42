/** The filters of a page: those of GET /search, kept in the address so that it can be sent to somebody. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { ChartData } from '../types/api';

export type Filters = readonly (readonly [name: string, value: string])[];

const CHANGED = 'hepatia-filters';

export const parse = (query: string): Filters => [...new URLSearchParams(query)];

export const write = (filters: Filters): string => new URLSearchParams(filters.map(([name, value]) => [name, value])).toString();

/** What a bar stands for; nothing where the chart has no filter (months). */
export function ofBar(chart: ChartData, label: string): Filters {
  if (chart.kind === 'months') return [];
  if (!chart.bins) return [[chart.id, label]];
  const low = Number(/^-?\d+/.exec(label)?.[0]);
  // Days are counted by the year.
  if (chart.id === 'study.date') return [[`${chart.id}.min`, `${low}-01-01`], [`${chart.id}.max`, `${low}-12-31`]];
  return [
    [`${chart.id}.min`, String(low)],
    [`${chart.id}.max`, String(low + chart.bins.width - 1)],
  ];
}

/** Without the end of a range: `patient.age.min` → `patient.age`. */
export const pathOf = (name: string): string => name.replace(/\.(min|max)$/, '');

const BLOCK = /^([a-z_]+)\.([2-4])\./;

/** Which nodule a filter is about: `nodules.2.lirads` is about a second one. */
export const blockOf = (path: string): number => Number(BLOCK.exec(path)?.[2] ?? 1);

/** The item that a filter is about, whichever nodule: `nodules.2.lirads` → `nodules.lirads`. */
export const itemOf = (path: string): string => path.replace(BLOCK, '$1.');

/** The path of the same item for another nodule. */
export const inBlock = (path: string, block: number): string => (block === 1 ? itemOf(path) : itemOf(path).replace('.', `.${block}.`));

/** As many blocks as a search may have, one for each different nodule. */
export const MOST_BLOCKS = 4;

/** Everything but the filters of some paths; the list begins at its first page again. */
export const withoutPaths = (filters: Filters, paths: readonly string[]): Filters =>
  filters.filter(([name]) => name !== 'page' && !paths.includes(pathOf(name)));

const holds = (filters: Filters, [name, value]: Filters[number]): boolean => filters.some(one => one[0] === name && one[1] === value);

export const isChosen = (filters: Filters, bar: Filters): boolean => bar.length > 0 && bar.every(one => holds(filters, one));

/** Add what a bar stands for in place of what was chosen in the same chart, or take it away when it was that. */
export function toggled(filters: Filters, bar: Filters): Filters {
  const names = new Set(bar.map(([name]) => name));
  const others = filters.filter(([name]) => !names.has(name));
  return isChosen(filters, bar) ? others : [...others, ...bar];
}

/** How a list is shown is no filter. */
const DISPLAY = new Set(['page', 'sort', 'page_size', 'language', 'template', 'blocks']);
export const isFilter = ([name]: Filters[number]): boolean => !DISPLAY.has(name);

export const valueOf = (filters: Filters, name: string): string => filters.find(one => one[0] === name)?.[1] ?? '';

/** Set a parameter, or take it away with an empty value; the list begins at its first page again. */
export function withValue(filters: Filters, name: string, value: string): Filters {
  const others = filters.filter(([other]) => other !== name && other !== 'page');
  return value ? [...others, [name, value]] : others;
}

/** Add one of several values that a parameter may have, or take it away. */
export function withToggled(filters: Filters, name: string, value: string): Filters {
  const chosen = valueOf(filters, name).split(',').filter(Boolean);
  const next = chosen.includes(value) ? chosen.filter(one => one !== value) : [...chosen, value];
  return withValue(filters, name, next.join(','));
}

export function go(filters: Filters): void {
  const query = write(filters);
  window.history.pushState(null, '', window.location.pathname + (query ? `?${query}` : ''));
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(listener: () => void): () => void {
  for (const event of [CHANGED, 'popstate']) window.addEventListener(event, listener);
  return () => {
    for (const event of [CHANGED, 'popstate']) window.removeEventListener(event, listener);
  };
}

/** The query of the address; the page is drawn anew when it changes, but not by that of the page that follows it. */
export function useQuery(): string {
  const [path] = useState(window.location.pathname);
  const last = useRef('');
  return useSyncExternalStore(subscribe, () => {
    if (window.location.pathname === path) last.current = window.location.search;
    return last.current;
  });
}

/** Esc takes the last filter away, wherever the focus is: a click on a bar leaves it nowhere. */
export function useEscape(query: string): void {
  useEffect(() => {
    const keys = (event: KeyboardEvent): void => {
      const filters = parse(query);
      const last = filters.filter(isFilter).at(-1);
      if (event.key === 'Escape' && last) go(withoutPaths(filters, [pathOf(last[0])]));
    };
    window.addEventListener('keydown', keys);
    return () => window.removeEventListener('keydown', keys);
  }, [query]);
}
