/** Go to a slice in every viewport: by position, as the phases of a study lie in one patient. */
import type { Ohif } from '../types/ohif';
import { displaySetOf, planeOf, shownSeries } from './shown';
import { offPlane, type World } from './places';

/** Show a place, or an image of a series, in every viewport that can; says whether any could. */
export function showPosition(ohif: Ohif, series: string, where: World | string): boolean {
  const world = typeof where === 'string' ? placeOf(ohif, series, where) : where;
  if (!world) return false;
  const { cornerstoneViewportService } = ohif.servicesManager.services;
  const viewports = shownSeries(ohif).flatMap(one => cornerstoneViewportService.getCornerstoneViewport(one.viewportId) ?? []);
  for (const viewport of viewports) {
    const distances = viewport.getImageIds().map(id => {
      const plane = planeOf(id);
      return plane ? Math.abs(offPlane(plane, world)) : Infinity;
    });
    void viewport.setImageIdIndex?.(distances.indexOf(Math.min(...distances)));
  }
  return viewports.length > 0;
}

/** The place of an image among those of its series, from 1, as viewports count; null before the series was shown. */
export function sliceNumber(ohif: Ohif, series: string, sop: string): number | null {
  const index = (displaySetOf(ohif, series)?.imageIds ?? []).findIndex(id => sopOf(id) === sop);
  return index >= 0 ? index + 1 : null;
}

/** The series of an image, among those that were shown. */
export function seriesOf(ohif: Ohif, sop: string): string | null {
  const sets = ohif.servicesManager.services.displaySetService.getActiveDisplaySets();
  return sets.find(set => set.imageIds?.some(id => sopOf(id) === sop))?.SeriesInstanceUID ?? null;
}

const sopOf = (imageId: string): string | undefined => window.cornerstone.metaData.get('instance', imageId)?.SOPInstanceUID;

function placeOf(ohif: Ohif, series: string, sop: string): World | null {
  const id = (displaySetOf(ohif, series)?.imageIds ?? []).find(one => sopOf(one) === sop);
  const origin = id && planeOf(id)?.imagePositionPatient;
  return origin ? [origin[0] ?? 0, origin[1] ?? 0, origin[2] ?? 0] : null;
}
