/** Texts in number fields that are no number: kept beside the answers, so that nothing typed is lost, and counted as invalid. */
import { getState, set } from '../store';

const texts = new Map<string, string>();

const keyOf = (path: string): string => `${getState().studyUid} ${path}`;

export const typedText = (path: string): string | undefined => texts.get(keyOf(path));

export function keepTyped(path: string, text: string | undefined): void {
  if (typedText(path) === text) return;
  if (text === undefined) texts.delete(keyOf(path));
  else texts.set(keyOf(path), text);
  set({});
}

export function typedPaths(): string[] {
  const prefix = keyOf('');
  return [...texts.keys()].filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length));
}
