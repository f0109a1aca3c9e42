/** The way to an item, to what is missing, and from tab to tab. */
import { tabOf } from '../form/model';
import { requiredPaths } from '../lirads';
import * as store from '../store';
import { currentLanguage } from '../texts';
import type { Template } from '../types/api';

/** Show the control of an item, on its tab; of a repeated group, of the member that the path names or that is shown. */
export function goTo(template: Template, path: string): void {
  const tab = tabOf(template.schema, path);
  const index = Number(path.split('.')[1]);
  if (tab) store.set({ tab, ...(tab === 'nodules' && Number.isInteger(index) ? { nodule: index } : {}) });
  requestAnimationFrame(() => {
    const item = document.querySelector(`[data-path="${CSS.escape(path)}"]`);
    item?.scrollIntoView({ block: 'center' });
    item?.querySelector<HTMLElement>('input, select, textarea, [tabindex]')?.focus();
  });
}

/** Go to the next (or previous) required answer that is not there, after the one that has the focus. */
export function goToMissing(template: Template, backwards: boolean): void {
  const missing = requiredPaths(template.schema, store.getState().answers, currentLanguage());
  const here = document.activeElement?.closest('[data-path]')?.getAttribute('data-path') ?? '';
  const at = missing.indexOf(here);
  const next = backwards ? (at < 0 ? missing.length : at) - 1 : at + 1;
  const path = missing[(next + missing.length) % missing.length];
  if (path) goTo(template, path);
}

export function turnTab(template: Template, step: number): void {
  const tabs = template.schema['x-hepatia'].tabs.map(one => one.name);
  const next = tabs[(tabs.indexOf(store.getState().tab) + step + tabs.length) % tabs.length];
  if (next) store.set({ tab: next });
}
