/** Finding values by label, synonym and code, in both languages. */
import type { Language } from '../types/api';
import { plain, type Option } from './control';

export interface Found {
  option: Option;
  /** The word by which it was found, where the label does not show it. */
  by: string;
}

/** Best first: the label begins so, a word of it does, a synonym or the other language does, it is somewhere, it is the code. */
export function lookUp(options: Option[], query: string, language: Language): Found[] {
  const wanted = plain(query.trim());
  if (!wanted) return options.map(option => ({ option, by: '' }));
  return options
    .map(option => ({ option, ...rank(option, wanted, language) }))
    .filter(one => one.rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .map(({ option, by }) => ({ option, by }));
}

function rank([, hints]: Option, wanted: string, language: Language): { rank: number; by: string } {
  const label = plain(hints[language]);
  const others = [...(hints.synonyms ?? []), hints[language === 'en' ? 'pt' : 'en']];
  const begins = (text: string): boolean => plain(text).split(/[\s/-]+/).some((_, at, words) => words.slice(at).join(' ').startsWith(wanted));
  const by = others.find(begins) ?? '';
  if (label.startsWith(wanted)) return { rank: 0, by: '' };
  if (begins(hints[language])) return { rank: 1, by: '' };
  if (by) return { rank: 2, by };
  if (label.includes(wanted)) return { rank: 3, by: '' };
  if (plain(hints.code ?? '').startsWith(wanted)) return { rank: 4, by: hints.code ?? '' };
  return { rank: -1, by: '' };
}
