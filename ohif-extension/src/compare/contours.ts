/** Pixels → paths of an SVG whose unit is the pixel: outlines around them, and the rows of what only one has. */

/** The outline as closed lines along the edges of the pixels; whole lines, so that dashes run on. */
export function outline(pixels: Uint8Array, columns: number): string {
  const edges = edgesOf(pixels, columns);
  const parts: string[] = [];
  for (const start of edges.keys()) {
    const corners: number[] = [];
    for (let at = start, next = take(edges, at); next !== undefined; at = next, next = take(edges, at)) corners.push(at);
    if (corners.length > 0) parts.push(`M${corners.map(corner => point(corner, columns)).join('L')}Z`);
  }
  return parts.join('');
}

const point = (corner: number, columns: number): string => `${corner % (columns + 1)} ${Math.floor(corner / (columns + 1))}`;

/** Corner → the corners that an edge leads to, the pixels always on its right. */
function edgesOf(pixels: Uint8Array, columns: number): Map<number, number[]> {
  const edges = new Map<number, number[]>();
  const wide = columns + 1;
  const has = (row: number, column: number): boolean => column >= 0 && column < columns && pixels[row * columns + column] === 1;
  const add = (from: number, to: number): void => void edges.set(from, [...(edges.get(from) ?? []), to]);
  pixels.forEach((value, at) => {
    if (value !== 1) return;
    const [row, column] = [Math.floor(at / columns), at % columns];
    const corner = row * wide + column;
    if (!has(row - 1, column)) add(corner, corner + 1);
    if (!has(row, column + 1)) add(corner + 1, corner + 1 + wide);
    if (!has(row + 1, column)) add(corner + 1 + wide, corner + wide);
    if (!has(row, column - 1)) add(corner + wide, corner);
  });
  return edges;
}

function take(edges: Map<number, number[]>, from: number): number | undefined {
  const [next, ...others] = edges.get(from) ?? [];
  if (others.length > 0) edges.set(from, others);
  else edges.delete(from);
  return next;
}

/** The pixels that only one of the two has, as a path to fill. */
export function onlyOne(a: Uint8Array, b: Uint8Array, columns: number): string {
  const parts: string[] = [];
  for (let at = 0; at < a.length; at += 1) {
    if (a[at] === b[at]) continue;
    const row = Math.floor(at / columns);
    const start = at;
    while (at + 1 < (row + 1) * columns && a[at + 1] !== b[at + 1]) at += 1;
    parts.push(`M${start - row * columns} ${row}h${at - start + 1}v1h${start - at - 1}z`);
  }
  return parts.join('');
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A square around some pixels with room about them; the whole image where there are none. */
export function around(all: Uint8Array[], rows: number, columns: number): Box {
  let [left, right, top, bottom] = [columns, -1, rows, -1];
  for (const pixels of all) {
    pixels.forEach((value, at) => {
      if (value !== 1) return;
      [left, right] = [Math.min(left, at % columns), Math.max(right, at % columns)];
      [top, bottom] = [Math.min(top, Math.floor(at / columns)), Math.max(bottom, Math.floor(at / columns))];
    });
  }
  if (right < 0) return { left: 0, top: 0, width: columns, height: rows };
  const size = Math.min(Math.max(rows, columns), Math.max(2.5 * Math.max(right - left, bottom - top), Math.max(rows, columns) / 5));
  return { left: (left + right + 1 - size) / 2, top: (top + bottom + 1 - size) / 2, width: size, height: size };
}
