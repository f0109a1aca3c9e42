/** Texts in number fields that are no number: kept beside the answers, so that nothing typed is lost, and counted as invalid. */
import { getState, set } from '../store';
import type { Answers, TemplateSchema } from '../types/api';
import { outOfRange } from './model';

const texts = new Map<string, string>();

const keyOf = (path: string): string => `${getState().studyUid} ${path}`;

export const typedText = (path: string): string | undefined => texts.get(keyOf(path));

export function keepTyped(path: string, text: string | undefined): void {
  if (typedText(path) === text) return;
  if (text === undefined) texts.delete(keyOf(path));
  else texts.set(keyOf(path), text);
  set({});
}

/** Paths of what cannot be saved as it stands: numbers out of range, and what is no number. */
export function invalidPaths(schema: TemplateSchema, answers: Answers): string[] {
  const prefix = keyOf('');
  const unreadable = [...texts.keys()].filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length));
  return [...new Set([...outOfRange(schema, answers), ...unreadable])];
}
