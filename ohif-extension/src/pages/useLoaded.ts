/** What a page shows, fetched anew whenever what is asked for changes; with what is wrong where it cannot be had. */
import { useEffect, useState } from 'react';
import { HepatiaError, getMe, getTemplate } from '../client';
import { TEMPLATE } from '../id';
import type { Language, Me, Template } from '../types/api';

export interface Loaded<T> {
  me: Me;
  template: Template;
  data: T;
}

/** `fetchData` must be the same function at each drawing: what it depends on is in `asked`. */
export function useLoaded<T>(
  asked: string,
  language: Language,
  fetchData: (asked: string, language: Language) => Promise<T>,
): [Loaded<T> | null, string] {
  const [loaded, setLoaded] = useState<Loaded<T> | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    let current = true;
    Promise.all([getMe(), getTemplate(TEMPLATE), fetchData(asked, language)])
      .then(([me, template, data]) => {
        if (!current) return;
        setLoaded({ me, template, data });
        setProblem('');
      })
      .catch((error: unknown) => {
        if (current) setProblem(error instanceof HepatiaError ? error.message : '');
      });
    return () => {
      current = false;
    };
  }, [asked, language, fetchData]);
  return [loaded, problem];
}
