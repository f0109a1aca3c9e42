/** The reader's language: OHIF's, while it runs. */
import { useSyncExternalStore } from 'react';
import type { Language } from './types/api';

/** Where OHIF's i18next keeps its language, and the cookie that it looks into before. */
const KEY = 'i18nextLng';
const COOKIE = 'i18next';
/** What OHIF calls ours. */
const NAMES: Record<Language, string> = { en: 'en-US', pt: 'pt-BR' };

const kept = (): string => window.localStorage.getItem(KEY) ?? document.documentElement.lang ?? 'en';

export const currentLanguage = (): Language => (kept().toLowerCase().startsWith('pt') ? 'pt' : 'en');

const listeners = new Set<() => void>();

/** The document says its language too, for screen readers. */
function changed(): void {
  document.documentElement.lang = kept();
  listeners.forEach(listener => listener());
}

/** OHIF loads the page again when its language is changed there; `storage` tells what was changed in another tab. */
const elsewhere = ({ key }: StorageEvent): void => {
  if (key === KEY) changed();
};

export function subscribeLanguage(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('storage', elsewhere);
  listeners.add(listener);
  document.documentElement.lang = kept();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('storage', elsewhere);
  };
}

export const useLanguage = (): Language => useSyncExternalStore(subscribeLanguage, currentLanguage);

/** Change OHIF's language: pages of ours follow at once, OHIF's own at their next loading. */
export function setLanguage(language: Language): void {
  window.localStorage.setItem(KEY, NAMES[language]);
  document.cookie = `${COOKIE}=${NAMES[language]};path=/;samesite=strict`;
  changed();
}
