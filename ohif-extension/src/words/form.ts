/** Words of the form and its controls. */
import type { Text } from '../types/api';

export const FORM = {
  toFix: { en: 'to fix', pt: 'a corrigir' },
} satisfies Record<string, Text>;
