/** One structure on the image, slice by slice: A solid, B dashed, or what only one of the two has. */
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { DICOM_WEB } from '../id';
import { decimal, grouped } from '../pages/numbers';
import type { PageText } from '../pages/texts';
import { around, onlyOne, outline } from './contours';
import { counted, dice, pixels, type Masks, type SliceCount } from './masks';
import type { Named } from './structures';

const MODES = ['a', 'b', 'both', 'difference'] as const;
type Mode = (typeof MODES)[number];

/** Abdomen: level and width in HU. */
const WINDOW = '50,350,linear';

interface ImagesProps {
  studyUid: string;
  masks: Masks;
  structures: Named[];
  chosen: Named;
  onChoose: (key: string) => void;
  t: PageText;
}

export function Images({ studyUid, masks, structures, chosen, onChoose, t }: ImagesProps): ReactElement {
  const { structure } = chosen;
  const [mode, setMode] = useState<Mode>('both');
  const counts = useMemo(() => counted(masks, structure), [masks, structure]);
  const largest = useMemo(() => [...counts].sort((one, other) => other.a + other.b - one.a - one.b)[0]?.index ?? 0, [counts]);
  const [index, setIndex] = useState(largest);
  useEffect(() => setIndex(largest), [largest]);
  const here = counts.find(one => one.index === index);
  const shown = dice(here ? [here] : []);
  return (
    <section className="cv" aria-label={chosen.name}>
      <div className="cvtop">
        <div className="seg" role="group" aria-label={t('shown')}>
          {MODES.map(one => (
            <button key={one} type="button" className={one === mode ? 'on' : ''} aria-pressed={one === mode} data-cy={`show-${one}`} onClick={() => setMode(one)}>
              {one.length === 1 ? one.toUpperCase() : t(one)}
            </button>
          ))}
        </div>
        <select className="btn" value={structure.key} aria-label={t('structureShown')} data-cy="structure" onChange={event => onChoose(event.target.value)}>
          {structures.map(one => (
            <option key={one.structure.key} value={one.structure.key}>
              {one.name}
            </option>
          ))}
        </select>
        <span className="line t12">
          <i className="ln a" /> A <i className="ln b" /> B
        </span>
      </div>
      <Picture {...{ studyUid, masks, counts, mode, index, setIndex, structure }} name={chosen.name} />
      <div className="cvbot">
        <input
          type="range"
          min={0}
          max={masks.slices.length - 1}
          value={index}
          aria-label={t('slice')}
          aria-valuetext={`${t('slice')} ${index + 1} ${t('of')} ${masks.slices.length}`}
          data-cy="slice"
          onChange={event => setIndex(Number(event.target.value))}
        />
        <span className="t12 nowrap" data-cy="slice-dice" role="status">
          {t('slice')} {grouped(index + 1)} {t('of')} {grouped(masks.slices.length)}
          {shown !== null && ` · ${t('diceHere')} ${decimal(shown, 3)}`}
        </span>
        <Bars counts={counts} index={index} onGo={setIndex} t={t} />
      </div>
    </section>
  );
}

interface PictureProps {
  studyUid: string;
  masks: Masks;
  counts: SliceCount[];
  mode: Mode;
  index: number;
  setIndex: (change: (index: number) => number) => void;
  structure: Named['structure'];
  name: string;
}

function Picture({ studyUid, masks, counts, mode, index, setIndex, structure, name }: PictureProps): ReactElement {
  const { rows, columns } = masks;
  const place = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      setIndex(one => Math.min(masks.slices.length - 1, Math.max(0, one + Math.sign(event.deltaY))));
    };
    // React's own listener is passive: the page would scroll as well.
    const svg = place.current;
    svg?.addEventListener('wheel', wheel, { passive: false });
    return () => svg?.removeEventListener('wheel', wheel);
  }, [masks, setIndex]);
  const box = useMemo(() => {
    const every = counts.flatMap(({ index: at }) => [pixels(masks.a, structure.a, at), pixels(masks.b, structure.b, at)]);
    return around(every, rows, columns);
  }, [masks, counts, structure, rows, columns]);
  const [a, b] = [pixels(masks.a, structure.a, index), pixels(masks.b, structure.b, index)];
  return (
    <svg ref={place} className="cvim" viewBox={`${box.left} ${box.top} ${box.width} ${box.height}`} role="img" aria-label={name} data-cy="picture">
      <image href={imageOf(studyUid, masks.seriesUid, masks.slices[index] ?? '')} width={columns} height={rows} preserveAspectRatio="none" />
      {mode === 'difference' && <path className="only" d={onlyOne(a, b, columns)} />}
      {mode !== 'b' && <path className="outline a" d={outline(a, columns)} />}
      {mode !== 'a' && <path className="outline b" d={outline(b, columns)} />}
    </svg>
  );
}

/** A slice as Orthanc draws it; of a multi-frame image, the frame. */
function imageOf(studyUid: string, seriesUid: string, slice: string): string {
  return `${DICOM_WEB}/studies/${studyUid}/series/${seriesUid}/instances/${slice}/rendered?window=${WINDOW}`;
}

/** Dice of each slice as a bar that leads there, the lowest named. */
function Bars({ counts, index, onGo, t }: { counts: SliceCount[]; index: number; onGo: (index: number) => void; t: PageText }): ReactElement | null {
  const each = counts.map(one => ({ index: one.index, value: dice([one]) ?? 0 }));
  const lowest = [...each].sort((one, other) => one.value - other.value)[0];
  if (!lowest) return null;
  return (
    <span className="line bars">
      <span className="bars-of" aria-hidden="true">
        {each.map(one => (
          <i key={one.index} className={one.index === index ? 'on' : one.value < 0.7 ? 'low' : ''} style={{ height: `${4 + 20 * one.value}px` }} onClick={() => onGo(one.index)} />
        ))}
      </span>
      <span className="t11 t2">
        {t('diceSlices')}, {t('lowest')}{' '}
        <button type="button" className="btn ghost" data-cy="lowest" onClick={() => onGo(lowest.index)}>
          {t('slice')} {lowest.index + 1}: {decimal(lowest.value, 2)}
        </button>
      </span>
    </span>
  );
}
