import { describe, expect, it } from 'vitest';
import { differences, inWords, memberInWords } from '../src/differences';
import type { ItemSchema, Template, TemplateSchema } from '../src/types/api';
import { item, schema as small } from './template';

const number = (unit: string): ItemSchema => ({ ...item('number'), type: 'number', 'x-hepatia': { ...item('number')['x-hepatia'], unit, unit_label: { en: unit, pt: unit } } });
const worded = (control: string, values: Record<string, [string, string]>): ItemSchema => {
  const plain = item(control);
  const hints = Object.fromEntries(Object.entries(values).map(([key, [en, pt]]) => [key, { en, pt, short: null, detail: null }]));
  return { ...plain, 'x-hepatia': { ...plain['x-hepatia'], title: { en: `The ${control}`, pt: `O ${control}` }, values: hints } };
};

const schema: TemplateSchema = {
  ...small,
  properties: {
    ...small.properties,
    nodules: {
      type: 'array',
      'x-hepatia': { title: { en: 'Nodules', pt: 'Nódulos' } },
      items: {
        properties: {
          tracking_uid: item('hidden'),
          location: { ...worded('liver_map', {}), type: 'array' },
          diameter_mm: number('mm'),
          capsule: worded('segmented', { present: ['Present', 'Presente'], absent: ['Absent', 'Ausente'] }),
          volume_cm3: { ...number('cm3'), 'x-hepatia': { ...number('cm3')['x-hepatia'], control: 'measured' } },
          lirads: worded('badges', {}),
        },
      },
    },
  },
};
const template: Template = { id: 'liver-ct', version: 1, title: 'Liver CT', schema };
const paths = (before: object, after: object): string[] => differences(template, before as never, after as never).map(one => one.path);

describe('the differences between two versions', () => {
  it('are those of their items, in the order of the template', () => {
    const before = { nodules: [], patient: { afp: 3, cirrhosis: 'no' } };
    const after = { patient: { cirrhosis: 'yes', baseline: ['healthy'] } };
    expect(differences(template, before, after).map(({ path, before: old, after: now }) => [path, old, now])).toEqual([
      ['patient.baseline', undefined, ['healthy']],
      ['patient.cirrhosis', 'no', 'yes'],
      ['patient.afp', 3, undefined],
    ]);
  });
  it('are none between nothing and an empty set, nor between sets in another order', () => {
    expect(paths({ patient: { baseline: [] } }, {})).toEqual([]);
    expect(paths({ patient: { baseline: ['healthy', 'hepatitis_c'] } }, { patient: { baseline: ['hepatitis_c', 'healthy'] } })).toEqual([]);
  });
  it('match nodules by tracking UID, wherever they stand', () => {
    const before = { nodules: [{ tracking_uid: '1', diameter_mm: 10 }, { tracking_uid: '2', diameter_mm: 20 }] };
    const after = { nodules: [{ tracking_uid: '2', diameter_mm: 21 }, { tracking_uid: '1', diameter_mm: 10 }] };
    expect(differences(template, before, after)).toMatchObject([{ path: 'nodules.0.diameter_mm', member: 1, before: 20, after: 21 }]);
  });
  it('tell nodules that came and went, as wholes', () => {
    const before = { nodules: [{ tracking_uid: '1', diameter_mm: 10 }] };
    const after = { nodules: [{ tracking_uid: '2', diameter_mm: 20 }] };
    expect(differences(template, before, after)).toMatchObject([
      { path: 'nodules.0', item: null, before: undefined, after: { diameter_mm: 20 } },
      { path: 'nodules.0', item: null, before: { diameter_mm: 10 }, after: undefined },
    ]);
  });
  it('match a nodule that had no tracking UID yet with the one that the server gave it', () => {
    const before = { nodules: [{ tracking_uid: '1' }, { diameter_mm: 9 }] };
    const after = { nodules: [{ tracking_uid: '1' }, { tracking_uid: '7', diameter_mm: 8 }] };
    expect(paths(before, after)).toEqual(['nodules.1.diameter_mm']);
  });
  it('leave out what nobody answers: identity, and what the server measures', () => {
    const before = { nodules: [{ tracking_uid: '1', volume_cm3: 3 }], patient: { secret: 'a' } };
    expect(paths(before, { nodules: [{ tracking_uid: '1' }], patient: { secret: 'b' } })).toEqual([]);
  });
});

describe('an answer in words', () => {
  const items = schema.properties.nodules?.items?.properties ?? {};
  it('is the template’s, in the language', () => {
    const capsule = items.capsule as ItemSchema;
    expect([inWords(capsule, 'present', 'en'), inWords(capsule, 'present', 'pt'), inWords(capsule, undefined, 'pt')]).toEqual(['Present', 'Presente', '–']);
    expect(inWords(capsule, '99HEPATIA|X|Of a later version', 'en')).toBe('99HEPATIA|X|Of a later version');
  });
  it('has its unit and the decimal sign of the language', () => {
    expect([inWords(number('mm'), 32.5, 'en'), inWords(number('mm'), 32.5, 'pt')]).toEqual(['32.5 mm', '32,5 mm']);
  });
  it('of a whole nodule is what tells it from others', () => {
    const group = schema.properties.nodules;
    if (!group) throw new Error('no group');
    expect(memberInWords(group, { lirads: 'LR-4', location: ['V', 'VI'], diameter_mm: 14.2, capsule: 'present' }, 'pt')).toBe('14,2 mm · V, VI · LR-4');
    expect(memberInWords(group, {}, 'pt')).toBe('–');
  });
});
