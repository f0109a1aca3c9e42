/** A chart as an SVG element, drawn by Observable Plot in the page's colours. */
import { axisX, axisY, barX, barY, gridY, plot, ruleY, text } from '@observablehq/plot';

export interface Bar {
  label: string;
  said: string;
  count: number;
  share: string;
  hue: string;
  chosen: boolean;
}

export interface Drawing {
  kind: 'rows' | 'columns';
  bars: Bar[];
  width: number;
  dims: boolean;
}

const ROW_PX = 27;
const COLUMNS_HEIGHT_PX = 190;
const LABELS_PX = 178;
const TICK_PX = 50;
const FIGURES_PX = 104;
const QUIET = 0.4;

/** Bars are in the order of `bars`, so that whoever listens knows which is which. */
export const draw = (drawing: Drawing): SVGSVGElement => (drawing.kind === 'rows' ? rows(drawing) : columns(drawing)) as SVGSVGElement;

const opacity = (drawing: Drawing) => (bar: Bar): number => (drawing.dims && !bar.chosen ? QUIET : 1);

function rows(drawing: Drawing) {
  const { bars, width } = drawing;
  const most = Math.max(1, ...bars.map(bar => bar.count));
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
      barX(bars, { x: 'count', y: 'label', fill: 'hue', fillOpacity: opacity(drawing), rx: 2, className: 'bars' }),
      text(bars, { y: 'label', frameAnchor: 'left', dx: -LABELS_PX, textAnchor: 'start', text: 'said', lineWidth: 15, textOverflow: 'ellipsis-end' }),
      text(bars, { y: 'label', frameAnchor: 'right', dx: 42, textAnchor: 'end', text: bar => bar.count.toLocaleString() }),
      text(bars, { y: 'label', frameAnchor: 'right', dx: FIGURES_PX - 2, textAnchor: 'end', text: 'share', fill: 'var(--hep-text-2)' }),
    ],
  });
}

function columns(drawing: Drawing) {
  const { bars, width } = drawing;
  const few = bars.length <= 12;
  return plot({
    width,
    height: COLUMNS_HEIGHT_PX,
    marginTop: 18,
    marginLeft: few ? 4 : 38,
    marginRight: 4,
    marginBottom: 24,
    x: { domain: bars.map(bar => bar.label), padding: 0.18, label: null },
    y: { label: null, zero: true, nice: true, axis: null },
    marks: [
      few ? null : gridY({ stroke: 'var(--hep-text)', strokeOpacity: 0.09 }),
      few ? null : axisY({ ticks: 4, tickSize: 0, fill: 'var(--hep-text-2)' }),
      barY(bars, { x: 'label', y: 'count', fill: 'hue', fillOpacity: opacity(drawing), rx: 2, className: 'bars' }),
      few ? text(bars, { x: 'label', y: 'count', dy: -8, text: bar => bar.count.toLocaleString() }) : null,
      ruleY([0], { stroke: 'var(--hep-text)', strokeOpacity: 0.17 }),
      axisX({ tickSize: 0, fill: 'var(--hep-text-2)', tickFormat: ticks(bars, width) }),
    ],
  });
}

/** Not every column has room for its label. */
function ticks(bars: Bar[], width: number): (label: string, index: number) => string {
  const every = Math.ceil((bars.length * TICK_PX) / width);
  return (label, index) => (index % every ? '' : (bars[index]?.said ?? label));
}

