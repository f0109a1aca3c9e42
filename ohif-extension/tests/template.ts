import type { ItemSchema, TemplateSchema, Text } from '../src/types/api';

const text = (en: string): Text => ({ en, pt: en });

export function item(control: string, required = false, values: string[] = []): ItemSchema {
  return {
    type: 'string',
    'x-hepatia': {
      title: text('Item'),
      short: null,
      help: null,
      control,
      section: 'clinical',
      required,
      unit: null,
      unit_label: null,
      values: Object.fromEntries(values.map(name => [name, { ...text(name), short: null, detail: null }])),
      alone: [],
      decimals: null,
    },
  };
}

export const schema: TemplateSchema = {
  properties: {
    patient: {
      type: 'object',
      'x-hepatia': { title: text('Patient') },
      properties: {
        baseline: { ...item('chips', true, ['healthy', 'hepatitis_c']), type: 'array' },
        cirrhosis: item('segmented', true, ['yes', 'no']),
        afp: { ...item('number'), type: 'number' },
        secret: item('hidden'),
      },
    },
    nodules: {
      type: 'array',
      'x-hepatia': { title: text('Nodules') },
      items: { properties: { lirads: item('badges', true, ['LR-3', 'LR-5']) } },
    },
  },
  'x-hepatia': {
    tabs: [
      { name: 'patient', title: text('Patient'), groups: ['patient'] },
      { name: 'nodules', title: text('Nodules'), groups: ['nodules'] },
    ],
    sections: { clinical: text('Clinical') },
  },
};
