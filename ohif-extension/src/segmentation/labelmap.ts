/** The labelmap body of the API: uint32 little-endian header length, JSON header, uint8 slices in that order. */

export interface LabelmapSegment {
  number: number;
  label: string;
  kind: 'liver' | 'nodule' | 'other';
  tracking_uid?: string;
}

export interface LabelmapHeader {
  rows: number;
  columns: number;
  sops: string[];
  segments: LabelmapSegment[];
  algorithm?: { name: string; version: string; type: 'MANUAL' | 'SEMIAUTOMATIC' | 'AUTOMATIC' };
  /** SOP Instance UID of the segmentation that was edited: the new one supersedes it. */
  derived_from?: string;
}

export interface Labelmap {
  header: LabelmapHeader;
  slices: Uint8Array[];
}

const LENGTH_BYTES = 4;

export function encode({ header, slices }: Labelmap): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const size = header.rows * header.columns;
  const body = new Uint8Array(LENGTH_BYTES + json.length + size * slices.length);
  new DataView(body.buffer).setUint32(0, json.length, true);
  body.set(json, LENGTH_BYTES);
  slices.forEach((slice, index) => body.set(slice, LENGTH_BYTES + json.length + index * size));
  return body;
}

export function decode(buffer: ArrayBuffer): Labelmap {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, LENGTH_BYTES, length))) as LabelmapHeader;
  const size = header.rows * header.columns;
  const start = LENGTH_BYTES + length;
  if (buffer.byteLength !== start + size * header.sops.length) throw new Error('The labelmap has not the size it says.');
  const slices = header.sops.map((_, index) => new Uint8Array(buffer, start + index * size, size));
  return { header, slices };
}

/** What a slice is called in `sops`: its SOP Instance UID, and of a multi-frame image the frame as well. */
export function sliceName(sopInstanceUid: string, isMultiFrame: boolean, imageId: string): string {
  const frame = /\/frames\/(\d+)/.exec(imageId)?.[1] ?? /[?&]frame=(\d+)/.exec(imageId)?.[1] ?? '1';
  return isMultiFrame ? `${sopInstanceUid}/frames/${frame}` : sopInstanceUid;
}

/** What a segment is, told by its name; the reader names it, the server codes it. */
export function kindOf(label: string): LabelmapSegment['kind'] {
  if (/^\s*(liver|f[ií]gado)/i.test(label)) return 'liver';
  if (/^\s*(nodul|n[óo]dulo|lesion|les[ãa]o|hcc|chc)/i.test(label)) return 'nodule';
  return 'other';
}

export type Color = [red: number, green: number, blue: number, alpha: number];

/** The liver's colour, then those of nodules by their order: identity, not category. The same as in tokens.css. */
const LIVER: Color = [0, 196, 188, 255];
const NODULES: Color[] = [
  [255, 191, 0, 255],
  [252, 108, 162, 255],
  [139, 144, 242, 255],
  [216, 255, 167, 255],
  [255, 90, 38, 255],
  [253, 211, 254, 255],
];

export const colorOf = (place: number): Color => NODULES[place % NODULES.length] ?? LIVER;

/** Colour of each segment by its number: a nodule's is that of its row in the report, others have those that follow. */
export function colorsOf(segments: readonly LabelmapSegment[], nodules: readonly { tracking_uid?: unknown }[]): Map<number, Color> {
  let next = nodules.length;
  return new Map(
    segments.map(one => {
      const row = nodules.findIndex(nodule => one.tracking_uid !== undefined && nodule.tracking_uid === one.tracking_uid);
      return [one.number, one.kind === 'liver' ? LIVER : colorOf(row >= 0 ? row : next++)];
    }),
  );
}
