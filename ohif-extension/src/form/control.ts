/** What every control is given, and what they share. */
import type { ItemSchema, Json, Language, Text, ValueHints } from '../types/api';

export interface Proposal {
  value: string;
  text: Text;
}

export interface ControlProps {
  schema: ItemSchema;
  value: Json | undefined;
  path: string;
  /** Of the control itself, for its label. */
  id: string;
  /** Ids of help and error. */
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
  /** What other answers propose for this item; null where they propose nothing yet. */
  proposal?: Proposal | null | undefined;
  onChange: (value: Json | undefined) => void;
}

export type Option = [name: string, hints: ValueHints];

export const optionsOf = (schema: ItemSchema): Option[] => Object.entries(schema['x-hepatia'].values);

export const asList = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Small letters without accents, as people search and type. */
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The option that a letter picks: the next one after the chosen that begins with it, and round again. */
export function pickedBy(letter: string, options: Option[], chosen: string | undefined, language: Language): string | undefined {
  const begins = options.filter(([, hints]) => plain(hints[language]).replace(/^lr-/, '').startsWith(plain(letter))).map(([name]) => name);
  return begins[(begins.indexOf(chosen ?? '') + 1) % begins.length];
}

interface Pressed {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  preventDefault(): void;
}

/** Keys of one of a few: a letter picks, Backspace clears; arrows are the browser's. */
export function pickByKey(event: Pressed, options: Option[], chosen: string | undefined, language: Language, choose: (name: string | undefined) => void): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const clears = event.key === 'Backspace' || event.key === 'Delete';
  const picked = event.key.length === 1 && event.key !== ' ' ? pickedBy(event.key, options, chosen, language) : undefined;
  if (!clears && picked === undefined) return;
  event.preventDefault();
  choose(clears ? undefined : picked);
}

/** `LR-TIV` → `tiv`, the end of the badge's class. */
export const suffix = (category: string): string => category.replace(/^LR-/, '').toLowerCase();
