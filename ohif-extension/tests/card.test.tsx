import { act, cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useSyncExternalStore, type ReactElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SurroundingsProvider, surroundings } from '../src/context';
import { assess } from '../src/lirads';
import { LiradsCard } from '../src/panels/LiradsCard';
import * as store from '../src/store';
import type { Language, Lirads, Member, Template } from '../src/types/api';
import type { Ohif } from '../src/types/ohif';
import { assessment } from './assessments';
import { item, text } from './form';

const HCC: Member = { diameter_mm: 25, aphe: 'nonrim', washout: 'nonperipheral', lirads: 'LR-5' };

const badges = item('badges', 'string', { 'LR-3': ['LR-3', 'LR-3'], 'LR-5': ['LR-5', 'LR-5'], 'LR-M': ['LR-M', 'LR-M'] });
for (const hints of Object.values(badges['x-hepatia'].values)) hints.detail = text('Detail', 'Detalhe');
const template = {
  schema: {
    properties: {
      nodules: {
        type: 'array',
        'x-hepatia': { title: text('Nodules') },
        items: {
          properties: {
            diameter_mm: item('number', 'number', {}, { title: text('Diameter', 'Diâmetro') }),
            capsule: item('segmented', 'string', {}, { title: text('Capsule', 'Cápsula') }),
            lirads: badges,
            lirads_override_reason: item('text', 'string', {}, { title: text('Reason', 'Motivo'), required: false }),
          },
        },
      },
    },
    'x-hepatia': { tabs: [], sections: {} },
  },
} as unknown as Template;

let study = 0;

async function show(nodule: Member, change: Partial<Lirads> = {}, { language = 'en', role = 'radiologist' }: { language?: Language; role?: string } = {}) {
  vi.stubGlobal('fetch', vi.fn((_url: string, init?: RequestInit) => {
    const { lirads } = JSON.parse(String(init?.body)) as Member;
    return Promise.resolve(new Response(JSON.stringify(assessment({ reason_needed: lirads === 'LR-3' || lirads === 'LR-M', ...change }))));
  }));
  // A feature that is in no other test: what was assessed stays known.
  const own = { ...nodule, ancillary_applied: `test ${++study}` };
  store.set({ template, answers: { nodules: [own] }, problem: null, studyUid: `1.${study}` });
  await assess([own], language);
  const user = userEvent.setup();
  render(<Drawn language={language} role={role} />);
  return user;
}

function Drawn({ language, role }: { language: Language; role: string }): ReactElement {
  const { answers } = useSyncExternalStore(store.subscribe, store.getState);
  const [nodule = {}] = answers.nodules as Member[];
  return (
    <SurroundingsProvider value={surroundings(language, role, {} as Ohif)}>
      <LiradsCard nodule={nodule} index={0} />
    </SurroundingsProvider>
  );
}

const of = (name: string): HTMLElement | null => document.querySelector(`[data-cy="${name}"]`);
const nodule = (): Member => (store.getState().answers.nodules as Member[])[0] ?? {};
const reassess = async (): Promise<void> => act(async () => assess([nodule()], 'en'));

beforeEach(() => window.localStorage.clear());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the card of a complete nodule', () => {
  it('shows the category, the lit cell and the deciding step last', async () => {
    await show(HCC);
    expect(of('lirads-computed')?.textContent).toBe('LR-5');
    const cells = [...(of('lirads-table')?.querySelectorAll('.c') ?? [])];
    expect(cells.map(cell => cell.classList.contains('now')).indexOf(true)).toBe(9);
    expect(of('lirads-card')?.querySelector('.steps li:last-child .decides')?.textContent).toBe('Row one: LR-5');
    expect(screen.getByText('Not NC, TIV, M, 1 or 2')).toBeTruthy();
    expect(of('lirads-card')?.textContent).toContain('Core, p. 14');
  });
  it('dims the table and shows the step before it, where that decides', async () => {
    const table = assessment().table;
    await show(HCC, {
      category: 'LR-M', title: 'Malignant', table: table && { ...table, column: null, row: null },
      steps: [{ step: 'image', text: text('No image problem'), outcome: 'passed' }, { step: 'targetoid', text: text('Targetoid mass'), outcome: 'LR-M' }],
    });
    expect(of('lirads-table')?.classList.contains('dim')).toBe(true);
    expect(of('lirads-table')?.querySelector('.now')).toBeNull();
    expect([...document.querySelectorAll('.lrcard > .steps li')].map(one => one.textContent)).toEqual(['Targetoid mass']);
    expect(document.querySelector('.decides')?.textContent).toBe('Targetoid mass');
  });
  it('is announced once, half a second after it has come to rest', async () => {
    await show(HCC);
    expect(of('lirads-announced')?.textContent).toBe('');
    await act(() => new Promise(resolve => setTimeout(resolve, 550)));
    expect(of('lirads-announced')?.textContent).toBe('LR-5, Definitely HCC, computed');
    expect(of('lirads-announced')?.getAttribute('role')).toBe('status');
  });
});

