/** One mask carried to the other phases: the choice how, and what became of it. */
import { useState, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { newestOf } from '../segmentation/cited';
import { maskOf } from '../segmentation/masks';
import { activeSeries } from '../segmentation/shown';
import { getState } from '../store';
import type { CarriedMasks } from '../types/api';
import { actions } from './actions';
import { Badge, phaseOf, seriesInOrder } from './Phase';

/** Choose the phases, and how; what is stored of the active phase is carried. */
export function Carry(): ReactElement | null {
  const { info, busy } = getState();
  const { t, ohif } = useSurroundings();
  const [isOpen, setOpen] = useState(false);
  const [left, setLeft] = useState<string[]>([]);
  const [registration, setRegistration] = useState<'none' | 'rigid'>('rigid');
  const source = activeSeries(ohif) ?? '';
  const stored = newestOf(info?.segmentations ?? [], source);
  const others = seriesInOrder(info).filter(one => one.series_instance_uid !== source);
  const wanted = others.map(one => one.series_instance_uid).filter(uid => !left.includes(uid));
  if (others.length === 0) return null;
  const flip = (uid: string): void => setLeft(left.includes(uid) ? left.filter(one => one !== uid) : [...left, uid]);
  const isUnsaved = maskOf(source)?.dirty === true;
  return (
    <div className="carry">
      <button type="button" className="btn" aria-expanded={isOpen} data-cy="carry" onClick={() => setOpen(!isOpen)}>
        <Icon name="carry" small />
        {t('carryTo')}
      </button>
      {isOpen && (
        <fieldset data-cy="carry-choice" aria-label={t('carry')}>
          <div className="line">
            <span className="t11 t2">{t('carryFrom')}</span>
            <Badge phase={phaseOf(info?.series.find(one => one.series_instance_uid === source))} />
            <Icon name="carry" small />
            {others.map(one => (
              <label key={one.series_instance_uid} className="line t12" title={one.description ?? ''}>
                <input type="checkbox" checked={!left.includes(one.series_instance_uid)} onChange={() => flip(one.series_instance_uid)} />
                <Badge phase={phaseOf(one)} />
              </label>
            ))}
          </div>
          <div className="line">
            <select className="field" aria-label={t('carryHow')} data-cy="carry-how" value={registration} onChange={event => setRegistration(event.target.value as 'none' | 'rigid')}>
              <option value="rigid">{t('carryRegistered')}</option>
              <option value="none">{t('carryAsIs')}</option>
            </select>
            <button
              type="button"
              className="btn primary"
              disabled={busy || !stored || isUnsaved || wanted.length === 0}
              data-cy="carry-mask"
              onClick={() => stored && actions(ohif, t).carryMask(stored.sop_instance_uid, registration, wanted)}
            >
              {t('carryNow')}
            </button>
          </div>
          <p className="help">{t(stored && !isUnsaved ? 'carryLook' : 'carrySaveFirst')}</p>
        </fieldset>
      )}
    </div>
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
