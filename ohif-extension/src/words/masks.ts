/** Words of masks and nodules. */
import type { Text } from '../types/api';

export const MASKS = {
} satisfies Record<string, Text>;
