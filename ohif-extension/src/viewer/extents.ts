/** Where the segments of a mask lie: slices, and the middle of each one's largest slice. */

export interface Extent {
  first: number;
  last: number;
  voxels: number;
  /** The slice with the largest area, and the middle of the segment there. */
  slice: number;
  row: number;
  column: number;
}

interface Sum {
  count: number;
  rows: number;
  columns: number;
}

/** Extents by segment number; slices in the order of the images. */
export function extentsOf(slices: ArrayLike<number>[], columns: number): Map<number, Extent> {
  const extents = new Map<number, Extent>();
  const largest = new Map<number, number>();
  slices.forEach((pixels, slice) => {
    for (const [number, sum] of sums(pixels, columns)) {
      const before = extents.get(number);
      const isLargest = sum.count > (largest.get(number) ?? 0);
      if (isLargest) largest.set(number, sum.count);
      const middle = isLargest || !before ? { slice, row: sum.rows / sum.count, column: sum.columns / sum.count } : { slice: before.slice, row: before.row, column: before.column };
      extents.set(number, { first: before?.first ?? slice, last: slice, voxels: (before?.voxels ?? 0) + sum.count, ...middle });
    }
  });
  return extents;
}

function sums(pixels: ArrayLike<number>, columns: number): Map<number, Sum> {
  const found = new Map<number, Sum>();
  for (let index = 0; index < pixels.length; index++) {
    const number = pixels[index];
    if (!number) continue;
    const sum = found.get(number) ?? { count: 0, rows: 0, columns: 0 };
    if (sum.count === 0) found.set(number, sum);
    sum.count++;
    sum.rows += Math.floor(index / columns);
    sum.columns += index % columns;
  }
  return found;
}
