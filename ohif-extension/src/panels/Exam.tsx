/** The series with their phases, and the masks made of them. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { SEGMENTATION_PANEL } from '../id';
import { getState } from '../store';
import { actions } from './actions';
import { Carried, Carry } from './Carry';
import { MaskTable } from './MaskTable';
import { PhaseRow, seriesInOrder } from './Phase';
import { Presegment } from './Presegment';
import { Segments } from './Segments';

export const Exam = (): ReactElement => (
  <>
    <Phases />
    <Masks />
  </>
);

export function Phases(): ReactElement {
  const { info } = getState();
  const { t } = useSurroundings();
  const series = seriesInOrder(info);
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
  const { info, carried } = getState();
  const { t, writes, ohif } = useSurroundings();
  const { panelService } = ohif.servicesManager.services;
  return (
    <>
      <section className="p-sec" data-cy="masks">
        <header>
          <h3>{t('masks')}</h3>
          <span className="grow">{(info?.segmentations ?? []).length === 0 && t('noMasks')}</span>
          {writes && (
            <button type="button" className="btn ghost" data-cy="edit-tools" onClick={() => panelService.activatePanel(SEGMENTATION_PANEL, true)}>
              <Icon name="brush" small />
              {t('editTools')}
            </button>
          )}
        </header>
        <MaskTable />
        {carried && <Carried result={carried} />}
        {writes && <Tools />}
      </section>
      <Segments />
    </>
  );
}

function Tools(): ReactElement {
  const { busy } = getState();
  const { t, ohif } = useSurroundings();
  const { newMask, saveMask } = actions(ohif, t);
  return (
    <>
      <Presegment />
      <Carry />
      <div className="pair">
        <button type="button" className="btn" disabled={busy} data-cy="new-mask" onClick={newMask}>
          <Icon name="plus" small />
          {t('newMask')}
        </button>
        <button type="button" className="btn" disabled={busy} data-cy="save-mask" onClick={saveMask}>
          {t('saveMask')}
        </button>
      </div>
    </>
  );
}
