/** What differs between two versions of a report, item by item, in the order of the template. */
import { isAnswered, itemsOf, membersOf } from './form/model';
import type { Answers, GroupSchema, ItemSchema, Json, Language, Member, Template, Text } from './types/api';

export interface Difference {
  /** As the server names it, in the later version; of what is gone, in the earlier one. */
  path: string;
  /** Of the item; of a member that came or went, of its group. */
  title: Text;
  /** Number of the member of a repeated group, from 1. */
  member: number | null;
  /** Null when a whole member came or went. */
  item: ItemSchema | null;
  before: Json | undefined;
  after: Json | undefined;
}

/** Items that say what the reader does not answer. */
export const UNSEEN = ['hidden', 'measured'];
/** What tells one member from another when a whole one came or went. */
const TELLING = ['number', 'liver_map', 'badges'];

export function differences(template: Template, before: Answers, after: Answers): Difference[] {
  return Object.entries(template.schema.properties).flatMap(([name, group]) =>
    paired(name, group, before, after).flatMap(pair => ofMember(name, group, pair)),
  );
}

interface Pair {
  before: Member | null;
  after: Member | null;
  /** Place in the later version, or of what is gone in the earlier one. */
  index: number;
}

/** Members that are the same lesion: by tracking UID; where one side has none yet, in their order. */
function paired(name: string, group: GroupSchema, before: Answers, after: Answers): Pair[] {
  const left = membersOf(before, name, group);
  const right = membersOf(after, name, group);
  if (group.type !== 'array') return [{ before: left[0] ?? {}, after: right[0] ?? {}, index: 0 }];
  const partners = partnersOf(left, right);
  const pairs = right.map((member, index) => ({ before: left[partners.get(index) ?? -1] ?? null, after: member, index }));
  const kept = new Set(partners.values());
  const gone = left.flatMap((member, index) => (kept.has(index) ? [] : [{ before: member, after: null, index }]));
  return [...pairs, ...gone];
}

function partnersOf(left: Member[], right: Member[]): Map<number, number> {
  const partners = new Map<number, number>();
  const free = new Set(left.keys());
  const pair = (index: number, isSame: (one: number) => boolean): void => {
    const found = partners.has(index) ? undefined : [...free].find(isSame);
    if (found === undefined) return;
    partners.set(index, found);
    free.delete(found);
  };
  const uid = (member: Member | undefined): Json | undefined => member?.tracking_uid;
  right.forEach((member, index) => isAnswered(uid(member)) && pair(index, one => uid(left[one]) === uid(member)));
  right.forEach((member, index) => pair(index, one => !isAnswered(uid(left[one])) || !isAnswered(uid(member))));
  return partners;
}

function ofMember(name: string, group: GroupSchema, { before, after, index }: Pair): Difference[] {
  const isRepeated = group.type === 'array';
  const about = { path: isRepeated ? `${name}.${index}` : name, member: isRepeated ? index + 1 : null };
  if (!before || !after) return [{ ...about, title: group['x-hepatia'].title, item: null, before: before ?? undefined, after: after ?? undefined }];
  return itemsOf(group)
    .filter(item => !UNSEEN.includes(item.schema['x-hepatia'].control) && !isSame(before[item.name], after[item.name]))
    .map(item => ({
      ...about,
      path: `${about.path}.${item.name}`,
      title: item.schema['x-hepatia'].short ?? item.schema['x-hepatia'].title,
      item: item.schema,
      before: before[item.name],
      after: after[item.name],
    }));
}

/** Nothing and an empty set are the same, and so are sets in another order. */
export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (!isAnswered(one) || !isAnswered(other)) return isAnswered(one) === isAnswered(other);
  const canonical = (value: Json | undefined): string => JSON.stringify(Array.isArray(value) ? value.map(String).sort() : value);
  return canonical(one) === canonical(other);
}

/** An answer in the words of the template. */
export function inWords(item: ItemSchema, value: Json | undefined, language: Language): string {
  if (!isAnswered(value)) return '–';
  const hints = item['x-hepatia'];
  const one = (given: Json): string => {
    const known = hints.values[String(given)];
    return known ? (known.short ?? known)[language] : String(given);
  };
  if (Array.isArray(value)) return value.map(one).join(', ');
  if (typeof value !== 'number') return one(value ?? null);
  const unit = hints.unit_label?.[language] ?? hints.unit;
  return [decimal(value, language), unit].filter(Boolean).join(' ');
}

/** A number with the decimal sign of the language. */
export const decimal = (value: number, language: Language): string => String(value).replace('.', language === 'pt' ? ',' : '.');

/** What tells a member of a repeated group: its size, place and category. */
export function memberInWords(group: GroupSchema, member: Member, language: Language): string {
  const told = TELLING.map(control => itemsOf(group).find(item => item.schema['x-hepatia'].control === control));
  const words = told.flatMap(item => (item && isAnswered(member[item.name]) ? [inWords(item.schema, member[item.name], language)] : []));
  return words.length > 0 ? words.join(' · ') : '–';
}
