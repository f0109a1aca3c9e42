import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useSyncExternalStore, type ReactElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SurroundingsProvider, surroundings } from '../src/context';
import { KEYS, commandOf, matches, shownKey } from '../src/keys';
import { GroupSections } from '../src/panels/GroupSections';
import { Tabs } from '../src/panels/Tabs';
import { pressed } from '../src/panels/keyboard';
import * as store from '../src/store';
import type { Answers, Template } from '../src/types/api';
import type { Ohif } from '../src/types/ohif';
import { YES_NO, item, text } from './form';

const template: Template = {
  id: 'test', version: 1, title: 'Test',
  schema: {
    properties: {
      patient: { type: 'object', 'x-hepatia': { title: text('Patient') }, properties: { cirrhosis: item('segmented', 'string', YES_NO, { title: text('Cirrhosis') }), afp: item('number', 'number', {}, { title: text('AFP'), required: false, unit: 'mm' }, { maximum: 9 }) } },
      exam: { type: 'object', 'x-hepatia': { title: text('Exam') }, properties: { note: item('text', 'string', {}, { title: text('Note') }), ascites: item('segmented', 'string', YES_NO, { title: text('Ascites') }) } },
    },
    'x-hepatia': { tabs: [{ name: 'patient', title: text('Patient'), groups: ['patient'] }, { name: 'exam', title: text('Exam'), groups: ['exam'] }], sections: { one: text('Section') } },
  },
};

const runCommand = vi.fn();
const pane = document.createElement('div');
pane.dataset.cy = 'viewport-pane';
pane.innerHTML = '<div data-viewport-uid="v1"></div>';
const ohif = { commandsManager: { runCommand }, servicesManager: { services: { viewportGridService: { getState: () => ({ activeViewportId: 'v1' }) } } } } as unknown as Ohif;
const onDocument = vi.fn();

function Drawn(): ReactElement {
  const { tab } = useSyncExternalStore(store.subscribe, store.getState);
  return (
    <SurroundingsProvider value={surroundings('en', 'radiologist', ohif)}>
      <div data-cy="hepatia-panel" onKeyDown={event => pressed(event, ohif, template)}>
        <Tabs template={template} />
        <div>
          <GroupSections key={tab} template={template} name={tab} />
        </div>
      </div>
    </SurroundingsProvider>
  );
}

function show(answers: Answers = {}) {
  store.set({ template, answers, tab: 'patient', problem: null, studyUid: String(Math.random()) });
  render(<Drawn />);
  return userEvent.setup();
}

const frame = (): Promise<unknown> => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
const focused = (): string | undefined => document.activeElement?.closest<HTMLElement>('[data-path]')?.dataset.path;

beforeEach(() => {
  window.localStorage.clear();
  Element.prototype.scrollIntoView = vi.fn();
  document.body.append(pane);
  document.addEventListener('keydown', onDocument);
});
afterEach(() => {
  cleanup();
  document.removeEventListener('keydown', onDocument);
  vi.clearAllMocks();
});

describe('the table of keys', () => {
  it('tells no key of the mode twice, and has both languages', () => {
    const written = KEYS.filter(key => key.command).flatMap(key => key.keys);
    expect(new Set(written).size).toBe(written.length);
    expect(KEYS.every(key => key.name.en && key.name.pt && key.keys.length > 0)).toBe(true);
  });
  it('knows a key with exactly its modifiers', () => {
    const event = { key: 's', ctrlKey: true, metaKey: false, altKey: false, shiftKey: false };
    expect(matches(event, 'ctrl+s')).toBe(true);
    expect(matches({ ...event, altKey: true }, 'ctrl+s')).toBe(false);
    expect(commandOf({ ...event, key: 'Enter', shiftKey: true })).toBe('hepatiaVerify');
    expect(commandOf({ ...event, key: '?', ctrlKey: false, shiftKey: true })).toBe('hepatiaShowKeys');
    expect(commandOf({ ...event, key: '7', ctrlKey: false })).toBeUndefined();
    expect(shownKey('ctrl+shift+enter')).toBe('Ctrl Shift Enter');
  });
});

