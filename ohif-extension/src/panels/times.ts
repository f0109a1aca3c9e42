/** Times as they are said in notes and in the footer. */
import type { Language } from '../types/api';

const localeOf = (language: Language): string => (language === 'pt' ? 'pt-BR' : 'en-GB');

/** 14:02:11 */
export const clock = (moment: Date): string => moment.toLocaleTimeString('en-GB');

/** 14:02 today, 10 Nov 16:20 on another day. */
export function moment(when: Date, language: Language, now = new Date()): string {
  const time = when.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (when.toDateString() === now.toDateString()) return time;
  const day = when.toLocaleDateString(localeOf(language), { day: 'numeric', month: 'short' }).replaceAll('de ', '').replace('.', '');
  return `${day} ${time}`;
}

/** 14 Feb 2016, 14 fev 2016 */
export function dateOf(iso: string | null, language: Language): string {
  if (!iso) return '–';
  const options = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  return new Date(`${iso}T00:00:00`).toLocaleDateString(localeOf(language), options).replaceAll('de ', '').replace('.', '');
}

/** `Souza^Ana` → `Ana Souza`. */
export const personName = (name: string): string => name.split('^').slice(0, 2).reverse().join(' ').trim();
