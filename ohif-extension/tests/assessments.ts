/** What the server says of a nodule, for the tests of the card. */
import type { Lirads } from '../src/types/api';

export const assessment = (change: Partial<Lirads> = {}): Lirads => ({
  category: 'LR-5',
  title: 'Definitely HCC',
  response: null,
  management: 'Discuss it.',
  explanation: ['LI-RADS v2018', 'Not benign', 'Row one: LR-5'],
  version: 'LI-RADS v2018',
  reference: 'Core, p. 14',
  steps: [
    { step: 'version', text: { en: 'LI-RADS v2018', pt: 'LI-RADS v2018' }, outcome: 'passed' },
    { step: 'image', text: { en: 'Not benign', pt: 'Não benigno' }, outcome: 'passed' },
    { step: 'row', text: { en: 'Row one: LR-5', pt: 'Linha um: LR-5' }, outcome: 'LR-5' },
  ],
  table: {
    columns: ['< 20', '≥ 20', '< 10', '10–19', '≥ 20'].map((short, at) => ({
      title: `column ${at}`,
      short,
      categories: ['LR-3', 'LR-4/5', 'LR-5'],
    })),
    rows: ['none', 'one', 'two or more'],
    column: 4,
    row: 1,
  },
  needs: [],
  missing: [],
  possible: [],
  reason_needed: false,
  ...change,
});
