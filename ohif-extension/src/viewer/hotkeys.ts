/** The keys of the mode (keys.ts) among OHIF's hotkeys: they work wherever the focus is, and stand in OHIF's preferences. */
import { KEYS, shownKey } from '../keys';
import type { Language } from '../types/api';

export interface Hotkey {
  commandName: string;
  commandOptions?: object;
  label: string;
  keys: string[];
  isEditable?: boolean;
}

/** OHIF's commands that stand back: "add segment" is part of "add a nodule". */
const REPLACED = ['addNewSegment'];

const MAC = /mac|iphone|ipad/i;

/** OHIF's hotkeys with ours. It binds one combination to a command: on a Mac that with ⌘. */
export const withOurs = (bindings: Hotkey[], language: Language, platform: string): Hotkey[] => [
  ...bindings.filter(one => !REPLACED.includes(one.commandName)),
  ...KEYS.flatMap(({ command, keys, name }) => {
    const written = (MAC.test(platform) ? keys.find(one => one.startsWith('meta+')) : undefined) ?? keys[0];
    return command && written ? [{ commandName: command, label: `HepatIA: ${name[language]}`, keys: written.split('+'), isEditable: true }] : [];
  }),
];

/** The keys that hold in the whole mode, as Markdown: docs/reading.md. */
export const describeKeys = (language: Language): string =>
  [
    '| key | does |',
    '|---|---|',
    ...KEYS.filter(one => one.command).map(({ keys, name }) => `| ${keys.map(one => `\`${shownKey(one)}\``).join(' · ')} | ${name[language]} |`),
  ].join('\n');
