/** Words of the form and its controls. */
import type { Text } from '../types/api';

export const FORM = {
} satisfies Record<string, Text>;
