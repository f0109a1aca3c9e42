/** Every word of the panel that is not in the template, in both languages. */
import type { Language, Text } from './types/api';
import { FORM } from './words/form';
import { LAYOUTS } from './words/layouts';
import { MASKS } from './words/masks';
import { PANEL } from './words/panel';
import { REPORTS } from './words/reports';

const TEXTS = { ...PANEL, ...FORM, ...LAYOUTS, ...MASKS, ...REPORTS } satisfies Record<string, Text>;

export type TextKey = keyof typeof TEXTS;
export type Say = (key: TextKey) => string;

export const say =
  (language: Language): Say =>
  key =>
    TEXTS[key][language];

export const ALL_TEXTS: Record<string, Text> = TEXTS;

export { currentLanguage } from './language';
