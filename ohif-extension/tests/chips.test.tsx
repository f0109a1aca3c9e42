import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { YES_NO, item, show, text } from './form';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const DIAGNOSES: Record<string, [string, string]> = { healthy: ['Healthy', 'Saudável'], hepatitis_b: ['Hepatitis B', 'Hepatite B'], hepatitis_c: ['Hepatitis C', 'Hepatite C'], alcohol: ['Alcohol', 'Álcool'] };
const diagnosis = item('chips', 'array', DIAGNOSES, { title: text('Diagnosis'), alone: ['healthy'] });
const box = (name: string): HTMLElement => screen.getByRole('checkbox', { name });

describe('chips', () => {
  it('let a value stand alone, and offer what it drove out', async () => {
    const { user, answered } = show({ diagnosis });
    await user.click(box('Hepatitis C'));
    await user.click(box('Alcohol'));
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
    await user.click(box('Healthy'));
    expect(answered('diagnosis')).toEqual(['healthy']);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(answered('diagnosis')).toEqual(['hepatitis_c', 'alcohol']);
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });
  it('offer it for six seconds', () => {
    vi.useFakeTimers();
    show({ diagnosis }, { answers: { group: { diagnosis: ['alcohol'] } } });
    fireEvent.click(box('Healthy'));
    act(() => vi.advanceTimersByTime(5900));
    expect(screen.getByRole('button', { name: 'Undo' })).toBeTruthy();
    act(() => vi.advanceTimersByTime(200));
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });
  it('are one stop for Tab, with arrows, Space and letters between', async () => {
    const { user, answered } = show({ diagnosis, other: item('segmented', 'string', YES_NO) });
    await user.tab();
    expect(document.activeElement).toBe(box('Healthy'));
    await user.keyboard('{ArrowRight}{ArrowRight} ');
    expect(answered('diagnosis')).toEqual(['hepatitis_c']);
    await user.keyboard('a');
    expect(answered('diagnosis')).toEqual(['hepatitis_c', 'alcohol']);
    expect(document.activeElement).toBe(box('Alcohol'));
    await user.tab();
    expect(document.activeElement?.getAttribute('type')).toBe('radio');
  });
  it('find letters without their accents', async () => {
    const { user, answered } = show({ diagnosis }, { language: 'pt' });
    await user.tab();
    await user.keyboard('a');
    expect(answered('diagnosis')).toEqual(['alcohol']);
  });
});

describe('“Rest No”', () => {
  const signs = { ascites: item('segmented', 'string', YES_NO), thrombosis: item('segmented', 'string', YES_NO), spleen: item('segmented', 'string', YES_NO) };
  it('fills what is unanswered, and takes back what it filled', async () => {
    const { user, answered } = show(signs, { answers: { group: { ascites: 'yes' } } });
    await user.click(screen.getByRole('button', { name: 'Rest “No”' }));
    expect(['ascites', 'thrombosis', 'spleen'].map(answered)).toEqual(['yes', 'no', 'no']);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(['ascites', 'thrombosis', 'spleen'].map(answered)).toEqual(['yes', undefined, undefined]);
  });
  it('leaves alone what was changed since', async () => {
    const { user, answered } = show(signs);
    await user.click(screen.getByRole('button', { name: 'Rest “No”' }));
    await user.click(screen.getAllByRole('radio', { name: 'Yes' })[0] as HTMLElement);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(['ascites', 'thrombosis', 'spleen'].map(answered)).toEqual(['yes', undefined, undefined]);
  });
  it('is not offered for one question, for who reads only, or when all is answered', () => {
    show({ cirrhosis: item('segmented', 'string', YES_NO) });
    expect(screen.queryByRole('button')).toBeNull();
    cleanup();
    show(signs, { role: 'scientist' });
    expect(screen.queryByRole('button')).toBeNull();
    cleanup();
    show(signs, { answers: { group: { ascites: 'no', thrombosis: 'no', spleen: 'no' } } });
    expect(screen.queryByRole('button')).toBeNull();
  });
});
