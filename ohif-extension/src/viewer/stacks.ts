/** The stack viewports on the screen: what they show, where they are, and how to move them. */
import { getState } from '../store';
import type { DisplaySet, Ohif } from '../types/ohif';
import { libraries, services, type ImageSet, type Point, type StackViewport } from '../types/viewer';
import { place, slicesOf, type Slices } from './slices';

const known = new WeakMap<string[], Slices | null>();

export function displaySetIn(ohif: Ohif, viewportId: string): ImageSet | undefined {
  const { viewportGridService, displaySetService } = services(ohif);
  const shown = viewportGridService.getState().viewports.get(viewportId)?.displaySetInstanceUIDs ?? [];
  const sets = shown.map(uid => displaySetService.getDisplaySetByUID(uid));
  return sets.find((set): set is DisplaySet => set !== undefined && set.Modality !== 'SEG' && set.Modality !== 'SR');
}

/** Whether a series is of the study that is read, not of a prior one. */
export const isCurrent = (set: DisplaySet | undefined): boolean => set?.StudyInstanceUID === getState().studyUid;

/** A viewport that shows a stack; null for volumes, and while it is being made. */
export function stack(ohif: Ohif, viewportId: string): StackViewport | null {
  const viewport = services(ohif).cornerstoneViewportService.getCornerstoneViewport(viewportId);
  return viewport?.type === 'stack' && typeof viewport.setImageIdIndex === 'function' && viewport.getImageIds().length > 0 ? viewport : null;
}

export const stacks = (ohif: Ohif): StackViewport[] =>
  [...services(ohif).viewportGridService.getState().viewports.keys()].flatMap(id => stack(ohif, id) ?? []);

/** Places of the slices of a viewport, read once for each list of images. */
export function slicesIn(ohif: Ohif, viewport: StackViewport): Slices | null {
  const ids = viewport.getImageIds();
  const before = known.get(ids);
  if (before !== undefined) return before;
  const planes = ids.map(id => libraries().cornerstone.metaData.get('imagePlaneModule', id));
  const slices = slicesOf(displaySetIn(ohif, viewport.id)?.StudyInstanceUID ?? '', planes);
  known.set(ids, slices);
  return slices;
}

/** Where a viewport is, on the normal of its slices. */
export const placeNow = (slices: Slices, viewport: StackViewport): number => slices.along[viewport.getCurrentImageIdIndex()] ?? 0;

export const placeOf = (slices: Slices, point: Point): number => place(slices, point);
