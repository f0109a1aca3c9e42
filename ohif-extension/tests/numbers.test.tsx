import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { meant, parseNumber, rangeText, shownNumber } from '../src/form/numbers';
import { invalidPaths } from '../src/form/problems';
import * as store from '../src/store';
import { item, show, text, templateOf } from './form';

afterEach(cleanup);

const mm = { title: text('Portal vein', 'Veia porta'), unit: 'mm', unit_label: text('mm'), decimals: 1 };
const vein = item('number', 'number', {}, mm, { minimum: 3, maximum: 40 });
const volume = item('number', 'number', {}, { decimals: 0 }, { minimum: 0, maximum: 20000 });

describe('a number as it is typed', () => {
  it.each([
    ['32', 32], ['32,5', 32.5], [' 32.5 ', 32.5], ['-3', -3], ['', undefined], ['abc', null], ['1e3', null], ['1.2.3', null],
  ])('%s', (typed, value) => expect(parseNumber(typed, vein)).toBe(value));
  it.each([['1.486', 1486], ['1,486', 1486], ['1 486', 1486], ['1.5', 1.5]])('%s where nobody writes decimals', (typed, value) =>
    expect(parseNumber(typed, volume)).toBe(value));
  it('is whole for what is counted', () => expect(parseNumber('2,5', { ...volume, type: 'integer' })).toBeNull());
});

describe('a number as it is shown', () => {
  it('has the decimals of its item and the separator of the language', () => {
    expect(shownNumber(32, vein, 'en')).toBe('32.0');
    expect(shownNumber(14.5, vein, 'pt')).toBe('14,5');
    expect(shownNumber(14.25, vein, 'pt')).toBe('14,25');
    expect(shownNumber(1486, volume, 'en')).toBe('1\u2009486');
    expect(shownNumber(0, volume, 'en')).toBe('0');
  });
  it('tells its range in words', () => {
    expect(rangeText(vein, 'en')).toBe('Out of range: give 3 to 40 mm.');
    expect(rangeText(item('number', 'number', {}, mm, { exclusiveMinimum: 0, maximum: 40 }), 'en')).toBe('Out of range: give more than 0, to 40 mm.');
    expect(rangeText(item('number', 'number', {}, mm, { minimum: 0 }), 'pt')).toBe('Fora da faixa: informe 0 ou mais mm.');
  });
  it('guesses a forgotten separator only where it is evident', () => {
    expect(meant(145, vein)).toBe(14.5);
    expect(meant(35, vein)).toBeNull();
    expect(meant(4000, vein)).toBeNull();
    expect(meant(145.5, vein)).toBeNull();
    expect(meant(30000, volume)).toBeNull();
  });
});

describe('a number field', () => {
  const field = (): HTMLInputElement => screen.getByRole('textbox', { name: /Portal vein|Veia porta/ });
  it('takes comma and point, and shows the language’s own', async () => {
    const { user, answered } = show({ vein }, { language: 'pt' });
    await user.type(field(), '14.5');
    expect(answered('vein')).toBeUndefined();
    await user.tab();
    expect(answered('vein')).toBe(14.5);
    expect(field().value).toBe('14,5');
  });
  it('checks the range on leaving, says what is allowed, and offers what was meant', async () => {
    const { user, answered } = show({ vein });
    await user.type(field(), '145');
    expect(field().getAttribute('aria-invalid')).toBe('false');
    await user.tab();
    expect(field().getAttribute('aria-invalid')).toBe('true');
    const described = (field().getAttribute('aria-describedby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent);
    expect(described).toContain('Out of range: give 3 to 40 mm.');
    await user.click(screen.getByRole('button', { name: 'Use 14.5' }));
    expect(answered('vein')).toBe(14.5);
    expect(field().getAttribute('aria-invalid')).toBe('false');
  });
  it('moves nothing while the pointer is down: the click on another answer is not lost', async () => {
    const { user } = show({ vein });
    await user.type(field(), '145');
    await user.pointer({ keys: '[MouseLeft>]', target: document.body });
    expect(document.activeElement).not.toBe(field());
    expect(screen.queryByRole('alert')).toBeNull();
    await user.pointer({ keys: '[/MouseLeft]' });
    expect(screen.getByRole('alert').textContent).toContain('Out of range');
  });
  it('keeps what is no number, says so, and counts it as invalid', async () => {
    const { user, answered, unmount } = show({ vein }, { answers: { group: { vein: 12 } } });
    await user.clear(field());
    await user.type(field(), '12 or 13');
    await user.tab();
    expect(answered('vein')).toBeUndefined();
    expect(screen.getByRole('alert').textContent).toBe('A number is expected.');
    expect(invalidPaths(templateOf({ vein }).schema, store.getState().answers)).toEqual(['group.vein']);
    unmount();
    expect(store.getState().answers.group).toEqual({});
    await user.tab();
  });
  it('is not changed by the wheel', async () => {
    const { user, answered } = show({ vein }, { answers: { group: { vein: 12 } } });
    await user.click(field());
    fireEvent.wheel(field(), { deltaY: -100 });
    await user.keyboard('{ArrowUp}');
    await user.tab();
    expect(answered('vein')).toBe(12);
    expect(field().getAttribute('inputmode')).toBe('decimal');
  });
  it('shows the server’s words at the item that its path names', () => {
    show({ vein });
    act(() => store.set({ problem: { message: 'The number must be 40 or less.', path: 'group.vein' } }));
    expect(screen.getByRole('alert').textContent).toBe('The number must be 40 or less.');
    expect(field().getAttribute('aria-invalid')).toBe('true');
  });
});
