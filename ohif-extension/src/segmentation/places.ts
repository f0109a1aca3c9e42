/** Between patient coordinates and the columns and rows of an image: pure (PS3.3 section C.7.6.2.1.1). */
import type { ImagePlane } from '../types/ohif';

export type World = readonly [x: number, y: number, z: number];

/** Columns and rows of a place in the patient; (0, 0) is the corner of the first pixel. */
export function imagePoint(plane: ImagePlane, world: ArrayLike<number>): [column: number, row: number] {
  const from = minus(world, plane.imagePositionPatient);
  return [dot(from, plane.rowCosines) / plane.columnPixelSpacing + 0.5, dot(from, plane.columnCosines) / plane.rowPixelSpacing + 0.5];
}

/** How far a place is before or behind the plane of an image, in millimetres. */
export const offPlane = (plane: ImagePlane, world: ArrayLike<number>): number =>
  dot(minus(world, plane.imagePositionPatient), normal(plane));

/** The distance of neighbouring slices; 0 of a single one. */
export function sliceSpacing(planes: readonly ImagePlane[]): number {
  const [first, second] = planes;
  return first && second ? Math.abs(offPlane(first, second.imagePositionPatient)) : 0;
}

function normal({ rowCosines: a, columnCosines: b }: ImagePlane): World {
  const at = (from: ArrayLike<number>, index: number): number => from[index] ?? 0;
  return [
    at(a, 1) * at(b, 2) - at(a, 2) * at(b, 1),
    at(a, 2) * at(b, 0) - at(a, 0) * at(b, 2),
    at(a, 0) * at(b, 1) - at(a, 1) * at(b, 0),
  ];
}

const minus = (a: ArrayLike<number>, b: ArrayLike<number>): World => [
  (a[0] ?? 0) - (b[0] ?? 0),
  (a[1] ?? 0) - (b[1] ?? 0),
  (a[2] ?? 0) - (b[2] ?? 0),
];

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  (a[0] ?? 0) * (b[0] ?? 0) + (a[1] ?? 0) * (b[1] ?? 0) + (a[2] ?? 0) * (b[2] ?? 0);