describe('the card of an incomplete nodule', () => {
  const waits = { category: null, missing: ['diameter_mm', 'capsule'], possible: [{ column: 3, row: 0 }, { column: 4, row: 1 }] };
  it('says how many answers are missing and which, and outlines the cells that are left', async () => {
    await show({ aphe: 'nonrim' }, waits);
    expect(of('lirads-computed')?.textContent).toBe('2 missing');
    expect(of('lirads-card')?.textContent).toContain('Waits for: Diameter, Capsule');
    const cells = [...(of('lirads-table')?.querySelectorAll('.c') ?? [])];
    expect(cells.flatMap((cell, at) => (cell.classList.contains('may') ? [at] : []))).toEqual([3, 9]);
    expect(cells.some(cell => cell.classList.contains('now'))).toBe(false);
    expect(of('lirads-table')?.getAttribute('aria-label')).toContain('2 ');
  });
  it('says so in Portuguese, of one and of several', async () => {
    await show({ aphe: 'nonrim' }, waits, { language: 'pt' });
    expect(of('lirads-computed')?.textContent).toBe('Faltam 2');
    cleanup();
    await show({ aphe: 'nonrim' }, { ...waits, missing: ['capsule'] }, { language: 'pt' });
    expect(of('lirads-computed')?.textContent).toBe('Falta 1');
    expect(of('lirads-card')?.textContent).toContain('Cápsula');
  });
  it('does not tell steps of the table as if what is missing were absent', async () => {
    await show({ aphe: 'nonrim' }, waits);
    expect([...document.querySelectorAll('.lrcard > .steps li')].map(one => one.textContent)).not.toContain('Row one: LR-5');
  });
});

describe('another category than the computed', () => {
  it('is chosen behind "Override", asks for a reason, and leaves the computed in view', async () => {
    const user = await show(HCC);
    expect(screen.queryByRole('radio')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Override' }));
    await user.click(screen.getByRole('radio', { name: 'LR-3, Detail' }));
    await reassess();
    expect(nodule().lirads).toBe('LR-3');
    expect(of('lirads-chosen')?.textContent).toBe('LR-3');
    expect(of('lirads-computed')?.textContent).toBe('LR-5');
    const reason = screen.getByRole('textbox', { name: /Reason/ });
    expect(reason.getAttribute('aria-required')).toBe('true');
    await user.type(reason, 'Perfusion ');
    await user.tab();
    expect(nodule().lirads_override_reason).toBe('Perfusion');
    await user.click(screen.getByRole('button', { name: 'Use LR-5' }));
    await reassess();
    expect(nodule()).toMatchObject({ lirads: 'LR-5' });
    expect(nodule().lirads_override_reason).toBeUndefined();
    expect(screen.queryByRole('radio')).toBeNull();
  });
  it('can be left again without choosing', async () => {
    const user = await show(HCC);
    await user.click(screen.getByRole('button', { name: 'Override' }));
    await user.click(screen.getByRole('button', { name: 'Back' }));
    expect(screen.queryByRole('radio')).toBeNull();
    expect(nodule().lirads).toBe('LR-5');
  });
  it('is not offered to who reads only', async () => {
    await show(HCC, {}, { role: 'scientist' });
    expect(within(of('lirads-card') as HTMLElement).queryByRole('button')).toBeNull();
  });
});

describe('without an answer of the server', () => {
  it('says that the category could not be computed', async () => {
    vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response('{}', { status: 503 }))));
    const failing = { diameter_mm: 77 };
    store.set({ template, answers: { nodules: [failing] } });
    await assess([failing], 'en');
    render(<Drawn language="en" role="radiologist" />);
    expect(of('lirads-card')?.getAttribute('aria-busy')).toBe('true');
    expect(of('lirads-card')?.textContent).toContain('could not be computed');
  });
});
