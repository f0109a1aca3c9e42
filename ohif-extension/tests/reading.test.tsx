import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SurroundingsProvider, surroundings } from '../src/context';
import { Footer } from '../src/panels/Footer';
import { Growth } from '../src/panels/Growth';
import { Notes } from '../src/panels/Notes';
import { Priors } from '../src/panels/Priors';
import { ReportMenu } from '../src/panels/ReportMenu';
import { Versions } from '../src/panels/Versions';
import { isLocked } from '../src/panels/commands';
import { EMPTY } from '../src/state';
import * as store from '../src/store';
import type { Language, Prior, ReportInfo, StudyInfo, Template } from '../src/types/api';
import type { Ohif } from '../src/types/ohif';
import { report } from './server';
import { schema } from './template';

const template: Template = { id: 'liver-ct', version: 1, title: 'Liver CT', schema };
const runCommand = vi.fn();
const ohif = { commandsManager: { runCommand } } as unknown as Ohif;
const user = userEvent.setup();

const prior: Prior = {
  study_instance_uid: '2.25.70',
  study_date: '2016-02-14',
  days: 177,
  state: 'verified',
  report: '2.25.71',
  template: 'liver-ct',
  author: 'Souza^Ana',
  nodules: [{ tracking_uid: '2.25.7', diameter_mm: 21, location: ['VII'], lirads: 'LR-4' }],
  viewer: '',
};

let stop: () => void = () => undefined;

/** Draw it all as the panel does, each time the state changes. */
function show(reports: ReportInfo[], change: Partial<store.State> = {}, language: Language = 'en', role = 'radiologist'): void {
  stop();
  const me = { user: 'ana', name: 'Souza^Ana', role };
  const newest = reports.at(-1) ?? null;
  const info = { reports, series: [], segmentations: [] } as unknown as StudyInfo;
  store.set({ ...EMPTY, studyUid: '1.2', me, template, info, report: newest, answers: newest?.answers ?? {}, ...change });
  const Parts = () => {
    const nodules = store.getState().answers.nodules;
    return (
      <SurroundingsProvider value={surroundings(language, role, ohif, isLocked())}>
        <ReportMenu />
        <Notes template={template} />
        <Priors />
        <Versions template={template} />
        {Array.isArray(nodules) && nodules.map((nodule, index) => <Growth key={index} nodule={nodule} index={index} />)}
        <Footer template={template} />
      </SurroundingsProvider>
    );
  };
  const { rerender } = render(<Parts />);
  stop = store.subscribe(() => rerender(<Parts />));
}

