import { cleanup, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { item, show, text } from './form';

afterEach(cleanup);

const history = item(
  'lookup', 'array',
  { diabetes: ['Diabetes', 'Diabetes'], prior_hcc: ['Prior HCC', 'CHC prévio'], prior_treatment: ['Prior locoregional treatment', 'Tratamento locorregional prévio'], hiv: ['HIV infection', 'Infecção por HIV'] },
  { title: text('Disease history', 'Antecedentes'), required: false },
);
const values = history['x-hepatia'].values;
Object.assign(values.prior_treatment ?? {}, { synonyms: ['TACE', 'HCC treatment'], code: 'PRIOR_LRT' });
Object.assign(values.diabetes ?? {}, { synonyms: ['DM'], code: '73211009' });

const input = (): HTMLElement => screen.getByRole('combobox', { name: /Disease history|Antecedentes/ });
const offered = (): (string | null)[] => screen.queryAllByRole('option').map(one => one.textContent);

describe('a lookup', () => {
  it.each([
    ['hcc', ['Prior HCCEnter', 'Prior locoregional treatmentHCC treatment']],
    ['tace', ['Prior locoregional treatmentTACE']],
    ['dm', ['DiabetesDM']],
    ['73211', ['Diabetes73211009']],
    ['chc', ['Prior HCCCHC prévio']],
    ['previo', ['Prior HCCCHC prévio', 'Prior locoregional treatmentTratamento locorregional prévio']],
    ['xyz', []],
  ])('finds %s by label, synonym, code, in both languages and without accents', async (query, expected) => {
    const { user } = show({ history });
    await user.type(input(), query);
    expect(offered()).toEqual(expected);
    if (expected.length === 0) expect(screen.getByText('Nothing found')).toBeTruthy();
  });
  it('tells a screen reader what is active, and takes it by Enter', async () => {
    const { user, answered } = show({ history });
    await user.type(input(), 'prior');
    expect(input().getAttribute('aria-expanded')).toBe('true');
    await user.keyboard('{ArrowDown}');
    const active = document.getElementById(input().getAttribute('aria-activedescendant') ?? '');
    expect(active?.textContent).toContain('Prior locoregional');
    expect(active?.getAttribute('aria-selected')).toBe('true');
    await user.keyboard('{Enter}');
    expect(answered('history')).toEqual(['prior_treatment']);
    expect(input().getAttribute('aria-expanded')).toBe('false');
  });
  it('keeps what is chosen as tokens, which a button or Backspace takes away', async () => {
    const { user, answered } = show({ history }, { answers: { group: { history: ['diabetes', 'hiv'] } } });
    await user.click(input());
    expect(offered()).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: 'Remove Diabetes' }));
    expect(answered('history')).toEqual(['hiv']);
    await user.click(input());
    await user.keyboard('{Backspace}');
    expect(answered('history')).toEqual([]);
  });
  it('closes by Escape and keeps the focus', async () => {
    const { user } = show({ history });
    await user.click(input());
    await user.keyboard('{Escape}');
    expect(offered()).toEqual([]);
    expect(document.activeElement).toBe(input());
  });
  it('of one value shows it, and lets it be taken away', async () => {
    const treatment = item('lookup', 'string', { none: ['None', 'Nenhum'], ablation: ['Ablation', 'Ablação'] }, { title: text('Disease history') });
    const { user, answered } = show({ treatment });
    await user.type(input(), 'abl{Enter}');
    expect(answered('treatment')).toBe('ablation');
    expect(screen.queryByRole('combobox')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Remove Ablation' }));
    expect(answered('treatment')).toBeUndefined();
  });
  it('offers nothing to who reads only', () => {
    show({ history }, { role: 'scientist', answers: { group: { history: ['hiv'] } } });
    expect(screen.queryByRole('combobox')).toBeNull();
    expect(screen.queryByRole('button')).toBeNull();
    expect(screen.getByText('HIV infection')).toBeTruthy();
  });
});
