/** Go to a place in the patient, to a slice, to a nodule: in every viewport that can show it. */
import { nodulesOf } from '../lirads';
import { getState } from '../store';
import { currentLanguage, say } from '../texts';
import type { Ohif, Segmentation } from '../types/ohif';
import { libraries, services, type Point } from '../types/viewer';
import { masks, middleOf } from './loaded';
import { nearest, offset, place, slicesOf, type Slices } from './slices';
import { displaySetIn, slicesIn, stacks } from './stacks';

/** A point of the patient in millimetres, or a slice by its SOP Instance UID. */
export type Where = Point | string;

/** Move all viewports to a place that lies in a series; says whether any could. */
export function showPosition(ohif: Ohif, seriesUid: string, where: Where): boolean {
  const source = seriesSlices(ohif, seriesUid);
  const at = source && (typeof where === 'string' ? placeOfSlice(ohif, seriesUid, where, source) : place(source, where));
  if (!source || at === undefined || at === null) return false;
  const moves = stacks(ohif).flatMap(viewport => {
    const slices = slicesIn(ohif, viewport);
    const between = slices && offset(source, slices);
    const showsIt = displaySetIn(ohif, viewport.id)?.SeriesInstanceUID === seriesUid;
    return slices && between !== null ? [{ viewport, index: nearest(slices.along, at + between), showsIt }] : [];
  });
  // The series' own viewport last: it leads the others to where they are already.
  moves.sort((a, b) => Number(a.showsIt) - Number(b.showsIt));
  for (const { viewport, index } of moves) void viewport.setImageIdIndex(index);
  return moves.length > 0;
}

function imageIds(ohif: Ohif, seriesUid: string): string[] {
  const sets = services(ohif).displaySetService.getActiveDisplaySets();
  return sets.find(one => one.SeriesInstanceUID === seriesUid && one.Modality !== 'SEG')?.imageIds ?? [];
}

function seriesSlices(ohif: Ohif, seriesUid: string): Slices | null {
  const shown = stacks(ohif).find(viewport => displaySetIn(ohif, viewport.id)?.SeriesInstanceUID === seriesUid);
  if (shown) return slicesIn(ohif, shown);
  const planes = imageIds(ohif, seriesUid).map(id => libraries().cornerstone.metaData.get('imagePlaneModule', id));
  return planes.length > 0 ? slicesOf(getState().studyUid, planes) : null;
}

function placeOfSlice(ohif: Ohif, seriesUid: string, sop: string, slices: Slices): number | undefined {
  const isIt = (id: string): boolean => window.cornerstone.metaData.get('instance', id)?.SOPInstanceUID === sop;
  return slices.along[imageIds(ohif, seriesUid).findIndex(isIt)];
}

/** Go to a segment of a loaded mask: to the slice where it is largest. */
export function showSegment(ohif: Ohif, segmentation: Segmentation, series: string, number: number): boolean {
  const middle = middleOf(segmentation, number);
  return middle !== null && showPosition(ohif, series, middle);
}

/** Go to the chosen nodule, as a loaded mask outlines it; the active series' own mask first. */
export function goToNodule(ohif: Ohif, index = getState().nodule): boolean {
  const number = nodulesOf(getState().answers)[index]?.segment_number;
  if (typeof number !== 'number') return false;
  const active = displaySetIn(ohif, services(ohif).viewportGridService.getState().activeViewportId)?.SeriesInstanceUID;
  const ordered = masks(ohif).sort((a, b) => Number(b.series === active) - Number(a.series === active));
  return ordered.some(({ mask, series }) => showSegment(ohif, mask, series, number));
}

/** As a reader asks for it: says so when there is no outline to go to. */
export function goToNoduleOrTell(ohif: Ohif): void {
  if (goToNodule(ohif)) return;
  const message = say(currentLanguage())('noOutline');
  services(ohif).uiNotificationService.show({ title: 'HepatIA', message, type: 'info', duration: 3000 });
}
