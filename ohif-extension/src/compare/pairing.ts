/** Which nodule of one reader is which of the other: by tracking UID, by their masks, else by place and size. */
import type { Json, Member } from '../types/api';

export type How = 'uid' | 'overlap' | 'place';

/** Places in the two lists; null where only one reader has described it. */
export interface Pair {
  a: number | null;
  b: number | null;
  how: How | null;
}

/** How much the outlines of two nodules share, from 0 to 1; 0 where there are none. */
export type Overlap = (a: Member, b: Member) => number;

/** Of two nodules at one place, the smaller one has at least so much of the other's diameter. */
const SIMILAR = 0.5;

/** Every nodule stands in one pair; the order is that of the first reader, then what only the second has. */
export function paired(a: Member[], b: Member[], overlap: Overlap = () => 0): Pair[] {
  const found = new Map<number, { b: number; how: How }>();
  const take = (how: How, score: Overlap): void => {
    for (const { i, j } of ranked(a, b, score)) {
      const isFree = !found.has(i) && ![...found.values()].some(one => one.b === j);
      if (isFree) found.set(i, { b: j, how });
    }
  };
  take('uid', (one, other) => Number(!!one.tracking_uid && one.tracking_uid === other.tracking_uid));
  take('overlap', overlap);
  take('place', likeness);
  const taken = new Set([...found.values()].map(one => one.b));
  const ofA: Pair[] = a.map((_, i) => ({ a: i, b: found.get(i)?.b ?? null, how: found.get(i)?.how ?? null }));
  return [...ofA, ...b.flatMap((_, j) => (taken.has(j) ? [] : [{ a: null, b: j, how: null }]))];
}

/** Pairs with a score, the best first. */
function ranked(a: Member[], b: Member[], score: Overlap): { i: number; j: number; score: number }[] {
  const all = a.flatMap((one, i) => b.map((other, j) => ({ i, j, score: score(one, other) })));
  return all.filter(one => one.score > 0).sort((one, other) => other.score - one.score || one.i - other.i || one.j - other.j);
}

/** Nodules that share a segment of the liver are the more alike the more their diameters are. */
function likeness(one: Member, other: Member): number {
  const segments = setOf(other.location);
  const [small, large] = [Number(one.diameter_mm), Number(other.diameter_mm)].sort((x, y) => x - y);
  if (![...setOf(one.location)].some(segment => segments.has(segment)) || !small || !large) return 0;
  return small / large >= SIMILAR ? small / large : 0;
}

const setOf = (value: Json | undefined): Set<Json> => new Set(Array.isArray(value) ? value : []);
