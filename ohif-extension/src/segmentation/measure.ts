/** Volume, long axis and largest slice of segments, as the server measures them (seg/axes.py): pure. */

export type Point = readonly [x: number, y: number];

/** The long axis of a segment in one slice: columns and rows, (0, 0) the corner of the first pixel. */
export interface Line {
  mm: number;
  points: [column: number, row: number, toColumn: number, toRow: number];
}

export interface InSlice {
  voxels: number;
  line: Line;
}

export interface Measured {
  voxels: number;
  /** The slice where it is largest, by its place among the slices. */
  largest: number;
  line: Line;
  lineSlice: number;
}

export interface Spacing {
  rowMm: number;
  columnMm: number;
}

/** First and last pixel of a segment in each row. */
type Rows = Map<number, { first: number; last: number }>;

/** What there is of each segment in a slice; runs of equal voxels are taken at once. */
export function measureSlice(pixels: ArrayLike<number>, columns: number, spacing: Spacing): Map<number, InSlice> {
  const found = new Map<number, { voxels: number; rows: Rows }>();
  for (let row = 0, start = 0; start < pixels.length; row++, start += columns) {
    for (let from = 0; from < columns; ) {
      const number = pixels[start + from] ?? 0;
      let to = from + 1;
      while (to < columns && pixels[start + to] === number) to++;
      if (number) addRun(found, number, row, from, to);
      from = to;
    }
  }
  return new Map([...found].map(([number, { voxels, rows }]) => [number, { voxels, line: longAxis(rows, spacing) }]));
}

function addRun(found: Map<number, { voxels: number; rows: Rows }>, number: number, row: number, from: number, to: number): void {
  const one = found.get(number) ?? { voxels: 0, rows: new Map() };
  const extent = one.rows.get(row);
  one.rows.set(row, { first: extent?.first ?? from, last: to - 1 });
  found.set(number, { voxels: one.voxels + to - from, rows: one.rows });
}

/** A number that tells slices apart (FNV-1a, four voxels at a time where they lie so). */
export function fingerprint(pixels: ArrayLike<number>): number {
  const words = inWords(pixels);
  let hash = 0x811c9dc5;
  for (let at = 0; at < words.length; at++) hash = Math.imul(hash ^ (words[at] ?? 0), 0x01000193);
  return hash >>> 0;
}

function inWords(pixels: ArrayLike<number>): ArrayLike<number> {
  const isAligned = pixels instanceof Uint8Array && pixels.byteOffset % 4 === 0 && pixels.byteLength % 4 === 0;
  return isAligned ? new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.byteLength / 4) : pixels;
}

/** The whole of each segment, of what there is in its slices. */
export function summed(slices: readonly (Map<number, InSlice> | undefined)[]): Map<number, Measured> {
  const all = new Map<number, Measured & { most: number }>();
  slices.forEach((slice, place) => {
    for (const [number, { voxels, line }] of slice ?? []) {
      const one = all.get(number) ?? { voxels: 0, largest: place, most: 0, line, lineSlice: place };
      const isLonger = line.mm > one.line.mm;
      all.set(number, {
        voxels: one.voxels + voxels,
        ...(voxels > one.most ? { largest: place, most: voxels } : { largest: one.largest, most: one.most }),
        ...(isLonger ? { line, lineSlice: place } : { line: one.line, lineSlice: one.lineSlice }),
      });
    }
  });
  return all;
}

/** The longest distance between two points of the outline, which goes through the middles of the outer edges of pixels. */
function longAxis(rows: Rows, { rowMm, columnMm }: Spacing): Line {
  const outline: Point[] = [];
  for (const [row, { first, last }] of rows)
    for (const column of [first, last])
      for (const [right, down] of [[0.5, 0], [-0.5, 0], [0, 0.5], [0, -0.5]] as const)
        outline.push([(column + right) * columnMm, (row + down) * rowMm]);
  const [from, to] = farthest(hull(outline));
  const place = ([x, y]: Point): [number, number] => [x / columnMm + 0.5, y / rowMm + 0.5];
  return { mm: Math.hypot(to[0] - from[0], to[1] - from[1]), points: [...place(from), ...place(to)] };
}

function farthest(corners: Point[]): [Point, Point] {
  let best: [Point, Point] = [corners[0] ?? [0, 0], corners[0] ?? [0, 0]];
  let most = -1;
  corners.forEach((a, index) => {
    for (const b of corners.slice(index + 1)) {
      const distance = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (distance > most) [most, best] = [distance, [a, b]];
    }
  });
  return best;
}

/** The convex hull (Andrew's monotone chain). */
export function hull(points: Point[]): Point[] {
  const ordered = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return [...chain(ordered).slice(0, -1), ...chain(ordered.reverse()).slice(0, -1)];
}

function chain(ordered: Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of ordered) {
    while (kept.length > 1 && turn(kept[kept.length - 2] as Point, kept[kept.length - 1] as Point, point) <= 0) kept.pop();
    kept.push(point);
  }
  return kept;
}

const turn = (a: Point, b: Point, c: Point): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
