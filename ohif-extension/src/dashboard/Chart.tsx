/** Bars, lying or standing; a click asks for what a bar stands for. */
import { useEffect, useLayoutEffect, useRef, useState, type ReactElement } from 'react';
import { Card, type Row } from './Card';
import type { Bar } from './bars';
import { draw, type Drawing } from './draw';
import { go, toggled, type Filters } from '../pages/filters';
import type { PageText } from '../pages/texts';

export interface ChartProps {
  name: string;
  span: number;
  title: string;
  about: string;
  kind: Drawing['kind'];
  bars: Bar[];
  mean?: Drawing['mean'];
  legend?: ReactElement | null;
  filters: Filters;
  t: PageText;
}

export function Chart({ kind, bars, mean = null, legend = null, filters, ...card }: ChartProps): ReactElement {
  const choose = (bar: Bar): void => go(toggled(filters, bar.filters));
  return (
    <Card {...card} rows={rowsOf(bars, choose)}>
      <Drawn name={card.name} drawing={{ kind, bars, mean, dims: bars.some(bar => bar.chosen) }} choose={choose} />
      {legend}
    </Card>
  );
}

export const rowsOf = (bars: Bar[], choose: (bar: Bar) => void): Row[] =>
  bars.map(bar => ({
    label: bar.label,
    said: bar.said,
    count: bar.count,
    share: bar.share,
    pressed: bar.chosen,
    ...(bar.filters.length > 0 ? { choose: () => choose(bar) } : {}),
  }));

interface DrawnProps {
  name: string;
  drawing: Omit<Drawing, 'width'>;
  choose: (bar: Bar) => void;
}

function Drawn({ name, drawing, choose }: DrawnProps): ReactElement {
  const [place, width] = useWidth();
  const now = JSON.stringify(drawing);
  useEffect(() => {
    if (!place.current || !width) return;
    const svg = draw({ ...drawing, width });
    listen(svg, drawing.bars, choose);
    place.current.replaceChildren(svg);
    // `choose` is new at each drawing; what is drawn says when there is something new.
  }, [now, width, name]);
  return <div ref={place} aria-hidden="true" />;
}

/** Pieces of one bar follow each other; below each bar lies its track, as wide as can be. */
function listen(svg: SVGSVGElement, bars: Bar[], choose: (bar: Bar) => void): void {
  const owners = bars.flatMap(bar => (bar.pieces ?? [bar]).map(() => bar));
  const on = (marks: NodeListOf<SVGElement>, of: Bar[]): void =>
    marks.forEach((mark, place) => {
      const bar = of[place];
      if (!bar || bar.filters.length === 0) return;
      mark.style.cursor = 'pointer';
      mark.addEventListener('click', () => choose(bar));
    });
  on(svg.querySelectorAll('.tracks rect, .tracks path'), bars);
  on(svg.querySelectorAll('.bars rect, .bars path'), owners);
}

/** The width that a drawing has, measured again whenever the page changes. */
export function useWidth(): [{ readonly current: HTMLDivElement | null }, number] {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const measure = (): void => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [place, width];
}
