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

/** What a segment is, told by its name; the reader names it, the server codes it. */
export function kindOf(label: string): LabelmapSegment['kind'] {
  if (/^\s*(liver|f[ií]gado)/i.test(label)) return 'liver';
  if (/^\s*(nodul|n[óo]dulo|lesion|les[ãa]o|hcc|chc)/i.test(label)) return 'nodule';
  return 'other';
}
