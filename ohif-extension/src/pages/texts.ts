/** The words of the pages, in both languages. */
import type { Language, Text } from '../types/api';
import { COMPARE } from '../words/compare';
import { DASHBOARD } from '../words/dashboard';
import { EXPORTS } from '../words/exports';
import { PAGES } from '../words/pages';
import { SEARCH } from '../words/search';
import { STATUS } from '../words/status';

const TEXTS: Record<string, Text> = { ...PAGES, ...SEARCH, ...DASHBOARD, ...STATUS, ...EXPORTS, ...COMPARE };

export type PageText = (key: string) => string;

/** The words of one language; what is not a key is shown as it is, such as the name of a group of another template. */
export const words =
  (language: Language): PageText =>
  key =>
    TEXTS[key]?.[language] ?? key;

/** `1 exam`, `96 exams`: a word stands with its number; one of them has a key of its own. */
export const counted = (count: number, of: 'exams' | 'patients' | 'studiesCount', t: PageText): string => t(count === 1 ? `${of}.one` : of);
