/** JSON Schema → what the form draws, and how much of it is answered. */
import type { Answers, GroupSchema, ItemSchema, Json, Member, TemplateSchema } from '../types/api';

export interface Item {
  name: string;
  schema: ItemSchema;
}

export interface Section {
  name: string;
  items: Item[];
}

export interface Count {
  answered: number;
  required: number;
}

/** Items of a group, in the order of the template, gathered by their section. */
export function sections(group: GroupSchema): Section[] {
  const found: Section[] = [];
  for (const item of itemsOf(group)) {
    if (['hidden', 'measured'].includes(item.schema['x-hepatia'].control)) continue;
    const name = item.schema['x-hepatia'].section;
    const last = found.find(section => section.name === name);
    if (last) last.items.push(item);
    else found.push({ name, items: [item] });
  }
  return found;
}

export function itemsOf(group: GroupSchema): Item[] {
  const properties = group.properties ?? group.items?.properties ?? {};
  return Object.entries(properties).map(([name, schema]) => ({ name, schema }));
}

export function isAnswered(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** Members of a group: one for a group that stands once, any number for one that repeats. */
export function membersOf(answers: Answers, name: string, group: GroupSchema): Member[] {
  const value = answers[name];
  if (group.type === 'array') return Array.isArray(value) ? value : [];
  return [Array.isArray(value) || value === undefined ? {} : value];
}

/** Paths of required answers that are not there, as the server names them. */
export function missingPaths(schema: TemplateSchema, answers: Answers, groups?: string[]): string[] {
  const missing: string[] = [];
  for (const [name, group] of Object.entries(schema.properties)) {
    if (groups && !groups.includes(name)) continue;
    membersOf(answers, name, group).forEach((member, index) => {
      const prefix = group.type === 'array' ? `${name}.${index}` : name;
      for (const item of itemsOf(group)) {
        if (item.schema['x-hepatia'].required && !isAnswered(member[item.name])) missing.push(`${prefix}.${item.name}`);
      }
    });
  }
  return missing;
}

export function count(schema: TemplateSchema, answers: Answers, groups: string[]): Count {
  let required = 0;
  for (const name of groups) {
    const group = schema.properties[name];
    if (!group) continue;
    const each = itemsOf(group).filter(item => item.schema['x-hepatia'].required).length;
    required += each * membersOf(answers, name, group).length;
  }
  return { required, answered: required - missingPaths(schema, answers, groups).length };
}

/** The tab on which a path is found. */
export function tabOf(schema: TemplateSchema, path: string): string | undefined {
  const group = path.split('.')[0] ?? '';
  return schema['x-hepatia'].tabs.find(tab => tab.groups.includes(group))?.name;
}

/** A set with one value more or less; values that stand alone drive the others out, and leave for them. */
export function toggled(values: string[], value: string, alone: string[]): string[] {
  if (values.includes(value)) return values.filter(one => one !== value);
  if (alone.includes(value)) return [value];
  return [...values.filter(one => !alone.includes(one)), value];
}

/** Every path of the form, in its order. */
export function allPaths(schema: TemplateSchema, answers: Answers): string[] {
  return everyAnswer(schema, answers).map(one => one.path);
}

interface Place {
  path: string;
  item: Item;
  value: Json | undefined;
}

function everyAnswer(schema: TemplateSchema, answers: Answers): Place[] {
  const tabs = schema['x-hepatia'].tabs.flatMap(tab => tab.groups);
  const names = [...tabs, ...Object.keys(schema.properties).filter(name => !tabs.includes(name))];
  return names.flatMap(name => {
    const group = schema.properties[name];
    if (!group) return [];
    const items = sections(group).flatMap(section => section.items);
    return membersOf(answers, name, group).flatMap((member, index) => {
      const prefix = group.type === 'array' ? `${name}.${index}` : name;
      return items.map(item => ({ path: `${prefix}.${item.name}`, item, value: member[item.name] }));
    });
  });
}

/** Paths of numbers that are out of their range. */
export const outOfRange = (schema: TemplateSchema, answers: Answers): string[] =>
  everyAnswer(schema, answers)
    .filter(({ item, value }) => typeof value === 'number' && !inRange(value, item.schema))
    .map(one => one.path);

export const inRange = (value: number, schema: ItemSchema): boolean =>
  value >= (schema.minimum ?? -Infinity) && value > (schema.exclusiveMinimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);

/** Answers without what is empty: an empty set or object says nothing and breaks the schema. */
export function pruned(answers: Answers): Answers {
  const clean = (member: Member): Member => Object.fromEntries(Object.entries(member).filter(([, value]) => isAnswered(value)));
  const kept: Answers = {};
  for (const [name, value] of Object.entries(answers)) {
    if (Array.isArray(value)) kept[name] = value.map(clean);
    else if (Object.keys(clean(value)).length > 0) kept[name] = clean(value);
  }
  return kept;
}
