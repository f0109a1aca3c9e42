/** The series with their phases, and the masks made of them. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { getState } from '../store';
import type { TextKey } from '../texts';
import type { SegmentationInfo, SeriesInfo } from '../types/api';
import { actions } from './actions';
import { personName } from './Identity';
import { Presegment } from './Presegment';

const PHASES: Record<string, { tag: string; style: string; name: TextKey }> = {
  non_contrast: { tag: 'NC', style: 'ph-nc', name: 'nonContrast' },
  arterial: { tag: 'ART', style: 'ph-art', name: 'arterial' },
  portal_venous: { tag: 'PV', style: 'ph-pv', name: 'portalVenous' },
  equilibrium: { tag: 'EQ', style: 'ph-eq', name: 'equilibrium' },
};

/** In the order of acquisition, series without a phase last. */
const order = (series: SeriesInfo): number => {
  const place = Object.keys(PHASES).indexOf(series.phase ?? '');
  return place < 0 ? Object.keys(PHASES).length : place;
};

export function Phases(): ReactElement {
  const { info } = getState();
  const { t } = useSurroundings();
  const series = (info?.series ?? []).filter(one => one.modality === 'CT').sort((a, b) => order(a) - order(b));
  return (
    <section className="p-sec">
      <header>
        <h3>{t('phases')}</h3>
        <span className="grow">{series.length}</span>
      </header>
      {series.map(one => (
        <Phase key={one.series_instance_uid} series={one} />
      ))}
    </section>
  );
}

function Phase({ series }: { series: SeriesInfo }): ReactElement {
  const { t } = useSurroundings();
  const phase = PHASES[series.phase ?? ''];
  return (
    <div className="list-row" data-cy="phase-row">
      {phase ? (
        <span className={`ph ${phase.style}`} title={t(phase.name)}>
          {phase.tag}
        </span>
      ) : (
        <span className="ph warn" title={t('other')}>
          ?
        </span>
      )}
      <span className="grow what" title={series.phase_reason ?? ''}>
        {series.description}
        <span className="why">{series.phase_reason}</span>
      </span>
      <span className="t11 t2 nowrap">
        {series.instances} {t('slices')}
      </span>
    </div>
  );
}

export function Masks(): ReactElement {
  const { info, maskDirty, busy, segmentation } = getState();
  const { t, writes, ohif } = useSurroundings();
  const { newMask, saveMask } = actions(ohif, t);
  const masks = info?.segmentations ?? [];
  return (
    <section className="p-sec">
      <header>
        <h3>{t('masks')}</h3>
        <span className="grow">
          {maskDirty && (
            <span className="warn" data-cy="mask-unsaved">
              ● {t('unsaved')}
            </span>
          )}
        </span>
      </header>
      {masks.length === 0 && <p className="help">{t('noMasks')}</p>}
      {masks.map(one => (
        <Mask key={one.sop_instance_uid} mask={one} used={one.sop_instance_uid === segmentation} />
      ))}
      {writes && (
        <>
          <div className="line" style={{ marginTop: 8 }}>
            <button type="button" className="btn" disabled={busy} data-cy="new-mask" onClick={newMask}>
              <Icon name="plus" small />
              {t('newMask')}
            </button>
            <button type="button" className={`btn${maskDirty ? ' primary' : ''}`} disabled={busy} data-cy="save-mask" onClick={saveMask}>
              {t('saveMask')}
            </button>
          </div>
          <p className="help" style={{ marginTop: 6 }}>
            {t('maskHint')}
          </p>
          <Presegment />
        </>
      )}
    </section>
  );
}

function Mask({ mask, used }: { mask: SegmentationInfo; used: boolean }): ReactElement {
  const { info, busy } = getState();
  const { t, ohif } = useSurroundings();
  const source = info?.series.find(one => one.series_instance_uid === mask.source_series_instance_uid);
  const phase = PHASES[source?.phase ?? ''];
  return (
    <div className="list-row" data-cy="mask-row">
      {phase && <span className={`ph ${phase.style}`}>{phase.tag}</span>}
      <span className="grow what">
        {mask.segments.map(segment => segment.label).join(', ')} {used && <Icon name="check" small />}
        <span className="why">{[mask.description, personName(mask.author ?? '')].filter(Boolean).join(' · ')}</span>
      </span>
      <button type="button" className="btn ghost" disabled={busy} data-cy="load-mask" onClick={() => actions(ohif, t).loadMask(mask.sop_instance_uid)}>
        {t('loadMask')}
      </button>
    </div>
  );
}
