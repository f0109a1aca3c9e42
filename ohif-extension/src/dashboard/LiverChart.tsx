/** Where the nodules lie: the liver's segments, the more nodules the brighter, with their number. */
import { useId, type ReactElement } from 'react';
import { OUTLINE, SEGMENTS } from '../form/liver';
import { go, toggled, type Filters } from '../pages/filters';
import type { PageText } from '../pages/texts';
import { Card } from './Card';
import { rowsOf } from './Chart';
import type { Bar } from './bars';
import { grouped } from '../pages/numbers';

/** Linear from zero: nothing is not nothing to be seen. */
const [FAINTEST, BRIGHTEST] = [0.1, 0.82];
const QUIET = 0.4;
const LINE = 11;
/** Too flat for a second line. */
const FLAT = ['IVa'];

interface LiverChartProps {
  name: string;
  span: number;
  title: string;
  about: string;
  bars: Bar[];
  filters: Filters;
  t: PageText;
}

export function LiverChart({ bars, filters, ...card }: LiverChartProps): ReactElement {
  // A colon would end the name in url().
  const clip = useId().replaceAll(':', '');
  const choose = (bar: Bar): void => go(toggled(filters, bar.filters));
  const most = Math.max(1, ...bars.map(bar => bar.count));
  const least = Math.min(...bars.map(bar => bar.count));
  const dims = bars.some(bar => bar.chosen);
  const of = (name: string): Bar | undefined => bars.find(bar => bar.label === name);
  const bright = (bar: Bar | undefined): number => FAINTEST + ((BRIGHTEST - FAINTEST) * (bar?.count ?? 0)) / most;
  return (
    <Card {...card} rows={rowsOf(bars, choose)}>
      <svg className="livermap cho" viewBox="10 4 228 138" aria-hidden="true">
        <defs>
          <clipPath id={clip}>
            <path d={OUTLINE} />
          </clipPath>
        </defs>
        {SEGMENTS.map(segment => {
          const bar = of(segment.name);
          const opacity = dims && !bar?.chosen ? QUIET : 1;
          return (
            <g key={segment.name} data-segment={segment.name} opacity={opacity} onClick={() => bar && choose(bar)}>
              <path
                className={`s${segment.inFront ? ' caud' : ''}`}
                clipPath={segment.inFront ? undefined : `url(#${clip})`}
                d={segment.path}
                style={{ fill: `hsl(var(--primary) / ${bright(bar).toFixed(3)})` }}
              />
            </g>
          );
        })}
        <path className="rim" d={OUTLINE} />
        {SEGMENTS.map(segment => (
          <text key={segment.name} x={segment.x} y={segment.y - (segment.inFront ? 2 : 4)} className={segment.inFront ? 'small' : ''}>
            {segment.name}
            <tspan {...(FLAT.includes(segment.name) ? { dx: 3 } : { x: segment.x, dy: segment.inFront ? 8 : LINE })} className="count">
              {of(segment.name)?.count ?? 0}
            </tspan>
          </text>
        ))}
      </svg>
      <p className="line t11 t2 ramp-line" aria-hidden="true">
        {grouped(least)} <span className="ramp" /> {grouped(most)}
        <span className="grow" />
        {card.t('severalSegments')}
      </p>
    </Card>
  );
}
