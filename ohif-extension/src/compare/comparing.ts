/** Two readings of one study, answer by answer: what differs, what agrees, and what agrees within a tolerance. */
import { UNSEEN, isSame } from '../differences';
import { isAnswered, itemsOf, membersOf } from '../form/model';
import type { Answers, GroupSchema, ItemSchema, Json, Member, Template, Text } from '../types/api';
import { paired, type Overlap, type Pair } from './pairing';

export interface Row {
  /** Item of its group. */
  name: string;
  title: Text;
  item: ItemSchema;
  a: Json | undefined;
  b: Json | undefined;
  agrees: boolean;
  /** Of numbers: by how much they differ. */
  by: number | null;
}

/** A group of the template, or one nodule. */
export interface Part {
  group: string;
  title: Text;
  /** Of a repeated group: number of the member in this comparison, from 1, and who has described it. */
  number: number | null;
  pair: Pair | null;
  a: Member | null;
  b: Member | null;
  rows: Row[];
}

/** What counts as agreement: millimetres between two lengths, and a share of the larger of two volumes. */
export interface Tolerance {
  mm: number;
  volume: number;
}

export const TOLERANCE: Tolerance = { mm: 2, volume: 0.05 };

export function compared(template: Template, a: Answers, b: Answers, tolerance: Tolerance, overlap?: Overlap): Part[] {
  return Object.entries(template.schema.properties).flatMap(([name, group]): Part[] => {
    const [left, right] = [membersOf(a, name, group), membersOf(b, name, group)];
    const title = group['x-hepatia'].title;
    if (group.type !== 'array') {
      const [one, other] = [left[0] ?? {}, right[0] ?? {}];
      return [{ group: name, title, number: null, pair: null, a: one, b: other, rows: rowsOf(group, one, other, tolerance) }];
    }
    return paired(left, right, overlap).map((pair, place) => {
      const one = pair.a === null ? null : (left[pair.a] ?? null);
      const other = pair.b === null ? null : (right[pair.b] ?? null);
      return { group: name, title, number: place + 1, pair, a: one, b: other, rows: one && other ? rowsOf(group, one, other, tolerance) : [] };
    });
  });
}

/** Items that at least one of the two has answered, in the order of the template. */
function rowsOf(group: GroupSchema, a: Member, b: Member, tolerance: Tolerance): Row[] {
  return itemsOf(group)
    .filter(({ name, schema }) => !UNSEEN.includes(schema['x-hepatia'].control) && (isAnswered(a[name]) || isAnswered(b[name])))
    .map(({ name, schema }) => {
      const [one, other] = [a[name], b[name]];
      const by = typeof one === 'number' && typeof other === 'number' ? Math.abs(one - other) : null;
      const agrees = isSame(one, other) || (by !== null && by <= allowed(schema, one, other, tolerance) + 1e-9);
      return { name, title: schema['x-hepatia'].short ?? schema['x-hepatia'].title, item: schema, a: one, b: other, agrees, by };
    });
}

function allowed(item: ItemSchema, one: Json | undefined, other: Json | undefined, tolerance: Tolerance): number {
  const unit = item['x-hepatia'].unit;
  if (unit === 'mm') return tolerance.mm;
  return unit === 'cm3' ? tolerance.volume * Math.max(Number(one), Number(other)) : 0;
}

/** How many of all answers agree; a nodule that only one has described is one that differs. */
export function agreement(parts: Part[]): { agree: number; of: number } {
  const rows = parts.flatMap(part => part.rows);
  const alone = parts.filter(part => !part.a || !part.b).length;
  return { agree: rows.filter(row => row.agrees).length, of: rows.length + alone };
}
