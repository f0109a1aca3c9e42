/** Beside a number: where it came from, and below it the other places that it could come from. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { GROUP } from '../lirads';
import { seriesOf, sliceNumber } from '../segmentation/numbering';
import { offersFor, type Offer } from '../segmentation/offers';
import { sourceKey, sourceOf, type Source } from '../sources';
import { answer, getState, phaseOf, setSource } from '../store';
import type { Json, Member } from '../types/api';
import { decimal } from './NoduleTable';
import { showPosition } from '../viewer/position';
import { PHASES } from './Phase';

export interface ProvenanceProps {
  group: string;
  index: number | null;
  item: string;
  value: Json | undefined;
}

/** The member that a number belongs to. */
function memberOf(group: string, index: number | null): Member | undefined {
  const given = getState().answers[group];
  return Array.isArray(given) ? given[index ?? 0] : given;
}

/** What stands after the number. */
export function SourceOf({ group, index, item, value }: ProvenanceProps): ReactElement | null {
  const { t, ohif } = useSurroundings();
  const source = sourceOf(getState().sources, sourceKey(group, memberOf(group, index), item), value);
  if (!source || !OFFERED.includes(`${group}.${item}`)) return null;
  if (source === 'typed') return <Said icon={null} text={t('typed')} />;
  if (source.kind === 'prior') return <Said icon="history" text={t('priorSource')} />;
  const place = placeOf(source);
  const text = [t(source.kind === 'length' ? 'length' : 'maskSource'), place.text].filter(Boolean).join(' · ');
  return <Said icon={source.kind === 'length' ? 'ruler' : 'mask'} text={text} {...(place.go && { go: place.go })} />;

  function placeOf(told: Exclude<Source, { kind: 'prior' }>): { text: string; go?: () => void } {
    const sop = told.sop_instance_uid;
    const series = told.series ?? (sop ? seriesOf(ohif, sop) : null);
    if (!series) return { text: '' };
    const tag = PHASES[phaseOf(series) ?? 'other'].tag;
    const slice = sop ? sliceNumber(ohif, series, sop) : null;
    return { text: told.kind === 'length' && slice ? `${tag} ${slice}` : tag, ...(sop && { go: () => showPosition(ohif, series, sop) }) };
  }
}

/** Numbers that are measured on images. */
const OFFERED = [`${GROUP}.diameter_mm`, 'liver.portal_vein_diameter_mm', 'liver.spleen_length_mm', 'liver.volume_cm3'];

function Said({ icon, text, go }: { icon: 'ruler' | 'mask' | 'history' | null; text: string; go?: () => void }): ReactElement {
  const said = (
    <>
      {icon && <Icon name={icon} />}
      {text}
    </>
  );
  return go ? (
    <button type="button" className="src" data-cy="source" onClick={go}>
      {said}
    </button>
  ) : (
    <span className="src" data-cy="source">
      {said}
    </span>
  );
}

/** What stands below the number: each other source is one click away. */
export function OtherSources({ group, index, item, value }: ProvenanceProps): ReactElement | null {
  const { t, ohif, language, writes } = useSurroundings();
  if (!writes || !OFFERED.includes(`${group}.${item}`)) return null;
  const key = sourceKey(group, memberOf(group, index), item);
  const now = sourceOf(getState().sources, key, value);
  const isOther = ({ source }: Offer): boolean => !(now && now !== 'typed' && now.kind === source.kind && now.value === source.value);
  const offers = offersFor(ohif, group, memberOf(group, index), item).filter(isOther);
  const take = (source: Source): void => {
    answer(group, index, item, source.value);
    setSource(sourceKey(group, memberOf(group, index), item), source);
  };
  return (
    <>
      {offers.map(({ source, series, slice }) => (
        <div className="under" key={`${source.kind} ${series} ${slice}`} data-cy={`offer-${source.kind}`}>
          <span className="src">
            <Icon name={source.kind === 'length' ? 'ruler' : 'mask'} />
            {t(source.kind === 'length' ? 'length' : item === 'volume_cm3' ? 'maskVolume' : 'maskAxis')}{' '}
            {item === 'volume_cm3' ? `${Math.round(source.value)} cm³` : `${decimal(source.value, language)} mm`} · {PHASES[phaseOf(series) ?? 'other'].tag} {slice ?? ''}
          </span>
          <button type="button" className="btn ghost small" data-cy={`use-${source.kind}`} onClick={() => take(source)}>
            {t('useThis')}
          </button>
        </div>
      ))}
    </>
  );
}
