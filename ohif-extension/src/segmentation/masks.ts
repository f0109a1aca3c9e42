/** The masks in the viewer: of which series and stored segmentation each is, what OHIF forgets of it, what is not saved. */
import * as store from '../store';
import type { SegmentInfo } from '../types/api';
import type { LabelmapSegment } from './labelmap';
import type { Overlap } from './overlaps';
import { fingerprint, measureSlice, summed, type InSlice, type Measured, type Spacing } from './measure';

/** What OHIF does not keep of a segment. */
export type Known = Pick<LabelmapSegment, 'number' | 'kind' | 'tracking_uid'>;

export interface OpenMask {
  /** OHIF's segmentationId. */
  id: string;
  series: string;
  /** SOP Instance UID of the segmentation that it was made of, and of which the next one is a version. */
  stored: string | null;
  known: Known[];
  /** Whether there is something to save: voxels that differ from what is stored, or `touched`. */
  dirty: boolean;
  /** Whether it is to be saved whatever its voxels are: it was restored, or a segment is another nodule's now. */
  touched: boolean;
  /** Pairs of segments that meet, of which the reader has not said which wins. */
  overlaps: Overlap[];
  /** Segments in the order in which they win where they meet. */
  winners: number[];
  /** When the draft on the server was kept, ISO. */
  kept: string | null;
  /** When the draft was kept that this mask was restored from, until the reader has answered. */
  restored: string | null;
}

/** The slices of a mask: voxels are read where they are, never copied. */
export interface Slices {
  pixels: ArrayLike<number>[];
  columns: number;
  spacing: Spacing;
}

interface Content {
  prints: number[];
  saved: number[];
  measured: (Map<number, InSlice> | undefined)[];
  sum: Map<number, Measured> | null;
}

let masks: readonly OpenMask[] = [];
const contents = new Map<string, Content>();

/** All masks in the viewer, the newest last. */
export const openMasks = (): readonly OpenMask[] => masks;
export const dirtyMasks = (): OpenMask[] => masks.filter(one => one.dirty);
export const maskOf = (series: string): OpenMask | undefined => masks.filter(one => one.series === series).at(-1);
export const maskWith = (id: string): OpenMask | undefined => masks.find(one => one.id === id);

export function put(mask: OpenMask): void {
  masks = [...masks.filter(one => one.id !== mask.id), mask];
  store.set({});
}

export function change(id: string, what: Partial<OpenMask>): void {
  masks = masks.map(one => (one.id === id ? { ...one, ...what } : one));
  store.set({});
}

export function drop(id: string): void {
  masks = masks.filter(one => one.id !== id);
  contents.delete(id);
  store.set({});
}

export function dropAll(): void {
  masks = [];
  contents.clear();
}

/** Look at the slices of a mask, and measure those that have changed; say whether any differs from what is stored. */
export function look(id: string, { pixels, columns, spacing }: Slices): boolean {
  const content = contents.get(id) ?? { prints: [], saved: [], measured: [], sum: null };
  contents.set(id, content);
  pixels.forEach((slice, place) => {
    const print = fingerprint(slice);
    if (print === content.prints[place]) return;
    content.prints[place] = print;
    content.measured[place] = measureSlice(slice, columns, spacing);
    content.sum = null;
  });
  return content.prints.some((print, place) => print !== content.saved[place]);
}

/** What there is now is what is stored. */
export function settle(id: string): void {
  const content = contents.get(id);
  if (content) content.saved = [...content.prints];
}

/** Voxels, long axis and largest slice of each segment, by its number. */
export function measured(id: string): Map<number, Measured> {
  const content = contents.get(id);
  if (!content) return new Map();
  content.sum ??= summed(content.measured);
  return content.sum;
}

/** The slices that a segment lies in, by their place. */
export const slicesWith = (id: string, number: number): number[] =>
  (contents.get(id)?.measured ?? []).flatMap((found, place) => (found?.has(number) ? [place] : []));

/** Stored segments by the numbers that they have in the viewer: the server counts the painted ones from 1, in their order. */
export function renumbered(stored: readonly SegmentInfo[], painted: readonly number[]): Known[] {
  const ordered = [...stored].sort((a, b) => a.number - b.number);
  return [...painted]
    .sort((a, b) => a - b)
    .flatMap((number, place) => {
      const one = ordered[place];
      return one ? [{ number, kind: one.kind, ...(one.tracking_uid ? { tracking_uid: one.tracking_uid } : {}) }] : [];
    });
}
