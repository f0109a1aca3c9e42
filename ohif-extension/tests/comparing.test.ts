import { describe, expect, it } from 'vitest';
import { TOLERANCE, agreement, compared, type Part } from '../src/compare/comparing';
import { around, onlyOne, outline } from '../src/compare/contours';
import { counted, dice, liverOf, noduleOf, pixels, together, type Masks } from '../src/compare/masks';
import { paired } from '../src/compare/pairing';
import type { Labelmap, LabelmapSegment } from '../src/segmentation/labelmap';
import type { ItemSchema, Member, Template, TemplateSchema } from '../src/types/api';
import { item, schema as small } from './template';

const number = (unit: string | null): ItemSchema => ({ ...item('number'), type: 'number', 'x-hepatia': { ...item('number')['x-hepatia'], unit } });
const schema: TemplateSchema = {
  ...small,
  properties: {
    liver: { type: 'object', 'x-hepatia': { title: { en: 'Liver', pt: 'Fígado' } }, properties: { contour: item('segmented'), volume_cm3: number('cm3'), nodule_count: number('1') } },
    nodules: {
      type: 'array',
      'x-hepatia': { title: { en: 'Nodules', pt: 'Nódulos' } },
      items: { properties: { tracking_uid: item('hidden'), location: { ...item('liver_map'), type: 'array' }, diameter_mm: number('mm'), capsule: item('segmented') } },
    },
  },
};
const template: Template = { id: 'liver-ct', version: 1, title: '', schema };
const of = (a: object, b: object, mm = TOLERANCE.mm): Part[] => compared(template, a as never, b as never, { ...TOLERANCE, mm });
const differing = (parts: Part[]): string[] => parts.flatMap(part => part.rows.filter(row => !row.agrees).map(row => `${part.group}${part.number ?? ''}.${row.name}`));

describe('the answers of two readers', () => {
  it('agree or differ item by item; what neither has answered is not counted', () => {
    const parts = of({ liver: { contour: 'nodular', nodule_count: 1 } }, { liver: { contour: 'irregular', nodule_count: 1 } });
    expect(differing(parts)).toEqual(['liver.contour']);
    expect(agreement(parts)).toEqual({ agree: 1, of: 2 });
    expect(differing(of({ liver: { contour: 'nodular' } }, {}))).toEqual(['liver.contour']);
  });
  it('agree within a tolerance of lengths and volumes, and tell by how much they differ; counts are exact', () => {
    const one = { liver: { volume_cm3: 1500, nodule_count: 1 }, nodules: [{ tracking_uid: '1', diameter_mm: 32 }] };
    const other = { liver: { volume_cm3: 1430, nodule_count: 2 }, nodules: [{ tracking_uid: '1', diameter_mm: 34.1 }] };
    expect(differing(of(one, other))).toEqual(['liver.nodule_count', 'nodules1.diameter_mm']);
    expect(differing(of(one, other, 3))).toEqual(['liver.nodule_count']);
    const diameter = of(one, other, 3)[1]!.rows[0]!;
    expect([diameter.agrees, diameter.by]).toEqual([true, expect.closeTo(2.1)]);
    expect(differing(of({ liver: { volume_cm3: 1000 } }, { liver: { volume_cm3: 1060 } }))).toEqual(['liver.volume_cm3']);
    expect(differing(of({ nodules: [{ tracking_uid: '1', diameter_mm: 10.1 }] }, { nodules: [{ tracking_uid: '1', diameter_mm: 12.1 }] }))).toEqual([]);
  });
  it('have nodules that only one has described, each a difference', () => {
    const parts = of({ nodules: [{ tracking_uid: '1', diameter_mm: 9, location: ['III'] }] }, { nodules: [] });
    expect(parts.at(-1)).toMatchObject({ number: 1, a: { diameter_mm: 9 }, b: null, rows: [], pair: { how: null } });
    expect(agreement(parts)).toEqual({ agree: 0, of: 1 });
  });
});

