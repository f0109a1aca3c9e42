/** Numbers as people type and read them: decimal comma or point, thousands apart, the range in words. */
import { say } from '../texts';
import type { ItemSchema, Json, Language } from '../types/api';
import { inRange } from './model';

const THIN_SPACE = '\u2009';

/** A number as it was typed; undefined for an empty field, null for what is no number. */
export function parseNumber(text: string, schema: ItemSchema): number | undefined | null {
  const plain = text.replace(/\s/g, '');
  if (plain === '') return undefined;
  // Where nobody writes decimals, "1.486" and "1,486" are thousands.
  if (schema['x-hepatia'].decimals === 0 && /^\d{1,3}([.,]\d{3})+$/.test(plain)) return Number(plain.replace(/[.,]/g, ''));
  if (!/^[-−]?\d+([.,]\d+)?$/.test(plain)) return null;
  const value = Number(plain.replace(',', '.').replace('−', '-'));
  return schema.type === 'integer' && !Number.isInteger(value) ? null : value;
}

/** A number with the decimals of its item, more where it has more. */
export function shownNumber(value: Json | undefined, schema: ItemSchema, language: Language): string {
  if (typeof value !== 'number') return '';
  const wanted = schema['x-hepatia'].decimals ?? 0;
  const exact = String(value);
  const [whole = '', fraction = ''] = ((exact.split('.')[1]?.length ?? 0) > wanted ? exact : value.toFixed(wanted)).split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  return fraction ? `${apart}${language === 'pt' ? ',' : '.'}${fraction}` : apart;
}

/** What is said of a number out of its range: the range that is allowed. */
export function rangeText(schema: ItemSchema, language: Language): string {
  const t = say(language);
  const unit = schema['x-hepatia'].unit_label?.[language] ?? schema['x-hepatia'].unit ?? '';
  const { minimum, exclusiveMinimum, maximum } = schema;
  const number = (limit: number): string => shownNumber(limit, { ...schema, 'x-hepatia': { ...schema['x-hepatia'], decimals: 0 } }, language);
  const from = exclusiveMinimum !== undefined ? `${t('moreThan')} ${number(exclusiveMinimum)}` : minimum !== undefined ? number(minimum) : '';
  if (maximum === undefined) return `${t('outOfRange')} ${exclusiveMinimum !== undefined ? from : `${from} ${t('orMore')}`} ${unit}`.trim() + '.';
  const upTo = exclusiveMinimum !== undefined ? `, ${t('upTo')} ${number(maximum)}` : ` ${t('upTo')} ${number(maximum)}`;
  return `${t('outOfRange')} ${from}${upTo} ${unit}`.trim() + '.';
}

/** The number that was meant where the decimal separator was evidently forgotten: 145 for 14.5. */
export function meant(value: number, schema: ItemSchema): number | null {
  const decimals = schema['x-hepatia'].decimals ?? 0;
  const smaller = value / 10 ** decimals;
  const forgotten = decimals > 0 && Number.isInteger(value) && schema.maximum !== undefined && value > schema.maximum;
  return forgotten && inRange(smaller, schema) ? smaller : null;
}
