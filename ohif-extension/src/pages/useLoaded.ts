/** What a page shows, fetched anew whenever what is asked for changes; with what is wrong where it cannot be had. */
import { useCallback, useEffect, useState } from 'react';
import { HepatiaError, getMe, getReaders, getTemplate } from '../client';
import { TEMPLATE } from '../id';
import type { Language, Me, Template } from '../types/api';
import { keepReaders } from './readers';

export interface Loaded<T> {
  me: Me;
  template: Template;
  data: T;
}

/** What is wrong in the server's words; empty where it has none, null where nothing is. */
export type Problem = string | null;

/** Neither changes while a page is open. */
const kept: { known?: Promise<[Me, Template]> } = {};

async function fetchKnown(): Promise<[Me, Template]> {
  const [me, template, readers] = await Promise.all([getMe(), getTemplate(TEMPLATE), getReaders()]);
  keepReaders(readers);
  return [me, template];
}

function known(): Promise<[Me, Template]> {
  kept.known ??= fetchKnown().catch((error: unknown) => {
    delete kept.known;
    throw error;
  });
  return kept.known;
}

/**
 * `fetchData` must be the same function at each drawing: what it depends on is in `asked`.
 * With `every_ms` it is asked again and again while the page is to be seen.
 */
export function useLoaded<T>(
  asked: string,
  language: Language,
  fetchData: (asked: string, language: Language) => Promise<T>,
  every_ms = 0,
): [Loaded<T> | null, Problem, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T> | null>(null);
  const [problem, setProblem] = useState<Problem>(null);
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn(one => one + 1), []);
  useEffect(() => {
    let current = true;
    Promise.all([known(), fetchData(asked, language)])
      .then(([[me, template], data]) => {
        if (!current) return;
        setLoaded({ me, template, data });
        setProblem(null);
      })
      .catch((error: unknown) => {
        if (current) setProblem(error instanceof HepatiaError ? error.message : '');
      });
    return () => {
      current = false;
    };
  }, [asked, language, fetchData, turn]);
  useEffect(() => {
    if (!every_ms) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && again(), every_ms);
    return () => clearInterval(timer);
  }, [every_ms, again]);
  return [loaded, problem, again];
}
