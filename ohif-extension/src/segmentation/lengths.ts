/** Lengths that were drawn in OHIF, tracked or not: as lines on an image, and whether they lie on a segment. */
import type { Length } from '../types/api';
import type { Measurement, Ohif } from '../types/ohif';
import { sliceNumber } from './numbering';
import type { OpenMask } from './masks';
import { imagePoint } from './places';
import { imagesOf, nameOf, planeOf } from './shown';
import { segmentationOf } from './viewer';

export interface DrawnLength extends Length {
  uid: string;
  series: string;
  mm: number;
  slice: number | null;
  isSelected: boolean;
}

/** All lengths of the study, the newest first; the one that is selected before the others. */
export function drawnLengths(ohif: Ohif): DrawnLength[] {
  const measurements = ohif.servicesManager.services.measurementService?.getMeasurements() ?? [];
  const drawn = measurements.flatMap(one => asLength(ohif, one) ?? []).reverse();
  return [...drawn.filter(one => one.isSelected), ...drawn.filter(one => !one.isSelected)];
}

function asLength(ohif: Ohif, { uid, toolName, SOPInstanceUID: sop, referenceSeriesUID: series, referencedImageId, points, isSelected }: Measurement): DrawnLength | null {
  const [from, to] = points;
  const plane = referencedImageId ? planeOf(referencedImageId) : undefined;
  if (toolName !== 'Length' || !sop || !from || !to || !plane) return null;
  return {
    uid,
    series,
    sop_instance_uid: sop,
    points: [...imagePoint(plane, from), ...imagePoint(plane, to)],
    mm: Math.hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]),
    slice: sliceNumber(ohif, series, sop),
    isSelected: isSelected === true,
  };
}

const SAMPLES = 25;

/** Whether a length crosses a segment of a mask. */
export function crosses(ohif: Ohif, length: DrawnLength, mask: OpenMask, number: number): boolean {
  const image = imagesOf(segmentationOf(ohif, mask.id)).find(one => nameOf(one) === length.sop_instance_uid);
  return image !== undefined && lineCrosses(length.points, image.voxelManager.getScalarData(), image.columns, number);
}

export function lineCrosses([column, row, toColumn, toRow]: Length['points'], pixels: ArrayLike<number>, columns: number, number: number): boolean {
  for (let step = 0; step <= SAMPLES; step++) {
    const at = (from: number, to: number): number => Math.floor(from + ((to - from) * step) / SAMPLES);
    if (pixels[at(row, toRow) * columns + at(column, toColumn)] === number) return true;
  }
  return false;
}
