/** What is wrong with an answer as it stands, before a server is asked: at the item, with what can be done. */
import { say } from '../texts';
import type { Answers, ItemSchema, Json, Language, TemplateSchema } from '../types/api';
import { inRange, outOfRange } from './model';
import { meant, rangeText } from './numbers';
import { typedPaths, typedText } from './typed';

export interface AtItem {
  text: string;
  /** A value that was probably meant. */
  use: number | null;
}

export function problemAt(path: string, value: Json | undefined, schema: ItemSchema, language: Language, tooFew: boolean): AtItem | null {
  const t = say(language);
  if (typedText(path) !== undefined) return { text: t(schema.type === 'integer' ? 'wholeNumberOnly' : 'numberOnly'), use: null };
  if (typeof value !== 'number') return null;
  if (!inRange(value, schema)) return { text: rangeText(schema, language), use: meant(value, schema) };
  return tooFew ? { text: t('tooFew'), use: null } : null;
}

/** Paths of counts that are lower than the members described. */
export function tooLow(schema: TemplateSchema, answers: Answers): string[] {
  return Object.entries(schema.properties).flatMap(([name, group]) => {
    const path = group['x-hepatia'].counted_by;
    const [of = '', item = ''] = path?.split('.') ?? [];
    const members = answers[name];
    const counted = answers[of];
    const count = counted && !Array.isArray(counted) ? counted[item] : undefined;
    return path && Array.isArray(members) && typeof count === 'number' && count < members.length ? [path] : [];
  });
}

/** Paths of what cannot be saved as it stands. */
export const invalidPaths = (schema: TemplateSchema, answers: Answers): string[] => [
  ...new Set([...outOfRange(schema, answers), ...tooLow(schema, answers), ...typedPaths()]),
];
