/** Numbers of exports, said. */
import type { Language } from '../types/api';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const STEP = 1000;

const locale = (language: Language): string => (language === 'pt' ? 'pt-BR' : 'en-GB');

/** 6 812 345 678 → `6.8 GB`. */
export function bytesSaid(bytes: number, language: Language): string {
  const place = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(STEP))));
  const value = bytes / STEP ** place;
  const digits = place === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(locale(language), { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${UNITS[place]}`;
}

/** An instant as day and time. */
export const momentSaid = (iso: string, language: Language): string =>
  new Date(iso).toLocaleString(locale(language), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
