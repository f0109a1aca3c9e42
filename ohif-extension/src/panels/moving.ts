/** Moving through the panel: to an item, to what is missing, to another tab or nodule, back to the images. */
import { allPaths, tabOf } from '../form/model';
import { invalidPaths } from '../form/problems';
import { GROUP, nodulesOf, requiredPaths } from '../lirads';
import { getState, set } from '../store';
import { currentLanguage } from '../texts';
import type { Template } from '../types/api';

const FOCUSABLE = 'input:not([tabindex="-1"]), select, textarea, button:not([tabindex="-1"]), [tabindex="0"]';
const PANEL = '[data-cy="hepatia-panel"]';

/** Where the reader is: the item that has the focus, else the one that was gone to last. */
let last = '';

const focusedPath = (): string => document.activeElement?.closest<HTMLElement>('[data-path]')?.dataset.path ?? last;

/** Go to the next or previous answer that is missing or invalid, in the order of the form, and round again. */
export function goToMissing(template: Template, backwards: boolean): void {
  const { answers } = getState();
  const order = allPaths(template.schema, answers);
  const open = new Set([...requiredPaths(template.schema, answers, currentLanguage()), ...invalidPaths(template.schema, answers)]);
  const wanted = order.filter(path => open.has(path));
  if (backwards) wanted.reverse();
  const here = order.indexOf(focusedPath());
  const beyond = wanted.find(path => (backwards ? order.indexOf(path) < here : order.indexOf(path) > here));
  const path = (here < 0 ? undefined : beyond) ?? wanted[0];
  if (path) goTo(template, path);
}

/** Show the control of an item, on its tab; of a repeated group, of the member that the path names or that is shown. */
export function goTo(template: Template, path: string): void {
  const tab = tabOf(template.schema, path);
  const index = Number(path.split('.')[1]);
  if (tab) set({ tab, ...(tab === 'nodules' && Number.isInteger(index) ? { nodule: index } : {}) });
  last = path;
  requestAnimationFrame(() => focusItem(document.querySelector(`[data-path="${CSS.escape(path)}"]`)));
}

function focusItem(item: Element | null): boolean {
  item?.closest('details')?.setAttribute('open', '');
  item?.scrollIntoView({ block: 'center' });
  const control = item?.querySelector<HTMLElement>('input:checked') ?? item?.querySelector<HTMLElement>(FOCUSABLE);
  control?.focus();
  return Boolean(control);
}

/** Go on to the item after this one; after the last of a tab, to the first of the next. */
export function goOn(template: Template, from: Element): void {
  const items = [...document.querySelectorAll(`${PANEL} [data-path]`)];
  const after = items.slice(items.findIndex(one => one.contains(from)) + 1);
  if (after.some(one => one.querySelector(FOCUSABLE) && focusItem(one))) return;
  const tabs = template.schema['x-hepatia'].tabs;
  if (getState().tab === tabs.at(-1)?.name) return;
  turnTab(template, 1);
  requestAnimationFrame(() => focusItem(document.querySelector(`${PANEL} [data-path]`)));
}

export function turnTab(template: Template, step: number): void {
  const tabs = template.schema['x-hepatia'].tabs.map(one => one.name);
  const next = tabs[(tabs.indexOf(getState().tab) + step + tabs.length) % tabs.length];
  if (!next) return;
  // What has the focus goes with its tab.
  const wasInside = document.activeElement?.closest(PANEL);
  set({ tab: next });
  if (wasInside) document.getElementById(`hepatia-tab-${next}`)?.focus();
}

export function turnNodule(step: number): void {
  const { answers, nodule } = getState();
  const count = nodulesOf(answers).length;
  if (count > 0) set({ tab: GROUP, nodule: (nodule + step + count) % count });
}

/** Give the focus back to the images: to the pane. In the viewport itself cornerstone swallows every letter. */
export function leavePanel(activeViewportId: string | undefined): void {
  const canvas = document.querySelector(`[data-viewport-uid="${CSS.escape(activeViewportId ?? '')}"]`);
  const viewport = canvas?.closest<HTMLElement>('[data-cy="viewport-pane"]');
  if (viewport) viewport.tabIndex = -1;
  if (viewport) viewport.focus({ preventScroll: true });
  else (document.activeElement as HTMLElement | null)?.blur();
}
