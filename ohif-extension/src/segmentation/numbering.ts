/** Which slice of which series an image is. */
import type { Ohif } from '../types/ohif';
import { displaySetOf } from './shown';

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
