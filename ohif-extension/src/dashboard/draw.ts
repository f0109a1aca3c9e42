/** A chart as an SVG element, drawn by Observable Plot in the page's colours. */
import { axisX, axisY, barX, barY, dot, gridY, line, plot, ruleX, ruleY, stackX, stackY, text, tip, pointerX } from '@observablehq/plot';
import type { Bar, Piece } from './bars';
import { grouped } from '../pages/numbers';

export interface Drawing {
  kind: 'rows' | 'columns';
  bars: Bar[];
  width: number;
  dims: boolean;
  /** Where the mean lies, in the unit of the bins, and how it is said. */
  mean?: { value: number; said: string; width: number; first: number } | null;
}

const ROW_PX = 27;
const COLUMNS_HEIGHT_PX = 196;
const LABELS_PX = 178;
const TICK_PX = 50;
const FIGURES_PX = 104;
const QUIET = 0.4;
const HATCH = 'hepatia-hatch';

/** Bars are in the order of `bars`, so that whoever listens knows which is which. */
export function draw(drawing: Drawing): SVGSVGElement {
  const svg = (drawing.kind === 'rows' ? rows(drawing) : columns(drawing)) as SVGSVGElement;
  if (drawing.bars.some(bar => bar.pieces?.some(piece => piece.hatched))) svg.prepend(hatch());
  return svg;
}

interface Drawn extends Piece {
  bar: Bar;
}

const piecesOf = (bars: Bar[]): Drawn[] =>
  bars.flatMap(bar => (bar.pieces ?? [{ label: bar.label, count: bar.count, hue: bar.hue }]).map(piece => ({ ...piece, bar })));

const opacity = (drawing: Drawing) => (bar: Bar): number => (drawing.dims && !bar.chosen ? QUIET : 1);
const fill = (piece: Drawn): string => (piece.hatched ? `url(#${HATCH})` : piece.hue);

function rows(drawing: Drawing) {
  const { bars, width } = drawing;
  const pieces = piecesOf(bars);
  const ends = bars.map(bar => (bar.pieces ?? [bar]).reduce((sum, one) => sum + one.count, 0));
  const most = Math.max(1, ...ends);
  return plot({
    width,
    height: bars.length * ROW_PX,
    margin: 0,
    marginLeft: LABELS_PX,
    marginRight: FIGURES_PX,
    x: { domain: [0, most], axis: null },
    y: { domain: bars.map(bar => bar.label), axis: null, padding: 0.56 },
    marks: [
      barX(bars, { x: () => most, y: 'label', fill: 'var(--hep-track)', rx: 2, className: 'tracks' }),
      barX(pieces, stackX({ x: 'count', y: (one: Drawn) => one.bar.label, fill, fillOpacity: (one: Drawn) => opacity(drawing)(one.bar), className: 'bars' })),
      text(bars, { y: 'label', frameAnchor: 'left', dx: -LABELS_PX, textAnchor: 'start', text: 'said', fill: bar => bar.ink ?? 'var(--hep-text)', lineWidth: 15, textOverflow: 'ellipsis-end' }),
      text(bars, { y: 'label', frameAnchor: 'right', dx: 42, textAnchor: 'end', text: bar => grouped(bar.count) }),
      text(bars, { y: 'label', frameAnchor: 'right', dx: FIGURES_PX - 2, textAnchor: 'end', text: 'share', fill: 'var(--hep-text-2)' }),
    ],
  });
}

function columns(drawing: Drawing) {
  const { bars, width, mean } = drawing;
  const few = bars.length <= 16;
  const high = (bar: Bar): number => Math.max(bar.count, 0);
  return plot({
    width,
    height: COLUMNS_HEIGHT_PX,
    marginTop: 24,
    marginLeft: few ? 4 : 38,
    marginRight: 4,
    marginBottom: 24,
    x: { domain: bars.map(bar => bar.label), padding: 0.16, label: null },
    y: { label: null, zero: true, nice: true, axis: null },
    marks: [
      gridY({ stroke: 'var(--hep-text)', strokeOpacity: 0.09 }),
      few ? null : axisY({ ticks: 4, tickSize: 0, fill: 'var(--hep-text-2)' }),
      barY(
        piecesOf(bars),
        stackY({ x: (one: Drawn) => one.bar.label, y: 'count', fill, fillOpacity: (one: Drawn) => opacity(drawing)(one.bar), className: 'bars' }),
      ),
      few ? text(bars, { x: 'label', y: high, dy: -8, text: bar => grouped(bar.count) }) : null,
      ruleY([0], { stroke: 'var(--hep-text)', strokeOpacity: 0.17 }),
      axisX({ tickSize: 0, fill: 'var(--hep-text-2)', tickFormat: ticks(bars, width) }),
      mean ? meanRule(bars, width, mean) : null,
    ],
  });
}

/** A dotted line within the band of its bin: the axis has bins, not numbers. */
function meanRule(bars: Bar[], width: number, mean: NonNullable<Drawing['mean']>) {
  const place = (mean.value - mean.first) / mean.width;
  const bin = bars[Math.floor(place)];
  const dx = bin ? (place - Math.floor(place) - 0.5) * ((width - 8) / bars.length) : 0;
  return bin ? ruleX([bin.label], { stroke: 'var(--hep-text)', strokeDasharray: '2 3', dx, insetTop: -14 }) : null;
}

/** Not every column has room for its label. */
function ticks(bars: Bar[], width: number): (label: string, index: number) => string {
  const every = Math.ceil((bars.length * TICK_PX) / width);
  return (label, index) => (index % every ? '' : (bars[index]?.said ?? label));
}

function hatch(): SVGDefsElement {
  const defs = document.createElementNS('http://www.w3.org/2000/svg', 'defs');
  defs.innerHTML = `<pattern id="${HATCH}" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="4" fill="var(--hep-text)" fill-opacity=".75"/></pattern>`;
  return defs;
}

export interface Series {
  name: string;
  hue: string;
  dashed: boolean;
  points: { month: Date; count: number }[];
}

/** Lines that grow, each named at its end with its last number. */
export function drawProgress(series: Series[], width: number): SVGSVGElement {
  const points = series.flatMap(one => one.points.map(point => ({ ...point, ...one })));
  const ends = series.flatMap(one => one.points.slice(-1).map(point => ({ ...point, ...one })));
  return plot({
    width,
    height: 170,
    marginLeft: 44,
    marginRight: 120,
    marginTop: 10,
    x: { type: 'utc', label: null },
    y: { label: null, zero: true, nice: true },
    marks: [
      gridY({ stroke: 'var(--hep-text)', strokeOpacity: 0.09 }),
      axisY({ ticks: 4, tickSize: 0, fill: 'var(--hep-text-2)' }),
      axisX({ tickSize: 0, fill: 'var(--hep-text-2)' }),
      ...series.map(one => line(one.points, { x: 'month', y: 'count', stroke: one.hue, strokeWidth: 1.8, ...(one.dashed ? { strokeDasharray: '4 4' } : {}) })),
      dot(ends, { x: 'month', y: 'count', fill: 'hue', r: 3 }),
      text(ends, { x: 'month', y: 'count', dx: 8, textAnchor: 'start', fill: 'hue', text: one => `${grouped(one.count)} ${one.name}` }),
      tip(points, pointerX({ x: 'month', y: 'count', title: one => `${one.month.toISOString().slice(0, 7)}: ${grouped(one.count)} ${one.name}`, fill: 'var(--hep-card)' })),
    ],
  }) as SVGSVGElement;
}
