import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Tokens } from '../src/pages/Tokens';
import { parse, withToggled, withValue, write } from '../src/pages/filters';
import { words } from '../src/pages/texts';
import { Facets } from '../src/search/Facets';
import { columnsOf, isWithin } from '../src/search/Histogram';
import { Nothing } from '../src/search/Nothing';
import { dayOf, numberOf } from '../src/search/Range';
import { Results } from '../src/search/Results';
import { Words } from '../src/search/Words';
import { addressOf, segmentsOf } from '../src/search/matching';
import { EXAM, TEMPLATE, facet } from './pages';

const t = words('en');
const shared = { template: TEMPLATE, language: 'en', t } as const;
beforeEach(() => window.history.replaceState(null, '', '/'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('parameters of a search', () => {
  it('take several values, and begin at the first page again', () => {
    const one = withToggled(parse('?page=3&state=draft'), 'state', 'complete');
    expect(write(one)).toBe('state=draft%2Ccomplete');
    expect(write(withToggled(one, 'state', 'draft'))).toBe('state=complete');
    expect(write(withToggled(parse('?state=draft'), 'state', 'draft'))).toBe('');
    expect(write(withValue(parse('?text=a&sort=x'), 'text', 'b'))).toBe('sort=x&text=b');
  });
});

describe('the facets', () => {
  const facets = [
    facet('patient.baseline', { title: 'Baseline', values: [{ value: 'healthy', title: 'Healthy', count: 0 }] }),
    facet('patient.age', { title: 'Age', minimum: 20, maximum: 80, width: 10, bins: [{ start: 20, count: 1 }, { start: 50, count: 4 }] }),
    facet('nodules.lirads', { title: 'LI-RADS', values: [{ value: 'LR-5', title: 'LR-5', count: 14 }] }),
  ];
  const show = (query: string, told = facets): void => void render(<Facets facets={told} filters={parse(query)} {...shared} />);

  it('say how much each value would find, also when it is nothing, and choose by a click', async () => {
    show('');
    const box = screen.getByRole('checkbox', { name: 'healthy 0' });
    expect(box.closest('label')!.className).toContain('zero');
    await userEvent.click(box);
    expect(window.location.search).toBe('?patient.baseline=healthy');
  });

  it('take a decimal comma, on leaving the field, and refuse what is no number', async () => {
    show('?state=draft');
    const field = screen.getByLabelText('Age, from');
    expect(field).toHaveProperty('placeholder', '20');
    await userEvent.type(field, 'old{Enter}');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(window.location.search).toBe('');
    await userEvent.clear(field);
    await userEvent.type(field, ' 45,5 {Enter}');
    expect(window.location.search).toBe('?state=draft&patient.age.min=45.5');
  });

  it('choose a column of a histogram', async () => {
    show('');
    const columns = document.querySelectorAll('[data-path="patient.age"] g');
    expect(columns).toHaveLength(4);
    await userEvent.click(columns[3]!);
    expect(window.location.search).toBe('?patient.age.min=50&patient.age.max=59');
  });

  it('find a filter by a value in either language, from the slash key', async () => {
    show('');
    await userEvent.keyboard('/');
    const field = screen.getByRole('combobox');
    expect(document.activeElement).toBe(field);
    await userEvent.type(field, 'lr-5{Enter}');
    expect(window.location.search).toBe('?nodules.lirads=LR-5');
  });

  it('search the reports for what is no filter', async () => {
    show('?text=cisto');
    await userEvent.type(screen.getByRole('combobox'), 'renal{Enter}');
    expect(window.location.search).toBe('?text=cisto+renal');
  });

  it('a further block is about another nodule, once the first is about something', async () => {
    show('');
    expect(document.querySelector('[data-cy="add-block"]')).toBeNull();
    cleanup();
    show('?nodules.lirads=LR-5');
    await userEvent.click(document.querySelector('[data-cy="add-block"]')!);
    expect(window.location.search).toBe('?nodules.lirads=LR-5&blocks=2');
    cleanup();
    const second = facets.filter(one => one.path.startsWith('nodules.')).map(one => ({ ...one, path: one.path.replace('nodules.', 'nodules.2.') }));
    show('?nodules.lirads=LR-5&blocks=2', [...facets, ...second]);
    const block = document.querySelector<HTMLElement>('[data-cy="facets-nodules.2"]')!;
    expect(block.querySelector('h3')?.textContent).toBe('Another nodule that is all of');
    await userEvent.click(within(block).getByRole('checkbox', { name: /LR-5/ }));
    expect(window.location.search).toBe('?nodules.lirads=LR-5&blocks=2&nodules.2.lirads=LR-5');
  });

  it('take the filters of a group away', async () => {
    show('?nodules.lirads=LR-5&state=draft');
    await userEvent.click(within(document.querySelector<HTMLElement>('[data-cy="facets-nodules"]')!).getByRole('button'));
    expect(window.location.search).toBe('?state=draft');
  });
});

describe('a histogram', () => {
  it('fills gaps, and puts many bins together', () => {
    const bins = [{ start: 0, count: 1 }, { start: 490, count: 2 }];
    const columns = columnsOf({ width: 10, bins });
    expect(columns.length).toBeLessThanOrEqual(24);
    expect(columns.map(one => one.count).reduce((a, b) => a + b)).toBe(3);
    expect(columns.at(-1)).toMatchObject({ count: 2 });
    expect(columnsOf({ width: null, bins: [] })).toEqual([]);
  });

  it('knows what lies within a range', () => {
    const column = { start: 50, end: 60, count: 1 };
    expect(isWithin(column, 59, null)).toBe(true);
    expect(isWithin(column, 60, null)).toBe(false);
    expect(isWithin(column, null, 49)).toBe(false);
  });
});

describe('what is typed', () => {
  it.each([['12,5', '12.5'], ['', ''], ['1e3', null], ['-3', '-3']])('as a number: %s', (typed, value) => expect(numberOf(typed)).toBe(value));
  it.each([['2016', '2016-12-31'], ['9/8/2016', '2016-08-09'], ['2016-08-09', '2016-08-09'], ['2016-13-09', null], ['soon', null]])(
    'as a day: %s',
    (typed, value) => expect(dayOf(typed, 'max')).toBe(value),
  );
});

describe('what is found', () => {
  const show = (query: string, items: (typeof EXAM)[], total: number): void =>
    void render(<Results found={{ total, page: 2, items, words: '' }} filters={parse(query)} {...shared} />);

  it('is told in a row, and leads to the viewer', () => {
    show('', [EXAM], 26);
    const cells = [...document.querySelectorAll('tbody td')].map(cell => cell.textContent);
    expect(cells).toEqual(['51', '2020-01-02', 'healthy', 'NCARTPVEQ', '', '32.5', 'V', 'LR-5 +1', 'Verified', 'Ana Souza', '']);
    expect(screen.getByRole('link', { name: 'HEP-A' }).getAttribute('href')).toBe(EXAM.viewer);
    expect(screen.getByRole('img', { name: 'Unenhanced, Portal venous' })).toBeTruthy();
    expect(screen.getByRole('img', { name: 'Liver: Portal venous; nodules: –' })).toBeTruthy();
    expect(screen.getByRole('status').textContent).toBe('26–26 of 26');
  });

  it('opens at the nodule that matched, not at the largest one', () => {
    expect(addressOf(EXAM, parse('?nodules.lirads=LR-5&nodules.diameter_mm.min=20'))).toBe(`${EXAM.viewer}&nodule=2.25.2`);
    expect(addressOf(EXAM, parse('?patient.sex=F'))).toBe(EXAM.viewer);
    expect(segmentsOf(EXAM, parse('?nodules.lirads=LR-5'))).toBe('V, VII');
    expect(segmentsOf(EXAM, [])).toBe('V');
  });

  it('is sorted by a click on a title, the other way by a second', async () => {
    show('?state=verified&page=2', [EXAM], 26);
    await userEvent.click(screen.getByRole('button', { name: 'Age' }));
    expect(window.location.search).toBe('?state=verified&sort=-patient.age');
    cleanup();
    show(window.location.search, [EXAM], 26);
    expect(screen.getByRole('columnheader', { name: /Age/ }).getAttribute('aria-sort')).toBe('descending');
  });

  it('is walked through with arrows', async () => {
    show('', [EXAM, { ...EXAM, study_instance_uid: '1.3', patient_id: 'HEP-B' }], 2);
    screen.getByRole('link', { name: 'HEP-A' }).focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(document.activeElement!.textContent).toBe('HEP-B');
  });

  it('tells which filter stands in the way most when it is nothing', async () => {
    const totals: Record<string, number> = { 'state=draft': 3, 'patient.age.min=50': 138 };
    vi.stubGlobal('fetch', (url: string) => {
      const total = Object.entries(totals).find(([one]) => url.includes(one))![1];
      return Promise.resolve(new Response(JSON.stringify({ total, page: 1, items: [], words: '' })));
    });
    render(<Nothing filters={parse('?state=draft&patient.age.min=50')} {...shared} />);
    const ways = await screen.findAllByRole('button');
    expect(ways.map(one => one.textContent)).toEqual(['Without “State Draft”: 138', 'Without “Age ≥ 50 y”: 3']);
    await userEvent.click(ways[0]!);
    expect(window.location.search).toBe('?patient.age.min=50');
  });
});

describe('the tokens', () => {
  it('say each filter in words, a range as one, and take it away', async () => {
    const filters = parse('?patient.age.min=50&patient.age.max=80&state=draft,verified&sort=state');
    render(<Tokens filters={filters} {...shared} />);
    expect([...document.querySelectorAll('.token')].map(one => one.textContent!.trim())).toEqual(['Age 50–80 y', 'State Draft, Verified']);
    await userEvent.click(screen.getByRole('button', { name: 'Remove: Age 50–80 y' }));
    expect(window.location.search).toBe('?state=draft%2Cverified&sort=state');
  });

  it('stand in one frame when they are about one nodule', () => {
    render(<Tokens filters={parse('?nodules.lirads=LR-5&nodules.diameter_mm.min=20&patient.sex=F')} {...shared} />);
    expect(screen.getByRole('group').querySelectorAll('.token')).toHaveLength(2);
  });
});

describe('the search in words', () => {
  it('has its values bright', () => {
    render(<Words words="Exams with Cirrhosis: yes and Diameter: at least 20.5 mm and a segmentation." />);
    expect([...document.querySelectorAll('b')].map(one => one.textContent)).toEqual(['yes', 'at least 20.5 mm']);
    expect(screen.getByRole('heading').textContent).toMatch(/^Exams with .* a segmentation\.$/);
  });
});
