import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currentLanguage, useLanguage } from '../src/language';
import { LanguageSwitch } from '../src/pages/LanguageSwitch';

const Shown = (): ReactElement => <p data-testid="shown">{useLanguage()}</p>;
const Switched = (): ReactElement => (
  <>
    <LanguageSwitch language={useLanguage()} />
    <Shown />
  </>
);
const shown = (): string | null => screen.getByTestId('shown').textContent;

beforeEach(() => window.localStorage.clear());
afterEach(cleanup);

describe('the language', () => {
  it.each([['pt-BR', 'pt'], ['pt', 'pt'], ['en-US', 'en'], ['de', 'en']])('of OHIF %s is %s here', (kept, expected) => {
    window.localStorage.setItem('i18nextLng', kept);
    expect(currentLanguage()).toBe(expected);
  });
  it('is the document’s, and follows when the reader changes it in another tab', () => {
    window.localStorage.setItem('i18nextLng', 'en-US');
    render(<Shown />);
    expect([shown(), document.documentElement.lang]).toEqual(['en', 'en-US']);
    window.localStorage.setItem('i18nextLng', 'pt-BR');
    act(() => void window.dispatchEvent(new StorageEvent('storage', { key: 'i18nextLng' })));
    expect([shown(), document.documentElement.lang]).toEqual(['pt', 'pt-BR']);
  });
});

describe('the switch', () => {
  it('changes it here and for OHIF, and says which is on', async () => {
    window.localStorage.setItem('i18nextLng', 'en-US');
    render(<Switched />);
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: 'PT, Português' }));
    expect(shown()).toBe('pt');
    expect(window.localStorage.getItem('i18nextLng')).toBe('pt-BR');
    expect(document.cookie).toContain('i18next=pt-BR');
    expect(document.documentElement.lang).toBe('pt-BR');
    expect(screen.getByRole('button', { name: 'PT, Português' }).getAttribute('aria-pressed')).toBe('true');
    expect(screen.getByRole('button', { name: 'EN, English' }).getAttribute('aria-pressed')).toBe('false');
  });
});
