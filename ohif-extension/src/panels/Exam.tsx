/** The series with their phases, and the masks made of them. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { getState } from '../store';
import type { SegmentationInfo } from '../types/api';
import { actions } from './actions';
import { Carried, CarryChoice } from './Carry';
import { personName } from './Identity';
import { Badge, order, PhaseRow, phaseOf } from './Phase';
import { Presegment } from './Presegment';

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
        <PhaseRow key={one.series_instance_uid} series={one} />
      ))}
    </section>
  );
}

export function Masks(): ReactElement {
  const { info, maskDirty, busy, segmentation, carried } = getState();
  const { t, writes, ohif } = useSurroundings();
  const { newMask, saveMask } = actions(ohif, t);
  const masks = newestFirst(info?.segmentations ?? []);
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
      {masks.map(({ mask, superseded }) => (
        <Mask key={mask.sop_instance_uid} mask={mask} used={mask.sop_instance_uid === segmentation} superseded={superseded} />
      ))}
      {carried && <Carried result={carried} />}
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

/** Masks that another one supersedes stay in the archive; they come last. */
function newestFirst(masks: SegmentationInfo[]): { mask: SegmentationInfo; superseded: boolean }[] {
  const replaced = new Set(masks.flatMap(one => one.replaces ?? []));
  const told = masks.map(mask => ({ mask, superseded: replaced.has(mask.sop_instance_uid) }));
  return [...told.filter(one => !one.superseded), ...told.filter(one => one.superseded)];
}

function Mask({ mask, used, superseded }: { mask: SegmentationInfo; used: boolean; superseded: boolean }): ReactElement {
  const { info, busy } = getState();
  const { t, ohif, writes } = useSurroundings();
  const source = info?.series.find(one => one.series_instance_uid === mask.source_series_instance_uid);
  const phase = phaseOf(source);
  return (
    <div className="list-row" data-cy="mask-row">
      {phase && <Badge phase={phase} />}
      <span className="grow what">
        {mask.segments.map(segment => segment.label).join(', ')} {used && <Icon name="check" small />}
        <span className="why">{[superseded && t('superseded'), mask.description, personName(mask.author ?? '')].filter(Boolean).join(' · ')}</span>
      </span>
      {writes && <CarryChoice mask={mask} />}
      <button type="button" className="btn ghost" disabled={busy} data-cy="load-mask" onClick={() => actions(ohif, t).loadMask(mask.sop_instance_uid)}>
        {t('loadMask')}
      </button>
    </div>
  );
}