const named = (name: string): HTMLElement => {
  const [found] = allNamed(name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
};
const allNamed = (name: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-cy="${name}"]`)];

beforeEach(() => {
  window.localStorage.clear();
  // What jsdom has none of.
  Element.prototype.scrollIntoView = () => undefined;
  vi.stubGlobal('CSS', { escape: (text: string) => text });
  vi.stubGlobal('fetch', vi.fn(() => new Promise<Response>(() => undefined)));
});
afterEach(() => {
  stop();
  cleanup();
  vi.unstubAllGlobals();
});

describe('the footer', () => {
  it('says what is kept and when', () => {
    show([], { dirty: true, keeping: { state: 'server', at: new Date(Date.now() - 4000), since: null, message: '' } });
    expect(named('kept')).toHaveProperty('textContent', expect.stringContaining('Draft kept 4 s ago'));
    // What is read aloud does not change every second.
    expect(within(named('kept')).getByRole('status').textContent).toMatch(/^Draft kept \d\d:\d\d$/);
  });
  it('says since when there is no connection, in Portuguese too', () => {
    const keeping = { state: 'offline', at: null, since: new Date(), message: '' } as const;
    show([], { dirty: true, keeping }, 'pt');
    expect(named('kept').textContent).toMatch(/Sem conexão desde \d\d:\d\d, guardado neste navegador/);
    expect(named('offline').textContent).toContain('Pode continuar.');
  });
  it('has the step that the role may take: a radiologist verifies, others wait for one', () => {
    const complete = report('1', { state: 'complete', answers: { patient: { baseline: ['healthy'], cirrhosis: 'no' } } });
    show([complete]);
    expect(allNamed('verify')).toHaveLength(1);
    cleanup();
    show([complete], {}, 'en', 'student');
    expect(allNamed('verify')).toEqual([]);
    expect(named('next-step').textContent).toBe('Next: review by a radiologist');
  });
  it('keeps Complete in reach of the keyboard while answers are missing, and says how many', () => {
    show([]);
    const button = screen.getByRole('button', { name: 'Complete' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(button.hasAttribute('disabled')).toBe(false);
    expect(document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent).toContain('missing');
  });
});

describe('a finished report', () => {
  const theirs = report('1', { state: 'verified', author: 'Costa^Julia', author_login: 'julia', verifier: 'Lima^Rafael' });

  it('names its signer; a radiologist may begin a new version, and let it be', async () => {
    show([theirs]);
    expect(named('signed').textContent).toContain('Verified by Rafael Lima');
    expect(allNamed('save')).toEqual([]);
    await user.click(named('new-version'));
    expect(allNamed('save')).toHaveLength(1);
    await user.click(named('cancel-version'));
    expect(allNamed('save')).toEqual([]);
  });
  it('is not replaced by who may not verify', () => {
    show([theirs], {}, 'en', 'resident');
    expect(allNamed('new-version')).toEqual([]);
  });
  it('of a student is gone on with by any writer', () => {
    show([report('1', { state: 'complete', author_login: 'julia' })], {}, 'en', 'resident');
    expect(allNamed('new-version')).toHaveLength(1);
  });
});

describe('notes', () => {
  it('a restored draft says of when, shows its changes, and is kept', async () => {
    show([report('1')], { restored: '2026-01-01T13:47:00', dirty: true, answers: { patient: { cirrhosis: 'yes' } } });
    expect(named('draft-restored').textContent).toContain('restored after the tab closed');
    await user.click(screen.getByText('Show changes (1)'));
    const [row] = within(screen.getByRole('table')).getAllByRole('row').slice(1);
    expect(row?.querySelector('del')?.textContent).toBe('no');
    expect(row?.querySelector('ins')?.textContent).toBe('yes');
    await user.click(named('keep-draft'));
    expect(allNamed('draft-restored')).toEqual([]);
    expect(store.getState().answers).toEqual({ patient: { cirrhosis: 'yes' } });
  });
  it('a newer version offers to save mine as the next, only where the role may replace it', () => {
    const [before, newer] = [report('1'), report('2', { replaces: ['1'], state: 'verified', author: 'Lima^Rafael', author_login: 'rafael' })];
    const state = { report: before, dirty: true, conflict: { newer, wanted: null } };
    show([before, newer], state);
    expect(named('newer-version').textContent).toContain('Rafael Lima verified version 2 while you were editing.');
    expect(named('save-mine').textContent).toBe('Save mine as version 3');
    cleanup();
    show([before, newer], state, 'en', 'student');
    expect(allNamed('save-mine')).toEqual([]);
    expect(allNamed('take-newer')).toHaveLength(1);
  });
  it('an ended session has a way to sign in, and loses nothing', () => {
    show([], { dirty: true, keeping: { state: 'ended', at: null, since: new Date(), message: '' } });
    expect(named('session-ended').textContent).toContain('Your session ended. Sign in again; nothing is lost.');
  });
  it('what was refused is said in the server’s words, with the way there and another try', () => {
    show([], { dirty: true, problem: { message: 'The count is lower than the nodules described.', path: 'patient.afp', wanted: 'complete' } });
    expect(named('problem').textContent).toContain('Not saved. The count is lower than the nodules described. Nothing is lost.');
    expect(within(named('problem')).getAllByRole('button').map(one => one.textContent)).toEqual(['Go to it', 'Try again']);
  });
});

describe('versions', () => {
  const three = ['no', 'yes', 'no'].map((value, index) => report(`${index + 1}`, { answers: { patient: { cirrhosis: value } } }));

  it('are numbered, the newest first; any two are compared, a third takes the place of the first', async () => {
    show(three);
    expect(allNamed('version-row').map(one => one.querySelector('.vn')?.textContent)).toEqual(['3', '2', '1']);
    for (const row of [0, 1]) await user.click(allNamed('version-row')[row] as HTMLElement);
    expect(named('differences').getAttribute('aria-label')).toBe('Differences from 2 · you to 3 · you');
    await user.click(allNamed('version-row')[2] as HTMLElement);
    expect(named('differences').getAttribute('aria-label')).toBe('Differences from 1 · you to 2 · you');
    expect(store.getState().compared).toEqual(['2', '1']);
  });
  it('have what is not saved above them', () => {
    show(three, { dirty: true });
    expect(allNamed('version-row')[0]?.textContent).toContain('Not saved');
  });
});

describe('prior exams', () => {
  it('are carried over once: the same lesion, where it was, its size to be measured anew', async () => {
    show([], { priors: [prior] });
    expect(named('prior').textContent).toContain('14 Feb 2016177 days before');
    await user.click(named('carry-over'));
    expect(store.getState()).toMatchObject({ tab: 'nodules', nodule: 0, answers: { nodules: [{ tracking_uid: '2.25.7', location: ['VII'] }] } });
    await user.click(named('carry-over'));
    expect(store.getState().answers.nodules).toHaveLength(1);
  });
  it('are shown side by side by the viewer', async () => {
    show([], { priors: [prior] });
    await user.click(named('side-by-side'));
    expect(runCommand).toHaveBeenCalledWith('hepatiaWithPrior', { studyInstanceUid: '2.25.70' });
  });
  it('that cannot be read keep nobody from reading', () => {
    show([], { priors: 'failed' });
    expect(named('priors').textContent).toContain('could not be read');
  });
  it('give the arithmetic of growth, which is proposed and not chosen', async () => {
    show([], { priors: [prior], answers: { nodules: [{ tracking_uid: '2.25.7', diameter_mm: 32 }] } }, 'pt');
    expect(named('growth').textContent).toContain('21 → 32 mm, +52 % em 177 dias');
    expect(store.getState().answers.nodules).toEqual([{ tracking_uid: '2.25.7', diameter_mm: 32 }]);
  });
});

it('the menu is worked by keys', async () => {
  show([report('1')]);
  screen.getByRole('button', { name: 'More' }).focus();
  await user.keyboard('{Enter}');
  expect(document.activeElement?.textContent).toBe('History of versions');
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement?.textContent).toBe('Copy link');
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('menu')).toBeNull();
  await user.keyboard('{Enter}{Enter}');
  await waitFor(() => expect(store.getState().tab).toBe('report'));
});

it('axe finds nothing serious', async () => {
  const newer = report('2', { replaces: ['1'], author_login: 'rafael' });
  show([report('1'), newer], { priors: [prior], dirty: true, compared: ['1', '2'], conflict: { newer, wanted: null }, problem: { message: 'No.', path: '' } });
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false }, 'color-contrast': { enabled: false } } });
  expect(violations.filter(one => ['serious', 'critical'].includes(one.impact ?? '')).map(one => one.id)).toEqual([]);
});
