/** One mask carried to the other phases: the choice how, and what became of it. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { getState } from '../store';
import type { CarriedMasks, SegmentationInfo } from '../types/api';
import { actions } from './actions';
import { Badge, phaseOf } from './Phase';

export function CarryChoice({ mask }: { mask: SegmentationInfo }): ReactElement {
  const { busy } = getState();
  const { t, ohif } = useSurroundings();
  return (
    <select
      className="btn ghost"
      value=""
      disabled={busy}
      aria-label={t('carry')}
      title={t('carry')}
      data-cy="carry-mask"
      onChange={event => actions(ohif, t).carryMask(mask.sop_instance_uid, event.target.value as 'none' | 'rigid')}
    >
      <option value="">{t('carryShort')}</option>
      <option value="none">{t('carryAsIs')}</option>
      <option value="rigid">{t('carryRegistered')}</option>
    </select>
  );
}

/** Which series got a mask and which did not, as long as the panel is open. */
export function Carried({ result }: { result: CarriedMasks }): ReactElement {
  const { t } = useSurroundings();
  return (
    <div className="note" role="status" data-cy="carried">
      <Icon name="info" />
      <div>
        {result.carried.length > 0 && t('carried')}
        {result.carried.map(one => (
          <Line key={one.segmentation.sop_instance_uid} scan={one}>
            {one.registration ? `${t('moved')} ${one.registration.moved_mm.toFixed(1)} mm` : t('unmoved')}
            {one.existing.length > 0 && ` · ${t('besideOthers')}`}
            {one.warnings.map(text => ` · ${text}`)}
          </Line>
        ))}
        {result.refused.length > 0 && t('notCarried')}
        {result.refused.map(one => (
          <Line key={`${one.series_instance_uid} ${one.acquisition_number ?? ''}`} scan={one}>
            {one.reason}
          </Line>
        ))}
      </div>
    </div>
  );
}

interface Scan {
  series_instance_uid: string;
  acquisition_number?: number | null;
}

function Line({ scan, children }: { scan: Scan; children: (string | string[] | false)[] | string }): ReactElement {
  const series = getState().info?.series.find(one => one.series_instance_uid === scan.series_instance_uid);
  const acquisition = series?.acquisitions?.find(one => one.acquisition_number === scan.acquisition_number);
  return (
    <div className="line t11">
      <Badge phase={acquisition?.phase ?? phaseOf(series)} /> <span className="grow">{children}</span>
    </div>
  );
}
