/** Every key of ours, told once: the mode registers those with a command in OHIF, the panel obeys them, the list under `?` and the documentation show them. */
import type { Text } from './types/api';

export type Where = 'mode' | 'panel' | 'map' | 'pages' | 'consensus' | 'everywhere';

export interface Key {
  /** As OHIF's hotkeys are written; several ways stand side by side. */
  keys: string[];
  name: Text;
  where: Where;
  /** The OHIF command that it runs; the others belong to one control or page. */
  command?: string;
}

export const KEYS: readonly Key[] = [
  { keys: ['ctrl+s', 'meta+s'], command: 'hepatiaSave', where: 'mode', name: { en: 'Save report, and mask if changed', pt: 'Salvar laudo, e máscara se mudou' } },
  { keys: ['ctrl+enter', 'meta+enter'], command: 'hepatiaComplete', where: 'mode', name: { en: 'Complete the report', pt: 'Concluir o laudo' } },
  { keys: ['ctrl+shift+enter', 'meta+shift+enter'], command: 'hepatiaVerify', where: 'mode', name: { en: 'Verify the report', pt: 'Verificar o laudo' } },
  { keys: ['f8'], command: 'hepatiaNextMissing', where: 'mode', name: { en: 'Next missing or invalid answer', pt: 'Próxima resposta que falta ou está errada' } },
  { keys: ['shift+f8'], command: 'hepatiaPreviousMissing', where: 'mode', name: { en: 'Previous missing or invalid answer', pt: 'Resposta anterior que falta ou está errada' } },
  { keys: ['alt+pagedown'], command: 'hepatiaNextTab', where: 'mode', name: { en: 'Next tab', pt: 'Próxima aba' } },
  { keys: ['alt+pageup'], command: 'hepatiaPreviousTab', where: 'mode', name: { en: 'Previous tab', pt: 'Aba anterior' } },
  { keys: ['j'], command: 'hepatiaNextNodule', where: 'mode', name: { en: 'Next nodule', pt: 'Próximo nódulo' } },
  { keys: ['k'], command: 'hepatiaPreviousNodule', where: 'mode', name: { en: 'Previous nodule', pt: 'Nódulo anterior' } },
  { keys: ['a'], command: 'hepatiaAddNodule', where: 'mode', name: { en: 'Add a nodule', pt: 'Adicionar nódulo' } },
  { keys: ['g'], command: 'hepatiaGoToNodule', where: 'mode', name: { en: 'Go to the nodule’s slice in all phases', pt: 'Ir ao corte do nódulo em todas as fases' } },
  { keys: ['q'], command: 'hepatiaFourPhases', where: 'mode', name: { en: 'Four phases side by side', pt: 'Quatro fases lado a lado' } },
  { keys: ['m'], command: 'hepatiaToggleMasks', where: 'mode', name: { en: 'Hide or show masks; hidden while held', pt: 'Ocultar ou mostrar máscaras; ocultas enquanto pressionada' } },
  { keys: ['p'], command: 'hepatiaPresegment', where: 'mode', name: { en: 'Pre-segment', pt: 'Pré-segmentar' } },
  { keys: ['?'], command: 'hepatiaShowKeys', where: 'everywhere', name: { en: 'This list', pt: 'Esta lista' } },
  { keys: ['tab'], where: 'panel', name: { en: 'Next item', pt: 'Próximo item' } },
  { keys: ['left', 'right', 'up', 'down'], where: 'panel', name: { en: 'Choose a value', pt: 'Escolher um valor' } },
  { keys: ['y', 'n', 'u'], where: 'panel', name: { en: 'First letter: choose that value', pt: 'Primeira letra (S, N, I): escolher esse valor' } },
  { keys: ['backspace'], where: 'panel', name: { en: 'Clear the answer', pt: 'Limpar a resposta' } },
  { keys: ['enter'], where: 'panel', name: { en: 'Accept, and go to the next item', pt: 'Aceitar e ir ao próximo item' } },
  { keys: ['esc'], where: 'panel', name: { en: 'Back to the viewport', pt: 'Voltar à imagem' } },
  { keys: ['1', '2', '3', '4', '5', '6', '7', '8'], where: 'map', name: { en: 'Segment I to VIII; 4 is IVa', pt: 'Segmento I a VIII; 4 é IVa' } },
  { keys: ['shift+4'], where: 'map', name: { en: 'Segment IVb', pt: 'Segmento IVb' } },
  { keys: ['/'], where: 'pages', name: { en: 'Filter, or search report text', pt: 'Filtrar, ou buscar no texto dos laudos' } },
  { keys: ['esc'], where: 'pages', name: { en: 'Take the last filter away', pt: 'Retirar o último filtro' } },
];

/** Whether an event is one of these keys, as they are written in the table. */
export function matches(event: Pressed, written: string): boolean {
  const parts = written.split('+');
  const last = parts.at(-1) ?? '';
  const held = { ctrl: event.ctrlKey, meta: event.metaKey, alt: event.altKey, shift: event.shiftKey };
  // A character such as "?" says by itself whether Shift is needed for it.
  const free = last.length === 1 && !/[a-z0-9]/.test(last);
  const modifiers = (Object.keys(held) as (keyof typeof held)[]).filter(one => !(free && one === 'shift'));
  return modifiers.every(one => held[one] === parts.slice(0, -1).includes(one)) && event.key.toLowerCase() === (NAMES[last] ?? last);
}

export type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

const NAMES: Record<string, string> = { esc: 'escape', left: 'arrowleft', right: 'arrowright', up: 'arrowup', down: 'arrowdown' };

/** The command that a key runs in the whole mode. */
export const commandOf = (event: Pressed): string | undefined =>
  KEYS.find(one => one.command && one.keys.some(written => matches(event, written)))?.command;

const SHOWN: Record<string, string> = { ctrl: 'Ctrl', meta: '⌘', alt: 'Alt', shift: 'Shift', esc: 'Esc', enter: 'Enter', tab: 'Tab', backspace: 'Backspace', pagedown: 'PageDown', pageup: 'PageUp', left: '←', right: '→', up: '↑', down: '↓' };

/** "ctrl+s" as people read it: "Ctrl S". */
export const shownKey = (written: string): string =>
  written.split('+').map(part => SHOWN[part] ?? part.toUpperCase()).join(' ');
