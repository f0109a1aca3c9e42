/** The language of the pages: OHIF's own, which i18next keeps, and which the switch on our pages sets as well. */
import { useSyncExternalStore } from 'react';
import { currentLanguage } from '../texts';
import type { Language } from '../types/api';

const CHANGED = 'hepatia-language';
const OF_I18NEXT: Record<Language, string> = { en: 'en-US', pt: 'pt-BR' };

export function setLanguage(language: Language): void {
  window.localStorage.setItem('i18nextLng', OF_I18NEXT[language]);
  document.documentElement.lang = language;
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(listener: () => void): () => void {
  for (const event of [CHANGED, 'storage']) window.addEventListener(event, listener);
  return () => {
    for (const event of [CHANGED, 'storage']) window.removeEventListener(event, listener);
  };
}

export const useLanguage = (): Language => useSyncExternalStore(subscribe, currentLanguage);
