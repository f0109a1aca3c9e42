/** A form of one group, drawn as in the panel: answers live in the store, and every change draws again. */
import { render, type RenderResult } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { useSyncExternalStore, type ReactElement } from 'react';
import { SurroundingsProvider, surroundings } from '../src/context';
import { fetchParts } from '../src/later';
import { GroupSections } from '../src/panels/GroupSections';
import * as store from '../src/store';
import type { Answers, ItemHints, ItemSchema, Json, Language, Template, TemplateSchema, Text } from '../src/types/api';
import type { Ohif } from '../src/types/ohif';

// Controls that come later are there.
await fetchParts();

export const text = (en: string, pt = en): Text => ({ en, pt });

/** Values by name: title in English, title in Portuguese. */
export function item(control: string, type: string, values: Record<string, [string, string]> = {}, more: Partial<ItemHints> = {}, rest: Partial<ItemSchema> = {}): ItemSchema {
  return {
    type,
    ...rest,
    'x-hepatia': {
      title: text('Item', 'Pergunta'), short: null, help: null, control, section: 'one', required: true, unit: null, unit_label: null, alone: [], decimals: null,
      values: Object.fromEntries(Object.entries(values).map(([name, [en, pt]]) => [name, { en, pt, short: null, detail: null }])),
      ...more,
    },
  };
}

export const YES_NO = { yes: ['Yes', 'Sim'], no: ['No', 'Não'], undetermined: ['Undetermined', 'Indeterminado'] } as Record<string, [string, string]>;

export function templateOf(properties: Record<string, ItemSchema>, more: Partial<TemplateSchema['x-hepatia']> = {}): Template {
  return {
    id: 'test', version: 1, title: 'Test',
    schema: {
      properties: { group: { type: 'object', 'x-hepatia': { title: text('Group') }, properties } },
      'x-hepatia': { tabs: [{ name: 'tab', title: text('Tab', 'Aba'), groups: ['group'] }], sections: { one: text('Section') }, ...more },
    },
  };
}

export interface Shown extends RenderResult {
  user: UserEvent;
  /** The answer to an item now. */
  answered: (name: string) => Json | undefined;
}

interface Options {
  answers?: Answers;
  language?: Language;
  role?: string;
  more?: Partial<TemplateSchema['x-hepatia']>;
}

export function show(properties: Record<string, ItemSchema>, { answers = {}, language = 'en', role = 'radiologist', more = {} }: Options = {}): Shown {
  window.localStorage.clear();
  window.localStorage.setItem('i18nextLng', language === 'pt' ? 'pt-BR' : 'en-US');
  const template = templateOf(properties, more);
  store.set({ template, answers, problem: null, studyUid: String(Math.random()) });
  const user = userEvent.setup();
  const shown = render(<Drawn template={template} language={language} role={role} />);
  return {
    ...shown,
    user,
    answered: name => {
      const group = store.getState().answers.group;
      return group && !Array.isArray(group) ? group[name] : undefined;
    },
  };
}

function Drawn({ template, language, role }: { template: Template; language: Language; role: string }): ReactElement {
  useSyncExternalStore(store.subscribe, store.getState);
  return (
    <SurroundingsProvider value={surroundings(language, role, {} as Ohif)}>
      <GroupSections template={template} name="group" />
    </SurroundingsProvider>
  );
}
