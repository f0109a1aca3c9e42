import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Tokens } from '../src/pages/Tokens';
import { parse, withToggled, withValue, write } from '../src/pages/filters';
import { words } from '../src/pages/texts';
import { Facets } from '../src/search/Facets';
import { Results } from '../src/search/Results';
import type { Exam, Facet, Template } from '../src/types/api';
import { schema } from './template';

const TEMPLATE = { schema } as Template;
const t = words('en');
let root: Root;
let place: HTMLElement;
beforeEach(() => {
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
  window.history.replaceState(null, '', '/');
});
afterEach(() => {
  root.unmount();
  place.remove();
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
  const facets: Facet[] = [
    { path: 'patient.baseline', title: 'Baseline', values: [{ value: 'healthy', title: 'Healthy', count: 0 }], minimum: null, maximum: null },
    { path: 'patient.age', title: 'Age', values: [], minimum: 20, maximum: 80 },
  ];
  const show = (query: string): void => flushSync(() => root.render(<Facets facets={facets} filters={parse(query)} template={TEMPLATE} language="en" t={t} />));

  it('say how much each value would find, and choose by a click', () => {
    show('');
    const row = place.querySelector('[data-path="patient.baseline"] label')!;
    expect(row.textContent).toBe('Healthy0');
    expect(row.className).toContain('zero');
    row.querySelector('input')!.click();
    expect(window.location.search).toBe('?patient.baseline=healthy');
  });

  it('take a decimal comma, on leaving the field', () => {
    show('?state=draft');
    const field = place.querySelector<HTMLInputElement>('[data-cy="patient.age.min"]')!;
    expect(field.placeholder).toBe('from 20');
    field.focus();
    field.value = ' 45,5 ';
    field.blur();
    expect(window.location.search).toBe('?state=draft&patient.age.min=45.5');
  });

  it('search for words on Enter', () => {
    show('');
    place.querySelector<HTMLInputElement>('[data-cy="search-words"]')!.value = 'cisto';
    place.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    expect(window.location.search).toBe('?text=cisto');
  });
});

describe('what is found', () => {
  const exam: Exam = {
    study_instance_uid: '1.2',
    patient_id: 'HEP-A',
    sex: 'F',
    age: 51,
    study_date: '2020-01-02',
    state: 'verified',
    viewer: '/ohif/hepatia?StudyInstanceUIDs=1.2',
    answers: {
      liver: { nodule_count: 3 },
      nodules: [
        { lirads: 'LR-3', diameter_mm: 9, location: ['V'] },
        { lirads: 'LR-5', diameter_mm: 32.5, location: ['V', 'VII'] },
      ],
    },
  };
  const show = (query: string, items: Exam[], total: number): void =>
    flushSync(() => root.render(<Results found={{ total, page: 2, items, words: '' }} filters={parse(query)} template={TEMPLATE} language="en" t={t} />));

  it('shows the gravest category and the largest diameter, and leads to the viewer', () => {
    show('', [exam], 26);
    const cells = [...place.querySelectorAll('tbody td')].map(cell => cell.textContent);
    expect(cells).toEqual(['HEP-A', '51', '2020-01-02', '', '3', '32.5', 'V, VII', 'LR-5 +1', 'Verified']);
    expect(place.querySelector('tbody a')!.getAttribute('href')).toBe(exam.viewer);
    expect(place.querySelector('[role="status"]')!.textContent).toBe('26–26 of 26');
  });

  it('is sorted by a click on a title, the other way by a second', () => {
    show('?state=verified&page=2', [exam], 26);
    const title = [...place.querySelectorAll('th button')].find(one => one.textContent!.startsWith('Age'))! as HTMLButtonElement;
    title.click();
    expect(window.location.search).toBe('?state=verified&sort=-patient.age');
    show(window.location.search, [exam], 26);
    expect(place.querySelectorAll('th')[1]!.getAttribute('aria-sort')).toBe('descending');
  });

  it('says so when it is nothing', () => {
    show('', [], 0);
    expect(place.textContent).toContain('No exam fits');
  });
});

describe('the tokens', () => {
  it('say each filter in words and take it away', () => {
    const filters = parse('?patient.age.min=50&state=draft,verified&sort=state');
    flushSync(() => root.render(<Tokens filters={filters} template={TEMPLATE} language="en" t={t} />));
    const tokens = [...place.querySelectorAll<HTMLButtonElement>('.token')];
    expect(tokens.map(one => one.textContent)).toEqual(['Age ≥ 50 ×', 'State: Draft, Verified ×']);
    tokens[0]!.click();
    expect(window.location.search).toBe('?state=draft%2Cverified&sort=state');
  });
});
