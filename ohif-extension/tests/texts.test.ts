import { expect, it } from 'vitest';
import { ALL_TEXTS, currentLanguage } from '../src/texts';

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
