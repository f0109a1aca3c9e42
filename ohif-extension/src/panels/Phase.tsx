/** One series with its phase, which the reader may correct; what is uncertain is marked. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { correctPhase, getState } from '../store';
import type { TextKey } from '../texts';
import type { PhaseName, SeriesInfo, StudyInfo } from '../types/api';

export const PHASES: Record<PhaseName, { tag: string; style: string; name: TextKey }> = {
  non_contrast: { tag: 'NC', style: 'ph-nc', name: 'nonContrast' },
  arterial: { tag: 'ART', style: 'ph-art', name: 'arterial' },
  portal_venous: { tag: 'PV', style: 'ph-pv', name: 'portalVenous' },
  equilibrium: { tag: 'EQ', style: 'ph-eq', name: 'equilibrium' },
  other: { tag: '?', style: 'warn', name: 'otherPhase' },
};
const NAMES = Object.keys(PHASES) as PhaseName[];

/** Below this the sources disagree, or only one weak one speaks. */
const UNCERTAIN = 0.6;

/** The phase of a series as the reader has it: corrected in the draft, else as the server tells it. */
export const phaseOf = (series: SeriesInfo | undefined): PhaseName | undefined =>
  series && (getState().phases[series.series_instance_uid] ?? series.phase ?? undefined);

/** In the order of acquisition, series without a phase last. */
export const order = (series: SeriesInfo): number => NAMES.indexOf(phaseOf(series) ?? 'other');

/** The CT series as they are listed. */
export const seriesInOrder = (info: StudyInfo | null): SeriesInfo[] =>
  (info?.series ?? []).filter(one => one.modality === 'CT').sort((a, b) => order(a) - order(b));

/** Whether an earlier series of the list shows the same phase. */
function isSecond(series: SeriesInfo): boolean {
  const phase = phaseOf(series);
  const same = seriesInOrder(getState().info).filter(one => phaseOf(one) === phase);
  return phase !== 'other' && same[0]?.series_instance_uid !== series.series_instance_uid;
}

export function Badge({ phase }: { phase: PhaseName | undefined }): ReactElement {
  const { t } = useSurroundings();
  const { tag, style, name } = PHASES[phase ?? 'other'];
  return (
    <span className={`ph ${style}`} title={t(name)}>
      {tag}
    </span>
  );
}

export function PhaseRow({ series }: { series: SeriesInfo }): ReactElement {
  const { t, writes } = useSurroundings();
  const uid = series.series_instance_uid;
  const corrected = getState().phases[uid] !== undefined;
  const uncertain = !corrected && (series.phase_confidence ?? 1) < UNCERTAIN;
  const why = corrected ? t('correctedByYou') : (series.phase_reason ?? '');
  return (
    <div className="list-row" data-cy="phase-row">
      {writes ? <Choice series={series} /> : <Badge phase={phaseOf(series)} />}
      <span className="grow what" title={why}>
        {series.description}
        <span className="why">
          {isSecond(series) && `${t('also')} ${PHASES[phaseOf(series) ?? 'other'].tag} · `}
          {uncertain && (
            <span className="warn" data-cy="phase-uncertain">
              <Icon name="warn" small /> {t('uncertain')} ·{' '}
            </span>
          )}
          {why}
        </span>
      </span>
      <span className="t11 t2 nowrap">
        {series.instances} {t('slices')}
      </span>
    </div>
  );
}

function Choice({ series }: { series: SeriesInfo }): ReactElement {
  const { t } = useSurroundings();
  const phase = phaseOf(series) ?? 'other';
  return (
    <span className="choice">
      <Badge phase={phase} />
      <select
        value={phase}
        aria-label={`${t('phaseOf')} ${series.description ?? ''}`}
        title={t(PHASES[phase].name)}
        data-cy="phase"
        onChange={event => correctPhase(series.series_instance_uid, event.target.value as PhaseName)}
      >
        {NAMES.map(name => (
          <option key={name} value={name}>
            {t(PHASES[name].name)}
          </option>
        ))}
      </select>
    </span>
  );
}
