import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { SEGMENTS } from '../src/form/liver';
import { item, show, text, YES_NO } from './form';

afterEach(cleanup);

const names = Object.fromEntries(SEGMENTS.map(one => [one.name, [one.name, one.name]])) as Record<string, [string, string]>;
const location = item('liver_map', 'array', names, { title: text('Location', 'Localização') });
const segment = (name: string): HTMLElement => screen.getByRole('checkbox', { name: `Segment ${name}` });

describe('the liver map', () => {
  it('is a group of nine checkboxes with one stop for Tab', async () => {
    const { user } = show({ location, next: item('segmented', 'string', YES_NO) });
    expect(screen.getByRole('group', { name: /Location/ })).toBeTruthy();
    expect(screen.getAllByRole('checkbox')).toHaveLength(9);
    await user.tab();
    expect(document.activeElement).toBe(segment('VII'));
    await user.tab();
    expect(document.activeElement?.getAttribute('type')).toBe('radio');
  });
  it('is walked by arrows from neighbour to neighbour, Space toggles', async () => {
    const { user, answered, container } = show({ location });
    await user.tab();
    await user.keyboard('{ArrowRight}{ArrowDown}{ArrowRight}{ArrowUp}');
    expect(document.activeElement).toBe(segment('I'));
    expect(container.querySelector('.livermap .focus')).not.toBeNull();
    await user.keyboard(' ');
    expect(answered('location')).toEqual(['I']);
    expect(segment('I').getAttribute('aria-checked')).toBe('true');
    await user.keyboard(' ');
    expect(answered('location')).toEqual([]);
  });
  it('leads back from where it led to', () => {
    const opposite = { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft', ArrowUp: 'ArrowDown', ArrowDown: 'ArrowUp' } as const;
    for (const one of SEGMENTS.filter(each => each.name !== 'I'))
      for (const [direction, to] of Object.entries(one.neighbours)) {
        const other = SEGMENTS.find(each => each.name === to);
        const back = Object.values(other?.neighbours ?? {});
        expect(back, `${one.name} ${direction} ${to} ${opposite[direction as keyof typeof opposite]}`).toContain(one.name === 'IVa' || one.name === 'IVb' || to !== 'I' ? one.name : 'I');
      }
  });
  it.each([['1', 'I'], ['2', 'II'], ['3', 'III'], ['4', 'IVa'], ['5', 'V'], ['6', 'VI'], ['7', 'VII'], ['8', 'VIII']])('takes the digit %s for %s', async (digit, name) => {
    const { user, answered } = show({ location });
    await user.tab();
    await user.keyboard(digit);
    expect(answered('location')).toEqual([name]);
  });
  it('takes Shift and 4 for IVb on any keyboard', () => {
    const { answered } = show({ location });
    fireEvent.keyDown(segment('VII'), { key: '$', code: 'Digit4', shiftKey: true });
    fireEvent.keyDown(segment('VII'), { key: '¤', code: 'Digit4', shiftKey: true });
    fireEvent.keyDown(segment('VII'), { key: '€', code: 'Digit4', shiftKey: true });
    expect(answered('location')).toEqual(['IVb']);
  });
  it('repeats what is chosen as tokens, and names what the pointer is on', async () => {
    const { user, answered } = show({ location });
    await user.click(segment('V'));
    await user.click(segment('VIII'));
    expect(answered('location')).toEqual(['V', 'VIII']);
    await user.hover(segment('IVa'));
    expect(screen.getAllByText('Segment IVa').some(one => one.matches('.help'))).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Remove V' }));
    expect(answered('location')).toEqual(['VIII']);
  });
  it('says segments in Portuguese', () => {
    show({ location }, { language: 'pt' });
    expect(screen.getByRole('checkbox', { name: 'Segmento IVb' })).toBeTruthy();
  });
  it('is read, not changed, by who reads only', async () => {
    const { user, answered } = show({ location }, { role: 'scientist', answers: { group: { location: ['II'] } } });
    await user.click(segment('V'));
    await user.tab();
    await user.keyboard('7 ');
    expect(answered('location')).toEqual(['II']);
    expect(screen.queryByRole('button')).toBeNull();
  });
});
