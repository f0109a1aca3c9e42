/** Segments picked on a drawn liver: one stop for Tab, arrows to the neighbour, Space or a digit toggles. */
import { useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Token } from './Lookup';
import { asList, type ControlProps } from './control';
import { OUTLINE, SEGMENTS, segmentOfKey, type Direction, type Drawn } from './liver';
import { toggled } from './model';

export function LiverMap({ schema, value, path, id, describedBy, onChange }: ControlProps): ReactElement {
  const { language, writes, t } = useSurroundings();
  const chosen = asList(value);
  const [stop, setStop] = useState(chosen[0] ?? 'VII');
  const [hovered, hover] = useState('');
  const [focused, setFocused] = useState(false);
  const place = useRef<SVGSVGElement>(null);
  const toggle = (name: string): void => {
    if (writes) onChange(toggled(chosen, name, []));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const next = SEGMENTS.find(one => one.name === stop)?.neighbours[event.key as Direction];
    const byKey = segmentOfKey(event);
    if (event.key.startsWith('Arrow')) move(next);
    else if (event.key === ' ') toggle(stop);
    else if (byKey) {
      toggle(byKey);
      move(byKey);
    } else return;
    event.preventDefault();
  };
  const move = (name: string | undefined): void => {
    if (!name) return;
    setStop(name);
    place.current?.querySelector<SVGPathElement>(`[data-segment="${name}"]`)?.focus();
  };
  return (
    <div className="line map">
      <svg
        ref={place}
        className="livermap"
        viewBox="10 4 228 138"
        onKeyDown={press}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onMouseLeave={() => hover('')}
      >
        <Drawing {...{ chosen, path, id, describedBy, stop, hovered }} focused={focused ? stop : ''} onToggle={toggle} onHover={hover} onStop={setStop} />
      </svg>
      <div className="beside">
        <span className="t12 t2" aria-hidden="true">
          {schema['x-hepatia'].title[language]}
        </span>
        <div className="chips">
          {chosen.map(name => (
            <Token key={name} title={name} onRemove={() => toggle(name)} />
          ))}
        </div>
        <span className="help">{hovered ? `${t('segment')} ${hovered}` : chosen.length === 0 && writes && <Hint />}</span>
      </div>
    </div>
  );
}

function Hint(): ReactElement {
  const { t } = useSurroundings();
  return (
    <>
      {t('clickMapOr')}{' '}
      <span className="nowrap">
        <kbd>1</kbd>–<kbd>8</kbd>
      </span>
    </>
  );
}

interface DrawingProps {
  chosen: string[];
  path: string;
  id: string;
  describedBy: string | undefined;
  stop: string;
  hovered: string;
  focused: string;
  onToggle: (name: string) => void;
  onHover: (name: string) => void;
  onStop: (name: string) => void;
}

function Drawing({ chosen, path, id, describedBy, stop, hovered, focused, onToggle, onHover, onStop }: DrawingProps): ReactElement {
  const { t, writes } = useSurroundings();
  const clip = useName();
  const cut = (one: Drawn): string | undefined => (one.inFront ? undefined : `url(#${clip})`);
  const ring = SEGMENTS.find(one => one.name === focused);
  const classes = (name: string): string => `${chosen.includes(name) ? ' on' : ''}${hovered === name ? ' hover' : ''}`;
  return (
    <>
      <defs>
        <clipPath id={clip}>
          <path d={OUTLINE} />
        </clipPath>
      </defs>
      {SEGMENTS.map(one => (
        <path
          key={one.name}
          id={one.name === stop ? id : undefined}
          className={`s${one.inFront ? ' caud' : ''}${classes(one.name)}`}
          clipPath={cut(one)}
          d={one.path}
          role="checkbox"
          tabIndex={one.name === stop ? 0 : -1}
          aria-checked={chosen.includes(one.name)}
          aria-disabled={!writes}
          aria-label={`${t('segment')} ${one.name}`}
          aria-describedby={one.name === stop ? describedBy : undefined}
          data-segment={one.name}
          data-cy={`${path}:${one.name}`}
          onClick={() => {
            onToggle(one.name);
            onStop(one.name);
          }}
          onMouseEnter={() => onHover(one.name)}
        >
          <title>{`${t('segment')} ${one.name}`}</title>
        </path>
      ))}
      <path className="rim" d={OUTLINE} />
      {ring && <Ring of={ring} clip={clip} />}
      {SEGMENTS.map(one => (
        <text key={one.name} x={one.x} y={one.y} className={chosen.includes(one.name) ? 'on' : ''} aria-hidden="true">
          {one.name}
        </text>
      ))}
    </>
  );
}

/** An id that a `url(#…)` takes without escapes. */
const useName = (): string => useId().replaceAll(':', '');

/** The focus, along the segment and along the liver where it ends there. */
function Ring({ of, clip }: { of: Drawn; clip: string }): ReactElement {
  const inside = useName();
  if (of.inFront) return <path className="focus" d={of.path} />;
  return (
    <>
      <clipPath id={inside}>
        <path d={of.path} />
      </clipPath>
      <path className="focus" clipPath={`url(#${clip})`} d={of.path} />
      <path className="focus" clipPath={`url(#${inside})`} d={OUTLINE} />
    </>
  );
}
