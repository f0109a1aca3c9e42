/** What every component needs: language, words, whether one may write, and OHIF. */
import { createContext, useContext } from 'react';
import { say, type Say } from './texts';
import type { Language } from './types/api';
import type { Ohif } from './types/ohif';
import { WRITERS } from './versions';

export interface Surroundings {
  language: Language;
  t: Say;
  /** Whether the role may write at all. */
  mayWrite: boolean;
  /** Whether what is shown may be changed now. */
  writes: boolean;
  ohif: Ohif;
}

const Context = createContext<Surroundings | null>(null);
export const SurroundingsProvider = Context.Provider;

export function useSurroundings(): Surroundings {
  const found = useContext(Context);
  if (!found) throw new Error('A component stands outside of the panel.');
  return found;
}

export const surroundings = (language: Language, role: string, ohif: Ohif, isFinished = false): Surroundings => ({
  language,
  t: say(language),
  mayWrite: WRITERS.includes(role),
  writes: WRITERS.includes(role) && !isFinished,
  ohif,
});
