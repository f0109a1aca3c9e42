/** What every component needs: language, words, whether one may write, and OHIF. */
import { createContext, useContext } from 'react';
import { say, type Say } from './texts';
import type { Language } from './types/api';
import type { Ohif } from './types/ohif';

export interface Surroundings {
  language: Language;
  t: Say;
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

/** Roles that may write reports and masks; the server decides, this only draws accordingly. */
const WRITERS = ['admin', 'radiologist', 'resident', 'student'];

export const surroundings = (language: Language, role: string, ohif: Ohif): Surroundings => ({
  language,
  t: say(language),
  writes: WRITERS.includes(role),
  ohif,
});
