import { expect, it } from 'vitest';
import { ALL_TEXTS, currentLanguage } from '../src/texts';
import { FORM } from '../src/words/form';
import { LAYOUTS } from '../src/words/layouts';
import { MASKS } from '../src/words/masks';
import { PANEL } from '../src/words/panel';
import { REPORTS } from '../src/words/reports';

it('has every text in both languages', () => {
  for (const [key, text] of Object.entries(ALL_TEXTS)) {
    expect(text.en, key).toMatch(/\S/);
    expect(text.pt, key).toMatch(/\S/);
  }
});

it('follows the language of OHIF', () => {
  window.localStorage.setItem('i18nextLng', 'pt-BR');
  expect(currentLanguage()).toBe('pt');
  window.localStorage.setItem('i18nextLng', 'en-US');
  expect(currentLanguage()).toBe('en');
});

it('has no key in two of its parts: the one would silently stand for the other', () => {
  const keys = [PANEL, FORM, LAYOUTS, MASKS, REPORTS].flatMap(part => Object.keys(part));
  expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
});
