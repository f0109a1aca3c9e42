import { cleanup, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { YES_NO, item, show, text } from './form';

afterEach(cleanup);

const cirrhosis = item('segmented', 'string', YES_NO, { title: text('Cirrhosis', 'Cirrose') });

describe('segments', () => {
  it('have a name, tell that they are required, and no answer of their own', () => {
    show({ cirrhosis });
    const group = screen.getByRole('radiogroup', { name: /Cirrhosis/ });
    expect(group.getAttribute('aria-required')).toBe('true');
    expect(screen.getAllByRole('radio').every(one => !(one as HTMLInputElement).checked)).toBe(true);
  });
  it('are chosen by a click, and a second click clears', async () => {
    const { user, answered } = show({ cirrhosis });
    await user.click(screen.getByRole('radio', { name: 'Yes' }));
    expect(answered('cirrhosis')).toBe('yes');
    await user.click(screen.getByRole('radio', { name: 'Yes' }));
    expect(answered('cirrhosis')).toBeUndefined();
  });
  it('are chosen by arrows', async () => {
    const { user, answered } = show({ cirrhosis }, { answers: { group: { cirrhosis: 'yes' } } });
    await user.tab();
    await user.keyboard('{ArrowRight}');
    expect(answered('cirrhosis')).toBe('no');
  });
  it.each([
    ['en', 'y', 'yes'],
    ['en', 'n', 'no'],
    ['en', 'U', 'undetermined'],
    ['pt', 's', 'yes'],
    ['pt', 'n', 'no'],
    ['pt', 'i', 'undetermined'],
  ] as const)('in %s take the letter %s for %s, and Backspace clears', async (language, letter, value) => {
    const { user, answered } = show({ cirrhosis }, { language });
    await user.tab();
    await user.keyboard(letter);
    expect(answered('cirrhosis')).toBe(value);
    expect((document.activeElement as HTMLInputElement).value).toBe(value);
    await user.keyboard('{Backspace}');
    expect(answered('cirrhosis')).toBeUndefined();
  });
  it('go round where several begin with a letter', async () => {
    const aphe = item('segmented', 'string', { nonrim: ['Nonrim', 'Não anelar'], rim: ['Rim', 'Anelar'], not_assessable: ['Not assessable', 'Não avaliável'] });
    const { user, answered } = show({ aphe });
    await user.tab();
    await user.keyboard('n');
    expect(answered('aphe')).toBe('nonrim');
    await user.keyboard('n');
    expect(answered('aphe')).toBe('not_assessable');
    await user.keyboard('n');
    expect(answered('aphe')).toBe('nonrim');
  });
  it('cannot be changed by who reads only', async () => {
    const { user, answered } = show({ cirrhosis }, { answers: { group: { cirrhosis: 'yes' } }, role: 'scientist' });
    await user.click(screen.getByRole('radio', { name: 'No' }));
    expect(answered('cirrhosis')).toBe('yes');
  });
});

describe('tiles', () => {
  const profile = item('tiles', 'string', { low: ['LI-RADS low (1–2)', 'LI-RADS baixo (1–2)'], high: ['High', 'Alto'] });
  const count = item('number', 'integer', {}, { unit: '1' });
  const more = {
    proposals: [
      { path: 'group.profile', value: 'high', text: text('The count is above 3'), when: [{ 'group.count': { min: 3 } }], unless: [{ 'group.profile': ['low'] }] },
    ],
  };
  it('show what is proposed, choose it for nobody, and take a click as yes', async () => {
    const { user, answered } = show({ profile, count }, { more, answers: { group: { count: 4 } } });
    const proposed = screen.getByRole('radio', { name: 'High, proposed' });
    expect(answered('profile')).toBeUndefined();
    await user.click(proposed);
    expect(answered('profile')).toBe('high');
    expect(screen.queryByText('proposed')).toBeNull();
  });
  it('say that a proposal will come while nothing can be proposed', () => {
    show({ profile, count }, { more });
    expect(screen.getByText(/Proposed once/)).toBeTruthy();
    expect(screen.queryByRole('radio', { name: /, proposed/ })).toBeNull();
  });
});

describe('badges', () => {
  it('are picked by what follows "LR-"', async () => {
    const lirads = item('badges', 'string', { 'LR-5': ['LR-5', 'LR-5'], 'LR-M': ['LR-M', 'LR-M'], 'LR-TIV': ['LR-TIV', 'LR-TIV'], 'LR-TR': ['LR-TR', 'LR-TR'] });
    const { user, answered } = show({ lirads });
    await user.tab();
    await user.keyboard('5');
    expect(answered('lirads')).toBe('LR-5');
    await user.keyboard('tt');
    expect(answered('lirads')).toBe('LR-TR');
  });
});
