/** Masks that were painted and not saved when the tab closed: brought back, or waiting for their series. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import * as drafts from '../segmentation/drafts';
import * as masks from '../segmentation/masks';
import { segmentsIn } from '../segmentation/nodules';
import type { Overlap } from '../segmentation/overlaps';
import { letWin } from '../segmentation/viewer';
import { getState, phaseOf } from '../store';
import { actions } from './actions';
import { activate, whole } from './MaskTable';
import { Badge } from './Phase';

export function RestoredMasks(): ReactElement {
  const { busy } = getState();
  const { t, ohif } = useSurroundings();
  const { discardMask, run } = actions(ohif, t);
  return (
    <>
      {masks.openMasks().flatMap(mask =>
        mask.restored
          ? [
              <div className="note" key={mask.id} data-cy="mask-restored">
                <Icon name="history" />
                <div>
                  <Badge phase={phaseOf(mask.series)} /> {t('restoredMask')} {clock(mask.restored)} {t('restoredAfter')}
                  <div className="acts">
                    <button type="button" className="btn ghost" data-cy="keep-mask" onClick={() => masks.change(mask.id, { restored: null })}>
                      {t('keep')}
                    </button>
                    <button type="button" className="btn ghost" disabled={busy} data-cy="discard-mask" onClick={() => discardMask(mask)}>
                      {t('discard')}
                    </button>
                  </div>
                </div>
              </div>,
            ]
          : [],
      )}
      {masks.openMasks().flatMap(mask => mask.overlaps.map(one => <Overlapping key={`${mask.id} ${one.segments.join()}`} mask={mask} overlap={one} />))}
      {drafts.draftsToRestore().map(one => (
        <div className="note" key={one.series_instance_uid} data-cy="mask-waits">
          <Icon name="history" />
          <div>
            <Badge phase={phaseOf(one.series_instance_uid)} /> {t('restoredMask')} {clock(one.saved)} {t('waitsIn')}
            <div className="acts">
              <button type="button" className="btn ghost" data-cy="show-draft" onClick={() => activate(ohif, one.series_instance_uid)}>
                {t('show')}
              </button>
              <button type="button" className="btn ghost" disabled={busy} onClick={() => run(() => drafts.discard(one.series_instance_uid))}>
                {t('discard')}
              </button>
            </div>
          </div>
        </div>
      ))}
    </>
  );
}

/** Two segments that meet: a voxel of the file can only be one of them, and nobody guesses which. */
function Overlapping({ mask, overlap }: { mask: masks.OpenMask; overlap: Overlap }): ReactElement {
  const { t, ohif, language } = useSurroundings();
  const names = overlap.segments.map(number => segmentsIn(ohif, mask).find(one => one.number === number)?.label ?? String(number));
  return (
    <div className="note w" role="alert" data-cy="overlap">
      <Icon name="warn" />
      <div>
        <Badge phase={phaseOf(mask.series)} /> {names.join(` ${t('and')} `)} {t('overlapIn')} {whole(overlap.voxels, language)} {t('voxels')}. {t('overlapAsk')}
        <div className="acts">
          {overlap.segments.map((number, index) => (
            <button key={number} type="button" className="btn ghost" data-cy={`wins-${number}`} onClick={() => letWin(mask, number)}>
              {names[index]} {t('wins')}
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

const clock = (iso: string): string => new Date(iso).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
