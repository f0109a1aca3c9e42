/** Numbers of what is found, in bins; what is chosen of them is bright. */
import type { ReactElement } from 'react';
import type { Facet } from '../types/api';
import { grouped } from '../pages/numbers';

const WIDTH = 236;
const HEIGHT = 40;
const GAP = 1;
/** As many columns can be told apart; more bins than that are put together. */
const MOST_COLUMNS = 24;

export interface Column {
  start: number;
  /** Exclusive. */
  end: number;
  count: number;
}

/** Every column from the first bin to the last, also those in which nothing is. */
export function columnsOf(facet: Pick<Facet, 'bins' | 'width'>): Column[] {
  const { bins = [], width } = facet;
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last || !width) return [];
  const number = (last.start - first.start) / width + 1;
  const wide = width * Math.ceil(number / MOST_COLUMNS);
  const columns = Array.from({ length: Math.ceil((number * width) / wide) }, (_, place) => {
    const start = first.start + place * wide;
    return { start, end: start + wide, count: 0 };
  });
  for (const { start, count } of bins) {
    const column = columns[Math.floor((start - first.start) / wide)];
    if (column) column.count += count;
  }
  return columns;
}

/** Whether any number of a column lies within the range; an end that is not given is open. */
export const isWithin = (column: Column, low: number | null, high: number | null): boolean =>
  (low === null || column.end > low) && (high === null || column.start <= high);

interface HistogramProps {
  columns: Column[];
  low: number | null;
  high: number | null;
  choose: (column: Column) => void;
}

export function Histogram({ columns, low, high, choose }: HistogramProps): ReactElement {
  const most = Math.max(1, ...columns.map(one => one.count));
  const step = WIDTH / columns.length;
  const isChosen = low !== null || high !== null;
  return (
    <svg className="histogram" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {columns.map((column, place) => {
        const height = column.count ? Math.max(1.5, ((HEIGHT - 2) * column.count) / most) : 0;
        return (
          <g key={column.start} onClick={() => choose(column)}>
            <title>{`${column.start}–${column.end - 1}: ${grouped(column.count)}`}</title>
            <rect className="all" x={place * step} y={0} width={step} height={HEIGHT} />
            <rect
              className={isChosen && isWithin(column, low, high) ? 'bright' : 'quiet'}
              x={place * step}
              y={HEIGHT - height}
              width={Math.max(1, step - GAP)}
              height={height}
              rx={1}
            />
          </g>
        );
      })}
      <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
    </svg>
  );
}
