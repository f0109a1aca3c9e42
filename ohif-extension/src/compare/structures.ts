/** What can be looked at: the liver, and each nodule of the comparison. */
import type { PageText } from '../pages/texts';
import type { Language } from '../types/api';
import type { Part } from './comparing';
import { liverOf, noduleOf, type Masks, type Structure } from './masks';

export const keyOf = (part: Part): string => (part.number === null ? part.group : `${part.group}-${part.number}`);

export const nameOfPart = (part: Part, language: Language, t: PageText): string =>
  part.number === null ? part.title[language] : `${t('nodule')} ${part.number}`;

export interface Named {
  name: string;
  structure: Structure;
}

/** Those that either mask has: nodules first, since they are what is looked at. */
export function structuresOf(masks: Masks, parts: Part[], language: Language, t: PageText): Named[] {
  const nodules = parts
    .filter(part => part.number !== null)
    .map(part => ({ name: nameOfPart(part, language, t), structure: noduleOf(masks, keyOf(part), part.a, part.b) }));
  const all = [...nodules, { name: t('liver'), structure: liverOf(masks) }];
  return all.filter(({ structure }) => structure.a.length + structure.b.length > 0);
}
