/** The masks of a study: one row for each phase, and the versions that no row stands for. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { getPresegmentation } from '../presegment';
import { activeSeries, displaySetOf, viewportsOf } from '../segmentation/shown';
import { getState } from '../store';
import type { Say, TextKey } from '../texts';
import type { SegmentationInfo, SeriesInfo } from '../types/api';
import type { Ohif } from '../types/ohif';
import { actions } from './actions';
import { personName } from './times';
import { maskRow, olderMasks, type MaskRow, type Part } from './maskRows';
import { Badge, phaseOf, seriesInOrder } from './Phase';

export function MaskTable(): ReactElement {
  const { info } = getState();
  const { t, ohif } = useSurroundings();
  const { jobs } = getPresegmentation();
  const stored = info?.segmentations ?? [];
  const older = olderMasks(stored);
  return (
    <>
      <table className="tbl mt">
        <thead>
          <tr>
            <th>{t('phase')}</th>
            <th className="mid">{t('liver')}</th>
            <th className="mid">{t('nodules')}</th>
            <th className="num">{t('volumeCm3')}</th>
            <th className="num">{t('mask')}</th>
          </tr>
        </thead>
        <tbody>
          {seriesInOrder(info).map(one => (
            <Row key={one.series_instance_uid} row={maskRow(ohif, one, stored, jobs)} />
          ))}
        </tbody>
      </table>
      {older.length > 0 && (
        <details className="older" data-cy="older-masks">
          <summary>
            {t('olderVersions')} ({older.length})
          </summary>
          {older.map(mask => (
            <Version key={mask.sop_instance_uid} mask={mask} />
          ))}
        </details>
      )}
    </>
  );
}

function Row({ row }: { row: MaskRow }): ReactElement {
  const { t, ohif, language } = useSurroundings();
  const { series, volumeCm3 } = row;
  const isActive = activeSeries(ohif) === series.series_instance_uid;
  return (
    <tr className={isActive ? 'on' : ''} data-cy="mask-row" data-series={series.series_instance_uid} onClick={() => activate(ohif, series.series_instance_uid)}>
      <td>
        <button type="button" className="cell" aria-pressed={isActive} title={series.description ?? ''}>
          <Badge phase={phaseOf(series)} />
        </button>
      </td>
      <td className="mid">
        <Mark part={row.liver} />
      </td>
      <td className="mid">
        <Mark part={row.nodules} />
      </td>
      <td className="num">{volumeCm3 === null ? '–' : whole(volumeCm3, language)}</td>
      <td className="num t12">
        <span className={row.state === 'unsaved' ? 'warn' : ''} data-cy={row.state === 'unsaved' ? 'mask-unsaved' : 'mask-state'}>
          {stateText(row, t)}
        </span>
      </td>
    </tr>
  );
}

const MARKS: Record<Part, TextKey> = { saved: 'savedState', unsaved: 'unsaved', running: 'running', none: 'noneYet' };

function Mark({ part }: { part: Part }): ReactElement {
  const { t } = useSurroundings();
  return (
    <span className={`mk ${part}`} title={t(MARKS[part])} role="img" aria-label={t(MARKS[part])}>
      {part === 'saved' && <Icon name="check" small />}
      {part === 'unsaved' && '●'}
      {part === 'none' && '–'}
      {part === 'running' && <i />}
    </span>
  );
}

function stateText({ state, job }: MaskRow, t: Say): string {
  if (state === 'running') return `${t('segmentingNow')} ${Math.round(100 * (job?.progress ?? 0))} %`;
  return { none: '–', saved: t('savedState'), unsaved: t('unsaved'), algorithm: t('notReviewed') }[state];
}

/** Whole numbers with a thin space before thousands. */
export const whole = (value: number, language: 'en' | 'pt', digits = 0): string =>
  value
    .toLocaleString(language === 'pt' ? 'pt-BR' : 'en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replace(language === 'pt' ? /\./g : /,/g, '\u2009');

/** Make the viewport of a series the active one; where none shows it, the active one does. */
export function activate(ohif: Ohif, series: string): void {
  const { viewportGridService } = ohif.servicesManager.services;
  const [viewportId] = viewportsOf(ohif, series);
  if (viewportId) return viewportGridService.setActiveViewportId(viewportId);
  const set = displaySetOf(ohif, series);
  const { activeViewportId } = viewportGridService.getState();
  if (set) viewportGridService.setDisplaySetsForViewport({ viewportId: activeViewportId, displaySetInstanceUIDs: [set.displaySetInstanceUID] });
}

function Version({ mask }: { mask: SegmentationInfo }): ReactElement {
  const { info, busy } = getState();
  const { t, ohif } = useSurroundings();
  const source: SeriesInfo | undefined = info?.series.find(one => one.series_instance_uid === mask.source_series_instance_uid);
  const facts = [mask.description, personName(mask.author ?? ''), mask.created?.replace('T', ' ').slice(0, 16)];
  return (
    <div className="list-row" data-cy="mask-version">
      <Badge phase={phaseOf(source)} />
      <span className="grow what">
        {mask.segments.map(segment => segment.label).join(', ')}
        <span className="why">{facts.filter(Boolean).join(' · ')}</span>
      </span>
      <button type="button" className="btn ghost" disabled={busy} data-cy="load-mask" onClick={() => actions(ohif, t).loadMask(mask.sop_instance_uid)}>
        {t('loadMask')}
      </button>
    </div>
  );
}
