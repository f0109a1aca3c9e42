import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { currentLanguage, useLanguage } from '../src/language';
import { LanguageSwitch } from '../src/pages/LanguageSwitch';

const Shown = (): ReactElement => <p data-testid="shown">{useLanguage()}</p>;
const shown = (): string | null => screen.getByTestId('shown').textContent;

beforeEach(() => window.localStorage.clear());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('the language', () => {
  it.each([['pt-BR', 'pt'], ['pt', 'pt'], ['en-US', 'en'], ['de', 'en']])('of OHIF %s is %s here', (kept, expected) => {
    window.localStorage.setItem('i18nextLng', kept);
    expect(currentLanguage()).toBe(expected);
  });
  it('follows when the reader changes it in OHIF, and the document says it', () => {
    vi.useFakeTimers();
    window.localStorage.setItem('i18nextLng', 'en-US');
    render(<Shown />);
    expect(shown()).toBe('en');
    window.localStorage.setItem('i18nextLng', 'pt-BR');
    act(() => vi.advanceTimersByTime(500));
    expect(shown()).toBe('pt');
    expect(document.documentElement.lang).toBe('pt-BR');
  });
  it('is not looked at any more when nobody shows it', () => {
    vi.useFakeTimers();
    const { unmount } = render(<Shown />);
    expect(vi.getTimerCount()).toBe(1);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the switch', () => {
  it('changes it here and for OHIF, and says which is on', async () => {
    window.localStorage.setItem('i18nextLng', 'en-US');
    render(<><LanguageSwitch /><Shown /></>);
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: 'Português' }));
    expect(shown()).toBe('pt');
    expect(window.localStorage.getItem('i18nextLng')).toBe('pt-BR');
    expect(document.cookie).toContain('i18next=pt-BR');
    expect(document.documentElement.lang).toBe('pt-BR');
    expect(screen.getByRole('button', { name: 'Português' }).getAttribute('aria-pressed')).toBe('true');
    expect(screen.getByRole('button', { name: 'English' }).getAttribute('aria-pressed')).toBe('false');
  });
});
