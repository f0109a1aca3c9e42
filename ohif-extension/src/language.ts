/** The reader's language: OHIF's, while it runs. */
import { useSyncExternalStore } from 'react';
import type { Language } from './types/api';

/** Where OHIF's i18next keeps its language, and the cookie that it looks into before. */
const KEY = 'i18nextLng';
const COOKIE = 'i18next';
/** What OHIF calls ours. */
const NAMES: Record<Language, string> = { en: 'en-US', pt: 'pt-BR' };
const LOOK_MS = 400;

const kept = (): string => window.localStorage.getItem(KEY) ?? document.documentElement.lang ?? 'en';

export const currentLanguage = (): Language => (kept().toLowerCase().startsWith('pt') ? 'pt' : 'en');

const listeners = new Set<() => void>();
let timer: number | undefined;
let seen: string | undefined;

/** OHIF's i18next tells nobody outside of its bundle, and `storage` is told to other tabs only: so it is looked at. */
function look(): void {
  const now = kept();
  if (now === seen) return;
  seen = now;
  document.documentElement.lang = now;
  listeners.forEach(listener => listener());
}

export function subscribeLanguage(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(look, LOOK_MS);
  look();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

export const useLanguage = (): Language => useSyncExternalStore(subscribeLanguage, currentLanguage);

/** Change OHIF's language: pages of ours follow at once, OHIF's own at their next loading. */
export function setLanguage(language: Language): void {
  window.localStorage.setItem(KEY, NAMES[language]);
  document.cookie = `${COOKIE}=${NAMES[language]};path=/;samesite=strict`;
  look();
}
