import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LanguageSwitch } from '../src/pages/LanguageSwitch';
import { followed } from '../src/pages/opening';
import { parse } from '../src/pages/filters';
import { words } from '../src/pages/texts';
import { FilterRow } from '../src/studies/FilterRow';
import { Find } from '../src/studies/Find';
import { OpenWith } from '../src/studies/OpenWith';
import { OHIF_LIST, chooseOurs, meansOurs } from '../src/studies/address';
import { currentLanguage } from '../src/texts';
import { EXAM, ME, TEMPLATE, facet } from './pages';

const t = words('en');
beforeEach(() => {
  window.history.replaceState(null, '', '/');
  window.sessionStorage.clear();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('the study list', () => {
  const facets = [
    facet('state', { values: [{ value: 'draft', title: 'draft', count: 2 }, { value: 'verified', title: 'verified', count: 0 }] }),
    facet('reader', { values: [{ value: 'Souza^Ana', title: 'Ana Souza', count: 2 }] }),
  ];
  const show = (query = ''): void =>
    void render(
      <table>
        <thead>
          <FilterRow me={ME} facets={facets} filters={parse(query)} template={TEMPLATE} language="en" t={t} />
        </thead>
      </table>,
    );

  it('is filtered below the titles, with how many studies each choice leaves', async () => {
    show();
    const state = screen.getByLabelText('State');
    expect([...state.querySelectorAll('option')].map(one => one.textContent)).toEqual(['any', 'Draft (2)', 'Verified (0)']);
    await userEvent.selectOptions(state, 'draft');
    expect(window.location.search).toBe('?state=draft');
    expect(screen.getByRole('option', { name: 'Ana Souza (2)' })).toBeTruthy();
  });

  it('keeps several values that came with the address', () => {
    show('?state=draft,complete');
    expect(screen.getByRole<HTMLOptionElement>('option', { name: 'Draft, Complete' }).selected).toBe(true);
  });

  it('asks for masks of the liver or of nodules in a phase, one of them at a time', async () => {
    show('?has=segmentation&page=2');
    const masks = screen.getByLabelText<HTMLSelectElement>('Masks');
    expect(masks.value).toBe('has=segmentation');
    await userEvent.selectOptions(masks, 'masks.nodule=arterial');
    expect(window.location.search).toBe('?masks.nodule=arterial');
  });

  it('takes a year for its days', async () => {
    show();
    await userEvent.type(screen.getByLabelText('Study date, to'), '2016{Enter}');
    expect(window.location.search).toBe('?study.date.max=2016-12-31');
  });

  it('finds by what is typed, once that is over', () => {
    vi.useFakeTimers();
    render(<Find filters={parse('?state=draft&page=4')} t={t} />);
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: ' HEP-A ' } });
    expect(window.location.search).toBe('');
    vi.runAllTimers();
    expect(window.location.search).toBe('?state=draft&find=HEP-A');
  });

  it('offers the modes of OHIF', () => {
    render(<OpenWith exam={EXAM} me={ME} t={t} />);
    expect([...document.querySelectorAll('a')].map(one => one.getAttribute('href'))).toEqual([
      '/ohif/hepatia?StudyInstanceUIDs=1.2',
      '/ohif/viewer?StudyInstanceUIDs=1.2',
      '/ohif/segmentation?StudyInstanceUIDs=1.2',
    ]);
  });

  it('is what /ohif/ means, until OHIF’s own is asked for', () => {
    expect(meansOurs({ pathname: '/ohif/', search: '' })).toBe(true);
    expect(meansOurs({ pathname: '/ohif', search: '?page=2' })).toBe(true);
    expect(meansOurs({ pathname: '/ohif/viewer', search: '' })).toBe(false);
    const { pathname, search } = new URL(OHIF_LIST, 'http://localhost');
    expect(meansOurs({ pathname, search })).toBe(false);
    expect(meansOurs({ pathname: '/ohif/', search: '' })).toBe(false);
    chooseOurs();
    expect(meansOurs({ pathname: '/ohif/', search: '' })).toBe(true);
  });
});

describe('a link', () => {
  it('is followed without loading the page anew, and OHIF’s router is told; a key leaves it to the browser', () => {
    const told = vi.fn();
    window.addEventListener('popstate', told);
    // What the browser would do, which is none here.
    const left = vi.fn((event: Event) => {
      const { defaultPrevented } = event;
      event.preventDefault();
      return defaultPrevented;
    });
    window.addEventListener('click', left);
    render(<a href="/ohif/hepatia?StudyInstanceUIDs=1" onClick={followed}>x</a>);
    fireEvent.click(screen.getByRole('link'), { ctrlKey: true });
    expect(told).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('link'));
    expect(left.mock.results.map(one => one.value)).toEqual([false, true]);
    expect(told).toHaveBeenCalledOnce();
    expect(window.location.pathname).toBe('/ohif/hepatia');
    window.removeEventListener('popstate', told);
    window.removeEventListener('click', left);
  });
});

describe('the language', () => {
  it('is chosen for the pages and for OHIF', async () => {
    render(<LanguageSwitch language="en" />);
    await userEvent.click(screen.getByRole('button', { name: 'PT, Português' }));
    expect(window.localStorage.getItem('i18nextLng')).toBe('pt-BR');
    expect(currentLanguage()).toBe('pt');
    window.localStorage.clear();
  });
});
