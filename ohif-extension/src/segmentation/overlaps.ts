/** Segments that overlap lie in layers; the file has one number for a voxel. Where they meet, the reader says which wins. Pure. */

/** One layer of a mask: its slices, and which segment a value in it stands for. */
export interface Layer {
  slices: ArrayLike<number>[];
  segmentOf: (value: number) => number;
}

export interface Overlap {
  segments: [number, number];
  voxels: number;
}

export interface Merged {
  slices: Uint8Array[];
  /** Pairs that meet and of which nobody said which wins. */
  open: Overlap[];
}

/** One mask out of its layers. Of two segments that meet, the one that stands first in `winners` has the voxel. */
export function merged(layers: readonly Layer[], winners: readonly number[] = []): Merged {
  const [only] = layers;
  if (only && layers.length === 1) return { slices: only.slices.map(one => Uint8Array.from(one)), open: [] };
  const size = layers[0]?.slices[0]?.length ?? 0;
  const slices = (layers[0]?.slices ?? []).map(() => new Uint8Array(size));
  const open = new Map<string, Overlap>();
  const rank = (number: number): number => (winners.includes(number) ? winners.indexOf(number) : Infinity);
  for (const { slices: drawn, segmentOf } of layers)
    drawn.forEach((pixels, place) => {
      const target = slices[place];
      for (let at = 0; target && at < pixels.length; at++) {
        const value = pixels[at];
        if (!value) continue;
        const [number, before] = [segmentOf(value), target[at] ?? 0];
        if (before && before !== number && rank(number) === rank(before)) count(open, before, number);
        if (!before || rank(number) < rank(before)) target[at] = number;
      }
    });
  return { slices, open: [...open.values()].sort((a, b) => b.voxels - a.voxels) };
}

function count(open: Map<string, Overlap>, a: number, b: number): void {
  const segments: [number, number] = a < b ? [a, b] : [b, a];
  const key = segments.join();
  open.set(key, { segments, voxels: (open.get(key)?.voxels ?? 0) + 1 });
}
