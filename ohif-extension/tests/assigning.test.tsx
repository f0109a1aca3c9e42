import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Assign, isAssigned, useAssigning } from '../src/pages/Assign';
import { ReaderChoice } from '../src/pages/ReaderChoice';
import { Readers } from '../src/pages/Readers';
import { parse } from '../src/pages/filters';
import { labelOf } from '../src/pages/labels';
import { assignable, keepReaders } from '../src/pages/readers';
import { words } from '../src/pages/texts';
import type { Assigned, Exam, Me, Reassignment } from '../src/types/api';
import { EXAM, ME, TEMPLATE, facet } from './pages';

const t = words('en');
const RAFAEL: Me = { user: 'rafael', name: 'Lima^Rafael', role: 'resident' };
const assigned = (login: string, name: string, state: Assigned['state'] = 'not_read'): Assigned => ({ login, name, state, assigned_by_name: 'A', created: '2026-01-01' });
const exam = (uid: string, ...of: Assigned[]): Exam => ({ ...EXAM, study_instance_uid: uid, patient_id: `HEP-${uid}`, assigned: of });

let sent: Reassignment[];
let refusal: string | null;
beforeEach(() => {
  sent = [];
  refusal = null;
  window.history.replaceState(null, '', '/');
  keepReaders([
    { login: 'ana', name: 'Souza^Ana', role: 'radiologist' },
    { login: 'rafael', name: 'Lima^Rafael', role: 'resident' },
  ]);
  vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)) as Reassignment);
    const body = refusal ? { error: { code: 'no', message: refusal } } : { assigned: 1, withdrawn: 0 };
    return Promise.resolve(new Response(JSON.stringify(body), { status: refusal ? 422 : 200 }));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the column of readers', () => {
  it('tells who is assigned and how far each is, in words too', () => {
    render(<Readers exam={exam('1', assigned('ana', 'Souza^Ana', 'complete'), assigned('rafael', 'Lima^Rafael'))} language="en" />);
    expect(screen.getAllByRole('listitem').map(one => one.textContent)).toEqual(['Ana Souza Complete', 'Rafael Lima Not read']);
  });

  it('tells who wrote the report where nobody is assigned', () => {
    render(<Readers exam={EXAM} language="en" />);
    expect(document.body.textContent).toBe('Ana Souza');
    expect(screen.queryByRole('list')).toBeNull();
  });
});

describe('assigning', () => {
  const show = (exams: Exam[], me: Me = ME): ReturnType<typeof vi.fn> => {
    const onDone = vi.fn();
    render(<Assign exams={exams} me={me} t={t} onDone={onDone} />);
    return onDone;
  };

  it('assigns and withdraws readers of several studies in one request each', async () => {
    const onDone = show([exam('1', assigned('ana', 'Souza^Ana')), exam('2', assigned('ana', 'Souza^Ana'), assigned('rafael', 'Lima^Rafael'))]);
    const [ana, rafael] = [screen.getByRole('button', { name: /Ana Souza/, hidden: true }), screen.getByRole('button', { name: /Rafael Lima/, hidden: true })];
    expect([ana.ariaPressed ?? ana.getAttribute('aria-pressed'), rafael.getAttribute('aria-pressed')]).toEqual(['true', 'mixed']);
    await userEvent.click(rafael);
    await userEvent.click(ana);
    expect(sent).toEqual([
      { studies: ['1', '2'], assign: ['rafael'] },
      { studies: ['1', '2'], withdraw: ['ana'] },
    ]);
    expect(onDone.mock.calls).toEqual([[null], [null]]);
  });

  it('lets a resident take a study and give it back, and nothing else', async () => {
    show([exam('1')], RAFAEL);
    await userEvent.click(screen.getByRole('button', { name: 'Take' }));
    cleanup();
    show([exam('1', assigned('rafael', 'Lima^Rafael'), assigned('ana', 'Souza^Ana'))], RAFAEL);
    expect(screen.queryByText(/Ana Souza/)).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Give back' }));
    expect(sent).toEqual([{ studies: ['1'], assign: ['rafael'] }, { studies: ['1'], withdraw: ['rafael'] }]);
  });

  it('offers nothing to who writes no reports', () => {
    show([exam('1')], { ...ME, user: 'paulo', role: 'scientist' });
    expect(document.querySelector('button, details')).toBeNull();
    expect(assignable({ ...ME, user: 'stranger', role: 'resident' })).toEqual([]);
  });

  it('says what the server refuses', async () => {
    refusal = 'There is no such reader.';
    const again = vi.fn();
    const List = (): React.ReactElement => {
      const [told, onDone] = useAssigning(again, t);
      return (
        <>
          {told}
          <Assign exams={[exam('1')]} me={RAFAEL} t={t} onDone={onDone} />
        </>
      );
    };
    render(<List />);
    await userEvent.click(screen.getByRole('button'));
    expect((await screen.findByRole('alert')).textContent).toBe(refusal);
    expect(again).toHaveBeenCalledOnce();
  });

  it('knows all, none and some', () => {
    const reader = { login: 'ana', name: '', role: '' };
    const [one, other] = [exam('1', assigned('ana', '')), exam('2')];
    expect([isAssigned([one], reader), isAssigned([other], reader), isAssigned([one, other], reader)]).toEqual([true, false, 'mixed']);
  });
});

describe('the filter of readers', () => {
  const facets = [
    facet('assigned', { values: [{ value: '@none', title: '', count: 5 }, { value: 'ana', title: '', count: 3 }, { value: 'gone', title: '', count: 1 }] }),
    facet('reader', { values: [{ value: 'Souza^Ana', title: '', count: 4 }] }),
  ];
  const show = (query: string): HTMLSelectElement => {
    render(<ReaderChoice facets={facets} filters={parse(query)} me={ME} template={TEMPLATE} language="en" t={t} />);
    return screen.getByLabelText('Reader');
  };

  it('offers one’s own, nobody’s, each reader’s and each author’s, with their counts', () => {
    const names = [...show('').querySelectorAll('option')].map(one => one.textContent);
    expect(names).toEqual(['any', 'Mine (3)', 'Mine, still to read', 'Unassigned (5)', 'Ana Souza (3)', 'gone (1)', 'Rafael Lima (0)', 'Ana Souza (4)']);
  });

  it('has one of them at a time, and begins at the first page', async () => {
    await userEvent.selectOptions(show('?reader=Souza^Ana&state=draft&page=3'), 'awaiting=@me');
    expect(parse(window.location.search)).toEqual([['state', 'draft'], ['awaiting', '@me']]);
  });

  it('keeps several readers that came with the address, by their names', () => {
    const select = show('?assigned=ana,rafael');
    expect(select.selectedOptions[0]?.textContent).toBe('Ana Souza, Rafael Lima');
    expect(labelOf('assigned', '@none', TEMPLATE, 'pt')).toBe('ninguém');
    expect(labelOf('awaiting', '@me', TEMPLATE, 'en')).toBe('you');
  });
});
