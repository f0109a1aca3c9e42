/** Show a place in the patient, or a slice of a series, in every viewport that can: as scrolling there would. */
import type { Ohif } from '../types/ohif';
import { libraries, services, type Point } from '../types/viewer';
import { place, slicesOf, type Slices } from './slices';
import { displaySetIn, slicesIn, stacks } from './stacks';
import { goTo } from './synchronise';

/** `where` is a point in millimetres, or the SOP Instance UID of a slice; says whether any viewport can show it. */
export function showPosition(ohif: Ohif, series: string, where: Point | string): boolean {
  const slices = slicesOfSeries(ohif, series);
  const at = slices && (typeof where === 'string' ? slices.along[indexOf(ohif, series, where)] : place(slices, where));
  if (!slices || at === undefined || at === null) return false;
  return goTo(ohif, { slices, at, series });
}

function imageIds(ohif: Ohif, series: string): string[] {
  const sets = services(ohif).displaySetService.getActiveDisplaySets();
  return sets.find(one => one.SeriesInstanceUID === series && one.imageIds)?.imageIds ?? [];
}

const indexOf = (ohif: Ohif, series: string, sop: string): number =>
  imageIds(ohif, series).findIndex(id => window.cornerstone.metaData.get('instance', id)?.SOPInstanceUID === sop);

function slicesOfSeries(ohif: Ohif, series: string): Slices | null {
  const shown = stacks(ohif).find(viewport => displaySetIn(ohif, viewport.id)?.SeriesInstanceUID === series);
  if (shown) return slicesIn(ohif, shown);
  const planes = imageIds(ohif, series).map(id => libraries().cornerstone.metaData.get('imagePlaneModule', id));
  const study = services(ohif).displaySetService.getActiveDisplaySets().find(one => one.SeriesInstanceUID === series)?.StudyInstanceUID;
  return slicesOf(study ?? '', planes);
}
