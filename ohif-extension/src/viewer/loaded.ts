/** The masks in the viewer: the series each belongs to, and where its segments lie. */
import type { CachedImage, Ohif, Segmentation } from '../types/ohif';
import { libraries, services, type ImagePlane, type Point } from '../types/viewer';
import { extentsOf, type Extent } from './extents';

/** A mask's images, in the order of its series. */
export function imagesOf(segmentation: Segmentation): CachedImage[] {
  const ids = segmentation.representationData.Labelmap?.imageIds ?? [];
  return ids.flatMap(id => window.cornerstone.cache.getImage(id) ?? []);
}

export function seriesOf(segmentation: Segmentation): string | undefined {
  const [first] = imagesOf(segmentation);
  return first && window.cornerstone.metaData.get('instance', first.referencedImageId)?.SeriesInstanceUID;
}

/** Loaded masks with their series. */
export const masks = (ohif: Ohif): { mask: Segmentation; series: string }[] =>
  services(ohif).segmentationService.getSegmentations().flatMap(mask => {
    const series = seriesOf(mask);
    return series ? [{ mask, series }] : [];
  });

const measured = new Map<string, Map<number, Extent>>();

/** Extents of a mask's segments: counted once, and again when its voxels have changed. */
export function extents(segmentation: Segmentation): Map<number, Extent> {
  const before = measured.get(segmentation.segmentationId);
  if (before) return before;
  const images = imagesOf(segmentation);
  const counted = extentsOf(images.map(image => image.getPixelData()), images[0]?.columns ?? 1);
  measured.set(segmentation.segmentationId, counted);
  return counted;
}

export const changed = (segmentationId: string): void => void measured.delete(segmentationId);

/** The middle of a segment's largest slice, in the patient. */
export function middleOf(segmentation: Segmentation, number: number): Point | null {
  const extent = extents(segmentation).get(number);
  const image = extent && imagesOf(segmentation)[extent.slice];
  const plane = image && libraries().cornerstone.metaData.get('imagePlaneModule', image.referencedImageId);
  return extent && plane ? inPatient(plane, extent.row, extent.column) : null;
}

/** Patient coordinates of a place on an image (PS3.3 C.7.6.2.1.1). */
export function inPatient({ imagePositionPatient: p, rowCosines: x, columnCosines: y, columnPixelSpacing = 1, rowPixelSpacing = 1 }: ImagePlane, row: number, column: number): Point {
  const at = (axis: 0 | 1 | 2): number => p[axis] + x[axis] * columnPixelSpacing * column + y[axis] * rowPixelSpacing * row;
  return [at(0), at(1), at(2)];
}
