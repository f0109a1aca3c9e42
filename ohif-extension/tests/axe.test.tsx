import { cleanup } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';
import { SEGMENTS } from '../src/form/liver';
import type { Language } from '../src/types/api';
import { YES_NO, item, show, text } from './form';

afterEach(cleanup);

const CONTROLS = {
  segmented: item('segmented', 'string', YES_NO, { title: text('Segments'), help: text('Help') }),
  tiles: item('tiles', 'string', YES_NO, { title: text('Tiles') }),
  chips: item('chips', 'array', YES_NO, { title: text('Chips') }),
  lookup: item('lookup', 'array', YES_NO, { title: text('Lookup'), required: false }),
  number: item('number', 'number', {}, { title: text('Number'), unit: 'mm', short: text('N.') }, { maximum: 9 }),
  text: item('text', 'string', {}, { title: text('Text') }),
  badges: item('badges', 'string', { 'LR-5': ['LR-5', 'LR-5'] }, { title: text('Badges') }),
  map: item('liver_map', 'array', Object.fromEntries(SEGMENTS.map(one => [one.name, [one.name, one.name]])), { title: text('Map') }),
};

/** What a browser's layout is needed for is judged in a browser (tests/browser/test_accessibility.py). */
const violations = async (place: Element) => (await axe.run(place, { rules: { 'color-contrast': { enabled: false } } })).violations.map(one => `${one.id}: ${one.nodes[0]?.html ?? ''}`);

// It looks at every element; a busy machine needs its time.
describe('every control', { timeout: 60_000 }, () => {
  it.each([
    ['en', 'radiologist', {}],
    ['pt', 'radiologist', { lookup: ['yes'], number: 12, map: ['VII'], chips: ['no'], segmented: 'yes', badges: 'LR-5' }],
    ['en', 'scientist', { lookup: ['yes'], number: 7, map: ['VII'], text: 'Words' }],
  ] as [Language, string, Record<string, never>][])('in %s for a %s has no violation', async (language, role, group) => {
    const { container } = show(CONTROLS, { language, role, answers: { group } });
    expect(await violations(container)).toEqual([]);
  });
  it('nor has an open lookup', async () => {
    const { container, user, getByRole } = show(CONTROLS);
    await user.type(getByRole('combobox'), 'y');
    expect(await violations(container)).toEqual([]);
  });
});
