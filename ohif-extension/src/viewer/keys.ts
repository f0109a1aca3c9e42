/** The keys of the HepatIA mode: OHIF's hotkeys, its preferences, the list behind "?" and docs/reading.md are made of this table. */
import { nameInOhif, type Command } from '../commands';
import type { Language, Text } from '../types/api';

export interface Key {
  command: Command;
  /** As Mousetrap names them; "mod" is Ctrl, and ⌘ on a Mac. */
  keys: string;
  does: Text;
}

export interface Hotkey {
  commandName: string;
  commandOptions?: object;
  label: string;
  keys: string[];
  isEditable?: boolean;
}

export const KEYS: readonly Key[] = [
  { command: 'save', keys: 'mod+s', does: { en: 'Save the report, and the mask if it has changed', pt: 'Salvar o laudo, e a máscara se mudou' } },
  { command: 'complete', keys: 'mod+enter', does: { en: 'Complete the report', pt: 'Concluir o laudo' } },
  { command: 'verify', keys: 'mod+shift+enter', does: { en: 'Verify the report', pt: 'Verificar o laudo' } },
  { command: 'nextMissing', keys: 'f8', does: { en: 'Next missing or invalid answer', pt: 'Próxima resposta que falta ou é inválida' } },
  { command: 'previousMissing', keys: 'shift+f8', does: { en: 'Previous missing or invalid answer', pt: 'Resposta anterior que falta ou é inválida' } },
  { command: 'nextTab', keys: 'alt+pagedown', does: { en: 'Next tab of the panel', pt: 'Próxima aba do painel' } },
  { command: 'previousTab', keys: 'alt+pageup', does: { en: 'Previous tab of the panel', pt: 'Aba anterior do painel' } },
  { command: 'nextNodule', keys: 'j', does: { en: 'Next nodule', pt: 'Próximo nódulo' } },
  { command: 'previousNodule', keys: 'k', does: { en: 'Previous nodule', pt: 'Nódulo anterior' } },
  { command: 'addNodule', keys: 'a', does: { en: 'Add a nodule', pt: 'Acrescentar um nódulo' } },
  { command: 'goToNodule', keys: 'g', does: { en: "Go to the nodule's slice in all phases", pt: 'Ir ao corte do nódulo em todas as fases' } },
  { command: 'fourPhases', keys: 'q', does: { en: '4 phases; again: back to the layout before', pt: '4 fases; de novo: volta ao arranjo anterior' } },
  { command: 'masks', keys: 'm', does: { en: 'Hide or show masks; held down: hidden while held', pt: 'Ocultar ou mostrar as máscaras; segurando: ocultas enquanto segura' } },
  { command: 'presegment', keys: 'p', does: { en: 'Pre-segment the active series', pt: 'Pré-segmentar a série ativa' } },
  { command: 'keys', keys: '?', does: { en: 'This list', pt: 'Esta lista' } },
];

/** OHIF's commands that stand back: "add segment" is part of "add a nodule". */
const REPLACED = ['addNewSegment'];

const MAC = /mac|iphone|ipad/i;

/** OHIF's hotkeys with ours. */
export const withOurs = (bindings: Hotkey[], language: Language, platform = ''): Hotkey[] => [
  ...bindings.filter(one => !REPLACED.includes(one.commandName)),
  ...KEYS.map(({ command, keys, does }) => ({
    commandName: nameInOhif(command),
    label: `HepatIA: ${does[language]}`,
    keys: keys.split('+').map(key => (key === 'mod' ? (MAC.test(platform) ? 'meta' : 'ctrl') : key)),
    isEditable: true,
  })),
];

const NAMES: Record<string, string> = { mod: 'Ctrl/⌘', pagedown: 'PageDown', pageup: 'PageUp' };
const nameOf = (key: string): string => NAMES[key] ?? key.charAt(0).toUpperCase() + key.slice(1);

/** The names of a combination's keys, as they stand on a keyboard. */
export const caps = (keys: string): string[] => keys.split('+').map(nameOf);

/** The table as Markdown, for the documentation. */
export const describeKeys = (language: Language): string =>
  ['| key | does |', '|---|---|', ...KEYS.map(({ keys, does }) => `| \`${caps(keys).join(' ')}\` | ${does[language]} |`)].join('\n');

const TYPED_INTO = ['INPUT', 'SELECT', 'TEXTAREA'];

/** The command that a key pressed inside of the panel means. What could be typed there is left to the control. */
export function keyInPanel(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'target'>): Command | undefined {
  const found = KEYS.find(({ keys }) => isPressed(keys.split('+'), event));
  const typed = event.target instanceof Element && (TYPED_INTO.includes(event.target.tagName) || event.target.getAttribute('contenteditable') === 'true');
  const isLetter = found !== undefined && found.keys.length === 1;
  return isLetter && typed ? undefined : found?.command;
}

function isPressed(keys: string[], event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): boolean {
  const wanted = (key: string): boolean => keys.includes(key);
  const key = keys.at(-1) ?? '';
  // "?" stands on another key with Shift, or without, by the keyboard.
  const shift = key === '?' || event.shiftKey === wanted('shift');
  return event.key.toLowerCase() === key && (event.ctrlKey || event.metaKey) === wanted('mod') && event.altKey === wanted('alt') && shift;
}
