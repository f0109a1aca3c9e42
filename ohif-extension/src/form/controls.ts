/** The controls by their names in the template. */
import type { ComponentType } from 'react';
import { later } from '../later';
import { Chips } from './Chips';
import { Badges, Segmented, Tiles } from './OneOf';
import { Lookup } from './Lookup';
import { NumberField } from './NumberField';
import { TextField } from './TextField';
import type { ControlProps } from './control';

export { suffix } from './control';

export const CONTROLS: Record<string, ComponentType<ControlProps>> = {
  segmented: Segmented,
  chips: Chips,
  tiles: Tiles,
  lookup: Lookup,
  number: NumberField,
  liver_map: later(async () => (await import('./LiverMap')).LiverMap),
  badges: Badges,
  text: TextField,
};
