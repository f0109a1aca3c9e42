import { describe, expect, it } from 'vitest';
import { colorOf, colorsOf, decode, encode, kindOf, type Labelmap } from '../src/segmentation/labelmap';

const labelmap: Labelmap = {
  header: { rows: 2, columns: 3, sops: ['1.2', '1.3'], segments: [{ number: 1, label: 'Fígado', kind: 'liver', tracking_uid: '2.25.1' }] },
  slices: [Uint8Array.of(0, 1, 0, 1, 1, 0), Uint8Array.of(0, 0, 0, 0, 0, 255)],
};

describe('the labelmap body', () => {
  it('begins with the length of its header, little-endian', () => {
    const body = encode(labelmap);
    const length = new DataView(body.buffer).getUint32(0, true);
    expect(body.length).toBe(4 + length + 12);
    expect(JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + length)))).toEqual(labelmap.header);
  });
  it('comes back as it was', () => {
    const back = decode(encode(labelmap).buffer);
    expect(back.header).toEqual(labelmap.header);
    expect(back.slices.map(slice => [...slice])).toEqual(labelmap.slices.map(slice => [...slice]));
  });
  it('is refused when cut off', () => {
    expect(() => decode(encode(labelmap).buffer.slice(0, -1))).toThrow('size');
  });
});

describe('kindOf', () => {
  it.each([
    ['Liver', 'liver'],
    ['fígado 2', 'liver'],
    ['Nodule 1', 'nodule'],
    ['Nódulo 3', 'nodule'],
    ['HCC', 'nodule'],
    ['Spleen', 'other'],
  ])('%s is %s', (label, kind) => expect(kindOf(label)).toBe(kind));
});

it('colours nodules by their row in the report, others after them, the liver apart', () => {
  const nodule = (number: number, tracking_uid?: string) => ({ number, label: '', kind: 'nodule' as const, ...(tracking_uid ? { tracking_uid } : {}) });
  const rows = [{ tracking_uid: '1.1' }, { tracking_uid: '1.2' }];
  const colors = colorsOf([{ number: 1, label: 'Liver', kind: 'liver' }, nodule(2, '1.2'), nodule(3, '1.1'), nodule(4)], rows);
  expect(new Set([...colors.values()].map(String)).size).toBe(4);
  expect([colors.get(3), colors.get(2), colors.get(4)]).toEqual([colorOf(0), colorOf(1), colorOf(2)]);
});
