/** Words of drafts, versions, finished reports and prior exams. */
import type { Text } from '../types/api';

export const REPORTS = {
} satisfies Record<string, Text>;
