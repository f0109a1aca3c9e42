/** The masks of two readers beside each other: of one series, slice by slice. */
import type { Labelmap, LabelmapSegment } from '../segmentation/labelmap';
import type { Member } from '../types/api';

/** Two masks of one series; `b` of each slice is in the order of `a`. */
export interface Masks {
  seriesUid: string;
  rows: number;
  columns: number;
  slices: string[];
  a: Side;
  b: Side;
}

interface Side {
  segments: LabelmapSegment[];
  slices: Uint8Array[];
}

/** What a segment is called, and its numbers in either mask. */
export interface Structure {
  key: string;
  a: number[];
  b: number[];
}

export interface SliceCount {
  /** Place of the slice. */
  index: number;
  a: number;
  b: number;
  both: number;
}

/** Put two masks on the slices of the first; null where they are of different grids. */
export function together(seriesUid: string, a: Labelmap, b: Labelmap): Masks | null {
  const { rows, columns, sops } = a.header;
  if (b.header.rows !== rows || b.header.columns !== columns || !sops.some(sop => b.header.sops.includes(sop))) return null;
  const empty = new Uint8Array(rows * columns);
  const inOrder = sops.map(sop => b.slices[b.header.sops.indexOf(sop)] ?? empty);
  return { seriesUid, rows, columns, slices: sops, a: { segments: a.header.segments, slices: a.slices }, b: { segments: b.header.segments, slices: inOrder } };
}

export const liverOf = ({ a, b }: Masks): Structure => ({ key: 'liver', a: numbersOf(a, 'liver'), b: numbersOf(b, 'liver') });

const numbersOf = ({ segments }: Side, kind: string): number[] => segments.filter(one => one.kind === kind).map(one => one.number);

/** The segments of a nodule: by tracking UID, else by the number that the report cites. */
export function noduleOf(masks: Masks, key: string, a: Member | null, b: Member | null): Structure {
  return { key, a: a ? segmentsOf(masks.a, a) : [], b: b ? segmentsOf(masks.b, b) : [] };
}

function segmentsOf({ segments }: Side, nodule: Member): number[] {
  const tracked = segments.filter(one => one.tracking_uid !== undefined && one.tracking_uid === nodule.tracking_uid);
  return (tracked.length > 0 ? tracked : segments.filter(one => one.number === nodule.segment_number)).map(one => one.number);
}

/** How many pixels either has of a structure, and how many both; slices without any are left out. */
export function counted(masks: Masks, structure: Structure): SliceCount[] {
  const [isA, isB] = [tableOf(structure.a), tableOf(structure.b)];
  return masks.slices.flatMap((_, index) => {
    const [one, other] = [masks.a.slices[index], masks.b.slices[index]];
    const count: SliceCount = { index, a: 0, b: 0, both: 0 };
    for (let at = 0; at < (one?.length ?? 0); at += 1) {
      const [inA, inB] = [isA[one![at]!]!, isB[other![at]!]!];
      count.a += inA;
      count.b += inB;
      count.both += inA & inB;
    }
    return count.a + count.b > 0 ? [count] : [];
  });
}

/** By the number of a segment: 1 for those that are meant. Masks have millions of voxels. */
function tableOf(numbers: number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const number of numbers) table[number] = 1;
  return table;
}

/** Dice's coefficient, 2 |A ∩ B| / (|A| + |B|); null where neither has anything. */
export function dice(counts: readonly Pick<SliceCount, 'a' | 'b' | 'both'>[]): number | null {
  const sum = (of: 'a' | 'b' | 'both'): number => counts.reduce((total, one) => total + one[of], 0);
  const all = sum('a') + sum('b');
  return all === 0 ? null : (2 * sum('both')) / all;
}

/** The pixels of a structure on one slice, for one of the two. */
export function pixels(side: Side, numbers: number[], index: number): Uint8Array {
  const table = tableOf(numbers);
  return (side.slices[index] ?? new Uint8Array()).map(value => table[value]!);
}
