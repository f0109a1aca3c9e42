/** The words of the dashboard, in both languages. */
import type { Text } from '../types/api';

export const DASHBOARD = {
} satisfies Record<string, Text>;
