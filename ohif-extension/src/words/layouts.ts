/** Words of viewports: layouts, overlays, keys. */
import type { Text } from '../types/api';

export const LAYOUTS = {
} satisfies Record<string, Text>;
