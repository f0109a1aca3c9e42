/** One nodule's outline in the mask of another phase: by position, slice for slice, where both phases have the same grid. */
import { nodulesOf } from '../lirads';
import { getState } from '../store';
import type { Member } from '../types/api';
import type { CachedImage, ImagePlane, Ohif } from '../types/ohif';
import { outlinesOf, segmentIn, segmentsIn } from './nodules';
import { offPlane } from './places';
import { activeSeries, displaySetOf, imagesOf, MaskError, planeOf } from './shown';
import { segmentationOf } from './viewer';

/** Coordinates of two phases agree to less than this, in millimetres. */
const SAME_MM = 0.1;

/** The other series that a nodule can be copied to: it must be outlined in the active one. */
export function copyTargets(ohif: Ohif, nodule: Member): string[] {
  const active = activeSeries(ohif);
  const isHere = outlinesOf(ohif, nodule).some(one => one.mask.series === active && one.measured);
  const series = (getState().info?.series ?? []).filter(one => one.modality === 'CT' && one.series_instance_uid !== active);
  return isHere ? series.map(one => one.series_instance_uid).filter(uid => displaySetOf(ohif, uid)) : [];
}

/** Copy a nodule from the active phase; other nodules of the target stay, its liver and what is empty take it. */
export async function copyNodule(ohif: Ohif, index: number, series: string): Promise<void> {
  const nodule = nodulesOf(getState().answers)[index];
  const outline = nodule && outlinesOf(ohif, nodule).find(one => one.measured);
  if (!outline) throw new MaskError('noMask');
  const { mask, number } = await segmentIn(ohif, series, index);
  const others = segmentsIn(ohif, mask).filter(one => one.kind !== 'liver' && one.number !== number);
  const kept = new Set(others.map(one => one.number));
  const from = imagesOf(segmentationOf(ohif, outline.mask.id));
  const pairs = matched(from, imagesOf(segmentationOf(ohif, mask.id)));
  for (const [image, target] of pairs) copySlice(image, target, outline.segment.number, number, kept);
  window.cornerstoneTools.segmentation.triggerSegmentationEvents.triggerSegmentationDataModified(mask.id);
}

function copySlice(image: CachedImage, target: CachedImage, from: number, to: number, kept: Set<number>): void {
  const voxels = image.voxelManager.getScalarData();
  const written = target.voxelManager.getScalarData();
  voxels.forEach((value, at) => {
    if (value === from && !kept.has(written[at] ?? 0)) written[at] = to;
  });
  target.voxelManager.setScalarData?.(written);
}

/** Slices of two series that lie on each other. */
function matched(from: readonly CachedImage[], to: readonly CachedImage[]): [CachedImage, CachedImage][] {
  const planes = to.flatMap(image => {
    const plane = planeOf(image.referencedImageId);
    return plane ? [{ image, plane }] : [];
  });
  return from.map(image => {
    const plane = planeOf(image.referencedImageId);
    const found = plane && planes.find(one => lieOnEachOther(plane, one.plane) && one.image.columns === image.columns && one.image.rows === image.rows);
    if (!found) throw new MaskError('otherGrid');
    return [image, found.image];
  });
}

export function lieOnEachOther(a: ImagePlane, b: ImagePlane): boolean {
  const isNear = (x: ArrayLike<number>, y: ArrayLike<number>, most: number): boolean => Array.from(x).every((value, at) => Math.abs(value - (y[at] ?? 0)) < most);
  return (
    Math.abs(offPlane(a, b.imagePositionPatient)) < SAME_MM &&
    isNear(a.imagePositionPatient, b.imagePositionPatient, SAME_MM) &&
    isNear([a.rowPixelSpacing, a.columnPixelSpacing], [b.rowPixelSpacing, b.columnPixelSpacing], 1e-4) &&
    isNear(a.rowCosines, b.rowCosines, 1e-4) &&
    isNear(a.columnCosines, b.columnCosines, 1e-4)
  );
}