describe('keys inside the panel', () => {
  it('end there, or a digit would change OHIF’s window', async () => {
    const user = show();
    await user.click(screen.getByRole('radio', { name: 'Yes' }));
    await user.keyboard('17 z');
    expect(onDocument).not.toHaveBeenCalled();
    expect(runCommand).not.toHaveBeenCalled();
  });
  it('of the mode work from a control that does not take them, and never while one writes', async () => {
    const user = show();
    await user.click(screen.getByRole('radio', { name: 'Yes' }));
    await user.keyboard('g');
    expect(runCommand).toHaveBeenCalledWith('hepatiaGoToNodule');
    // "U" is an answer here.
    await user.keyboard('u');
    expect(store.getState().answers.patient).toEqual({ cirrhosis: 'undetermined' });
    await user.click(screen.getByRole('textbox', { name: /AFP/ }));
    await user.keyboard('qgm');
    expect(runCommand).toHaveBeenCalledTimes(1);
  });
  it('take the number that is being typed before they do anything, and leave the reader in its field', async () => {
    const user = show();
    await user.click(screen.getByRole('textbox', { name: /AFP/ }));
    await user.keyboard('7{Control>}s{/Control}');
    expect(store.getState().answers.patient).toEqual({ afp: 7 });
    expect(focused()).toBe('patient.afp');
  });
  it('lead by Enter to the next item, and after the last to the next tab', async () => {
    const user = show();
    await user.click(screen.getByRole('radio', { name: 'Yes' }));
    await user.keyboard('{Enter}');
    expect(focused()).toBe('patient.afp');
    await user.keyboard('7{Enter}');
    await frame();
    expect(store.getState().answers.patient).toEqual({ cirrhosis: 'yes', afp: 7 });
    expect(store.getState().tab).toBe('exam');
    expect(focused()).toBe('exam.note');
  });
  it('keep Enter in a text', async () => {
    const user = show();
    await user.click(screen.getByRole('tab', { name: /Exam/ }));
    await user.click(screen.getByRole('textbox', { name: /Note/ }));
    await user.keyboard('a{Enter}b');
    expect(store.getState().answers.exam).toEqual({ note: 'a\nb' });
  });
  it('turn tabs, and give the focus back to the image by Escape', async () => {
    const user = show();
    await user.click(screen.getByRole('radio', { name: 'Yes' }));
    await user.keyboard('{Alt>}{PageDown}{/Alt}');
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: /Exam/ }));
    await user.keyboard('{Alt>}{PageUp}{/Alt}');
    expect(store.getState().tab).toBe('patient');
    await user.keyboard('{Escape}');
    expect(document.activeElement).toBe(pane);
  });
  it('go from one missing or invalid answer to the next, round and back', async () => {
    const user = show({ patient: { cirrhosis: 'no', afp: 12 }, exam: { note: 'x' } });
    screen.getByRole('tab', { name: /Patient/ }).focus();
    for (const [key, path] of [['{F8}', 'patient.afp'], ['{F8}', 'exam.ascites'], ['{F8}', 'patient.afp'], ['{Shift>}{F8}{/Shift}', 'exam.ascites']] as const) {
      await user.keyboard(key);
      await frame();
      expect(focused(), key).toBe(path);
    }
  });
});

describe('tabs', () => {
  it('tell what is answered of what is required, and what is to be corrected', () => {
    show({ patient: { cirrhosis: 'no', afp: 12 }, exam: { note: 'x' } });
    expect(screen.getByRole('tab', { name: /Patient/ }).textContent).toBe('Patient1 to fix');
    expect(screen.getByRole('tab', { name: /Exam/ }).textContent).toBe('Exam1 / 2');
    fireEvent.click(screen.getByRole('tab', { name: /Exam/ }));
    expect(document.querySelector('.p-tab.on .meter i')?.getAttribute('style')).toContain('50%');
  });
  it('are checked when complete', () => {
    show({ patient: { cirrhosis: 'no' } });
    const patient = screen.getByRole('tab', { name: /Patient/ });
    expect(patient.querySelector('small')?.className).toBe('ok');
    expect(patient.querySelector('.meter .full')).not.toBeNull();
  });
  it('are one stop for Tab, with arrows between', async () => {
    const user = show();
    await user.tab();
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: /Patient/ }));
    await user.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: /Exam/, selected: true }));
    await user.keyboard('{ArrowRight}');
    expect(store.getState().tab).toBe('patient');
    await user.keyboard('{End}');
    expect(store.getState().tab).toBe('exam');
    await user.tab();
    expect(focused()).toBe('exam.note');
  });
});
