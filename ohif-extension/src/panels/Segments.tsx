/** The segments of the active phase: colour, name, volume, long axis, whether they are drawn. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { nodulesOf } from '../lirads';
import { colorsOf, type LabelmapSegment } from '../segmentation/labelmap';
import * as masks from '../segmentation/masks';
import { segmentsIn } from '../segmentation/nodules';
import { activeSeries, imagesOf, viewportsOf, voxelMm3 } from '../segmentation/shown';
import { segmentationOf } from '../segmentation/viewer';
import { getState, set } from '../store';
import type { Ohif } from '../types/ohif';
import { whole } from './MaskTable';
import { phaseOf, PHASES } from './Phase';

export function Segments(): ReactElement | null {
  const { info, answers } = getState();
  const { t, ohif } = useSurroundings();
  const series = info?.series.find(one => one.series_instance_uid === activeSeries(ohif));
  if (!series) return null;
  const mask = masks.maskOf(series.series_instance_uid);
  const segments = mask ? segmentsIn(ohif, mask) : [];
  const colors = colorsOf(segments, nodulesOf(answers));
  return (
    <section className="p-sec" data-cy="segments">
      <header>
        <h3>
          {t('segmentsIn')} {PHASES[phaseOf(series) ?? 'other'].tag}
        </h3>
        <span className="grow">{mask ? t('volumeAndAxis') : t('noSegments')}</span>
      </header>
      {mask && segments.map(one => <Segment key={one.number} mask={mask} segment={one} color={(colors.get(one.number) ?? [136, 136, 136]).slice(0, 3).join(' ')} />)}
    </section>
  );
}

function Segment({ mask, segment, color }: { mask: masks.OpenMask; segment: LabelmapSegment; color: string }): ReactElement {
  const { t, ohif, language } = useSurroundings();
  const measured = masks.measured(mask.id).get(segment.number);
  const cm3 = measured && (measured.voxels * voxelMm3(imagesOf(segmentationOf(ohif, mask.id)))) / 1000;
  const isHidden = !isVisible(ohif, mask, segment.number);
  return (
    <div className="sgr" data-cy="segment-row">
      <span className={`swatch${segment.kind === 'liver' ? ' line' : ''}`} style={{ '--c': `rgb(${color})` } as object} />
      <span className="grow">{segment.label}</span>
      <span className="num t12 t2">{cm3 ? `${whole(cm3, language, segment.kind === 'liver' ? 0 : 1)} cm³` : '–'}</span>
      <span className="num t12 t2 axis">{segment.kind !== 'liver' && measured ? `${whole(measured.line.mm, language, 1)} mm` : ''}</span>
      <button
        type="button"
        className="btn icon bare"
        aria-pressed={isHidden}
        aria-label={`${t(isHidden ? 'show' : 'hide')} ${segment.label}`}
        onClick={() => show(ohif, mask, segment.number, isHidden)}
      >
        <Icon name={isHidden ? 'hidden' : 'eye'} small />
      </button>
    </div>
  );
}

function isVisible(ohif: Ohif, mask: masks.OpenMask, number: number): boolean {
  const { segmentationService } = ohif.servicesManager.services;
  const [viewportId] = viewportsOf(ohif, mask.series);
  if (!viewportId) return true;
  const [drawn] = segmentationService.getSegmentationRepresentations(viewportId, { segmentationId: mask.id });
  return drawn?.segments[number]?.visible !== false;
}

function show(ohif: Ohif, mask: masks.OpenMask, number: number, isShown: boolean): void {
  const { segmentationService } = ohif.servicesManager.services;
  for (const viewportId of viewportsOf(ohif, mask.series)) segmentationService.setSegmentVisibility(viewportId, mask.id, number, isShown);
  set({});
}
