/** A template as the API gives it: JSON Schema with hints for drawing. */
import type { Text } from './api';

export interface ValueHints extends Text {
  short: Text | null;
  detail: Text | null;
  /** Its code, and other words that it is found by. */
  code?: string;
  synonyms?: string[];
}

export interface ItemHints {
  title: Text;
  short: Text | null;
  help: Text | null;
  control: string;
  section: string;
  required: boolean;
  unit: string | null;
  unit_label: Text | null;
  values: Record<string, ValueHints>;
  alone: string[];
  decimals: number | null;
  /** The quantity that the server measures, and the phase that it is measured in. */
  measured?: string | null;
  phase?: string | null;
}

export interface ItemSchema {
  type: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  maxLength?: number;
  'x-hepatia': ItemHints;
}

export interface MemberSchema {
  properties: Record<string, ItemSchema>;
}

export interface GroupSchema {
  type: 'object' | 'array';
  properties?: Record<string, ItemSchema>;
  items?: MemberSchema;
  'x-hepatia': { title: Text; counted_by?: string };
}

/** What an answer must be: one of some values, or in a range. */
export type Wanted = string[] | { min?: number; max?: number };
export type Alternative = Record<string, Wanted>;

export interface ProposalRule {
  path: string;
  value: string;
  text: Text;
  when: Alternative[];
  unless: Alternative[];
}

export interface TemplateSchema {
  properties: Record<string, GroupSchema>;
  'x-hepatia': {
    tabs: { name: string; title: Text; groups: string[] }[];
    sections: Record<string, Text>;
    phases?: Record<string, ValueHints>;
    proposals?: ProposalRule[];
  };
}

export interface Template {
  id: string;
  version: number;
  title: string;
  schema: TemplateSchema;
}
