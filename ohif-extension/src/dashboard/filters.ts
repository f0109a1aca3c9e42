/** The filters of a page: those of GET /search, kept in the address so that it can be sent to somebody. */
import { useSyncExternalStore } from 'react';
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
  return [
    [`${chart.id}.min`, String(low)],
    [`${chart.id}.max`, String(low + chart.bins.width - 1)],
  ];
}

const holds = (filters: Filters, [name, value]: Filters[number]): boolean => filters.some(one => one[0] === name && one[1] === value);

export const isChosen = (filters: Filters, bar: Filters): boolean => bar.length > 0 && bar.every(one => holds(filters, one));

/** Add what a bar stands for in place of what was chosen in the same chart, or take it away when it was that. */
export function toggled(filters: Filters, bar: Filters): Filters {
  const names = new Set(bar.map(([name]) => name));
  const others = filters.filter(([name]) => !names.has(name));
  return isChosen(filters, bar) ? others : [...others, ...bar];
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

/** The query of the address; the page is drawn anew when it changes. */
export const useQuery = (): string => useSyncExternalStore(subscribe, () => window.location.search);
