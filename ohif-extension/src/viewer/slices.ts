/** Where the slices of a series lie in the patient, and which slice of another series lies at the same place. Millimetres. */
import type { ImagePlane, Point } from '../types/viewer';

/** A stack of parallel slices; `along[i]` is the place of image i on the normal, which points to the head, front or left. */
export interface Slices {
  study: string;
  frame: string;
  normal: Point;
  along: number[];
}

/** Slices that are tilted by more than this against each other (20°) show nothing at the same place. */
const COPLANAR = 0.94;

/** Frames of reference of one study that overlap by less than this part of the shorter scan do not share their coordinates. */
const SHARED = 0.5;

const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function normalOf({ rowCosines: [a, b, c], columnCosines: [d, e, f] }: ImagePlane): Point {
  const normal: Point = [b * f - c * e, c * d - a * f, a * e - b * d];
  const largest = normal.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? [-normal[0], -normal[1], -normal[2]] : normal;
}

/** Read the places of images; null when one is not known. */
export function slicesOf(study: string, planes: (ImagePlane | undefined)[]): Slices | null {
  const [first] = planes;
  if (!first?.rowCosines) return null;
  const normal = normalOf(first);
  const along = planes.flatMap(plane => (plane?.imagePositionPatient ? [dot(plane.imagePositionPatient, normal)] : []));
  return along.length === planes.length ? { study, frame: first.frameOfReferenceUID, normal, along } : null;
}

export const place = (slices: Slices, point: Point): number => dot(point, slices.normal);

/** Index of the slice that lies nearest to a place. */
export function nearest(along: number[], at: number): number {
  let best = 0;
  along.forEach((value, index) => {
    if (Math.abs(value - at) < Math.abs((along[best] ?? 0) - at)) best = index;
  });
  return best;
}

/** What to add to a place in one series to have it in another; null when their slices are not parallel. */
export function offset(from: Slices, to: Slices): number | null {
  if (Math.abs(dot(from.normal, to.normal)) < COPLANAR) return null;
  if (from.frame === to.frame || (from.study === to.study && overlap(from.along, to.along) >= SHARED)) return 0;
  // Nothing ties the coordinates together: scans of the liver begin at its dome, whatever they go down to.
  return Math.max(...to.along) - Math.max(...from.along);
}

/** Length that two scans share, as a part of the shorter one. */
function overlap(a: number[], b: number[]): number {
  const [lowA, highA, lowB, highB] = [Math.min(...a), Math.max(...a), Math.min(...b), Math.max(...b)];
  const shorter = Math.min(highA - lowA, highB - lowB);
  const shared = Math.min(highA, highB) - Math.max(lowA, lowB);
  return shorter > 0 ? shared / shorter : shared >= 0 ? 1 : 0;
}