describe('nodules are paired', () => {
  const nodule = (tracking_uid: string, diameter_mm: number, ...location: string[]): Member => ({ tracking_uid, diameter_mm, location });
  it('by tracking UID, wherever they stand', () => {
    const found = paired([nodule('1', 10, 'V'), nodule('2', 20, 'V')], [nodule('2', 11, 'V'), nodule('1', 19, 'V')]);
    expect(found).toEqual([{ a: 0, b: 1, how: 'uid' }, { a: 1, b: 0, how: 'uid' }]);
  });
  it('by what their masks share, before place and size, the greatest share first', () => {
    const shares: Record<string, number> = { '1x': 0.2, '1y': 0.7, '2y': 0.3 };
    const overlap = (one: Member, other: Member): number => shares[`${String(one.tracking_uid)}${String(other.tracking_uid)}`] ?? 0;
    const found = paired([nodule('1', 10, 'V'), nodule('2', 10, 'VI')], [nodule('x', 10, 'V'), nodule('y', 10, 'VI')], overlap);
    expect(found).toEqual([{ a: 0, b: 1, how: 'overlap' }, { a: 1, b: null, how: null }, { a: null, b: 0, how: null }]);
  });
  it('by place and size: a shared segment, the most similar diameter first, at least half of it', () => {
    const found = paired([nodule('1', 30, 'VII'), nodule('2', 12, 'VII', 'VIII')], [nodule('x', 13, 'VIII'), nodule('y', 28, 'VII'), nodule('z', 40, 'II')]);
    expect(found).toEqual([{ a: 0, b: 1, how: 'place' }, { a: 1, b: 0, how: 'place' }, { a: null, b: 2, how: null }]);
    expect(paired([nodule('1', 30, 'VII')], [nodule('x', 14, 'VII')])).toEqual([{ a: 0, b: null, how: null }, { a: null, b: 0, how: null }]);
  });
});

const map = (sops: string[], segments: LabelmapSegment[], ...slices: number[][]): Labelmap => ({
  header: { rows: 2, columns: 3, sops, segments },
  slices: slices.map(slice => Uint8Array.from(slice)),
});
const LIVER: LabelmapSegment = { number: 1, label: 'Liver', kind: 'liver' };

describe('the masks of two readers', () => {
  const a = map(['s1', 's2'], [LIVER, { number: 2, label: 'N', kind: 'nodule', tracking_uid: '9' }], [1, 1, 0, 1, 2, 0], [0, 0, 0, 0, 0, 0]);
  const b = map(['s2', 's1'], [{ ...LIVER, number: 4 }, { number: 5, label: 'N', kind: 'nodule' }], [4, 0, 0, 0, 0, 0], [4, 4, 4, 0, 5, 0]);
  const masks = together('1.2', a, b) as Masks;
  it('are laid over each other by the names of their slices, whatever their numbers', () => {
    expect(counted(masks, liverOf(masks))).toEqual([{ index: 0, a: 3, b: 3, both: 2 }, { index: 1, a: 0, b: 1, both: 0 }]);
    expect(dice(counted(masks, liverOf(masks)))).toBeCloseTo(4 / 7);
    expect(dice([])).toBeNull();
  });
  it('have their nodules by tracking UID, or by the segment that the report cites', () => {
    const nodule = noduleOf(masks, 'n', { tracking_uid: '9' }, { tracking_uid: '8', segment_number: 5 });
    expect(dice(counted(masks, nodule))).toBe(1);
    expect([...pixels(masks.b, nodule.b, 0)]).toEqual([0, 0, 0, 0, 1, 0]);
    expect(noduleOf(masks, 'n', null, { segment_number: 7 })).toEqual({ key: 'n', a: [], b: [] });
  });
  it('of another grid or series are not compared', () => {
    expect(together('1.2', a, { ...b, header: { ...b.header, rows: 3 } })).toBeNull();
    expect(together('1.2', a, map(['x', 'y'], [], [], []))).toBeNull();
  });
});

describe('outlines', () => {
  const of3 = (...rows: string[]): Uint8Array => Uint8Array.from([...rows.join('')].map(Number));
  it('run around the pixels in one line, so that dashes run on', () => {
    expect(outline(of3('000', '010', '000'), 3)).toBe('M1 1L2 1L2 2L1 2Z');
    expect(outline(of3('000', '110', '000'), 3)).toBe('M0 1L1 1L2 1L2 2L1 2L0 2Z');
    expect(outline(of3('000', '000', '000'), 3)).toBe('');
  });
  it('are two where pixels do not touch, or where there is a hole', () => {
    expect(outline(of3('101', '000', '000'), 3).match(/M/g)).toHaveLength(2);
    expect(outline(of3('111', '101', '111'), 3).match(/M/g)).toHaveLength(2);
  });
  it('leave rows between them that only one has', () => {
    expect(onlyOne(of3('110', '110', '000'), of3('010', '111', '000'), 3)).toBe('M0 0h1v1h-1zM2 1h1v1h-1z');
    expect(onlyOne(of3('000', '000', '000'), of3('000', '011', '000'), 3)).toBe('M1 1h2v1h-2z');
  });
  it('are shown with room about them, or with the whole image', () => {
    const ten = new Uint8Array(10_000);
    expect(around([ten], 100, 100)).toEqual({ left: 0, top: 0, width: 100, height: 100 });
    ten[50 * 100 + 40] = 1;
    expect(around([ten], 100, 100)).toEqual({ left: 30.5, top: 40.5, width: 20, height: 20 });
  });
});
