/** Keys inside the panel: those of the table work as anywhere, all others end here, or a digit would change OHIF's window. */
import type { KeyboardEvent } from 'react';
import { commandOf } from '../keys';
import type { Template } from '../types/api';
import type { Ohif } from '../types/ohif';
import { PANEL_COMMANDS } from './commands';
import { goOn, leavePanel } from './moving';

const WRITES = 'textarea, input:not([type="radio"]):not([type="checkbox"]), [contenteditable]';

const isPlain = (event: KeyboardEvent): boolean => !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1;

export function pressed(event: KeyboardEvent<HTMLElement>, ohif: Ohif, template: Template): void {
  // OHIF listens on the document.
  event.stopPropagation();
  if (event.isDefaultPrevented()) return;
  const target = event.target as HTMLElement;
  const command = isPlain(event) && target.matches(WRITES) ? undefined : commandOf(event.nativeEvent);
  if (command) {
    taken(target);
    run(ohif, command);
  } else if (event.key === 'Escape') leavePanel(ohif.servicesManager.services.viewportGridService.getState().activeViewportId);
  else if (event.key === 'Enter' && target.closest('[data-path]') && !target.matches('textarea, button, summary, a')) goOn(template, target);
  else return;
  event.preventDefault();
}

/** A number is taken when its field is left: what a key saves must not miss the one that is being typed. */
function taken(target: HTMLElement): void {
  if (!target.matches('input[inputmode]')) return;
  target.blur();
  target.focus();
}

function run(ohif: Ohif, command: string): void {
  const own = PANEL_COMMANDS[command];
  if (own) own(ohif);
  else ohif.commandsManager?.runCommand(command);
}
