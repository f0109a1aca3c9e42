import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SurroundingsProvider, surroundings } from '../src/context';
import { count, sections } from '../src/form/model';
import { Measured } from '../src/panels/Measured';
import * as store from '../src/store';
import type { Answers, ItemSchema, Language, ReportInfo, Template, Text } from '../src/types/api';
import type { Ohif } from '../src/types/ohif';
import { item, schema } from './template';

const text = (en: string, pt: string): Text => ({ en, pt });

function measured(quantity: string, title: Text, unit: string, decimals: number, phase: string | null = null): ItemSchema {
  const plain = item('measured');
  const hints = { ...plain['x-hepatia'], title, short: phase ? title : null, unit, unit_label: text(unit, unit) };
  return { type: 'number', 'x-hepatia': { ...hints, section: 'masks', decimals, measured: quantity, phase } };
}

const nodules = {
  lirads: item('badges', true),
  volume_cm3: measured('volume_cm3', text('Volume', 'Volume'), 'cm3', 2),
  hu_mean_arterial: measured('hu_mean', text('Mean', 'Média'), 'HU', 0, 'arterial'),
  hu_mean_equilibrium: measured('hu_mean', text('Mean', 'Média'), 'HU', 0, 'equilibrium'),
  ratio_equilibrium: measured('liver_lesion_ratio', text('Liver/lesion', 'Fígado/lesão'), '%', 1, 'equilibrium'),
};
const short = (en: string): { short: Text; detail: null } => ({ short: text(en, en), detail: null });
const template = {
  id: 'liver-ct',
  version: 3,
  title: 'Liver CT',
  schema: {
    properties: { ...schema.properties, nodules: { type: 'array', 'x-hepatia': { title: text('Nodules', 'Nódulos') }, items: { properties: nodules } } },
    'x-hepatia': {
      ...schema['x-hepatia'],
      sections: { masks: text('Measured on the masks', 'Medido nas máscaras') },
      phases: {
        arterial: { ...text('arterial phase', 'fase arterial'), ...short('ART') },
        equilibrium: { ...text('equilibrium phase', 'fase de equilíbrio'), ...short('EQ') },
      },
    },
  },
} as Template;

const SAVED: Answers = {
  nodules: [
    { tracking_uid: '2.25.1', volume_cm3: 17.111, hu_mean_arterial: 96.4, ratio_equilibrium: 120.925 },
    { tracking_uid: '2.25.2', lirads: 'LR-3' },
  ],
};

let root: Root;
let place: HTMLElement;

function show(trackingUid: string | undefined, language: Language = 'en', answers: Answers | null = SAVED): void {
  store.set({ report: answers ? ({ answers } as ReportInfo) : null });
  const around = surroundings(language, 'radiologist', {} as Ohif);
  const panel = <Measured template={template} group="nodules" trackingUid={trackingUid} />;
  flushSync(() => root.render(<SurroundingsProvider value={around}>{panel}</SurroundingsProvider>));
}

const cells = (): string[][] => [...place.querySelectorAll('tr')].map(row => [...row.children].map(cell => cell.textContent ?? ''));

beforeEach(() => {
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});
afterEach(() => {
  root.unmount();
  place.remove();
});

describe('what was measured on the masks', () => {
  it('stands with its unit, and by phase in a table', () => {
    show('2.25.1');
    expect(place.textContent).toContain('Measured on the masks');
    expect(place.querySelector('[data-path="nodules.volume_cm3"] .num')?.textContent).toBe('17.11 cm³');
    expect(cells()).toEqual([
      ['', 'ART', 'EQ'],
      ['Mean (HU)', '96', '–'],
      ['Liver/lesion (%)', '–', '120.9'],
    ]);
  });

  it('is said in Portuguese, with decimal commas', () => {
    show('2.25.1', 'pt');
    expect(place.textContent).toContain('Medido nas máscaras');
    expect(place.querySelector('[data-path="nodules.volume_cm3"] .num')?.textContent).toBe('17,11 cm³');
    expect(cells()[2]).toEqual(['Fígado/lesão (%)', '–', '120,9']);
  });

  it('cannot be typed into', () => {
    show('2.25.1');
    expect(place.querySelector('input, select, textarea, button')).toBeNull();
  });

  it.each([['2.25.2', SAVED], ['2.25.9', SAVED], [undefined, SAVED], ['2.25.1', null]])('takes no place without values (%s)', (uid, answers) => {
    show(uid, 'en', answers);
    expect(place.innerHTML).toBe('');
  });

  it('is no part of the form, and no answer that is missing', () => {
    const group = template.schema.properties.nodules;
    expect(group && sections(group).flatMap(one => one.items.map(two => two.name))).toEqual(['lirads']);
    expect(count(template.schema, { nodules: [{ lirads: 'LR-3' }] }, ['nodules'])).toEqual({ required: 1, answered: 1 });
  });
});
