/** The exports of the user, asked for again while one of them runs. */
import { useCallback, useEffect, useState } from 'react';
import { HepatiaError, getExports } from '../client';
import type { ExportsData } from '../types/pages';

const EVERY_MS = 1000;

export interface Exporting {
  data: ExportsData | null;
  problem: string | null;
  /** Do something about exports, and look again; true when it worked. */
  act: (work: Promise<unknown>) => Promise<boolean>;
}

export const reasonOf = (error: unknown): string => (error instanceof HepatiaError ? error.message : '');

export function useExports(): Exporting {
  const [data, setData] = useState<ExportsData | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const refresh = useCallback(() => getExports().then(setData, (error: unknown) => setProblem(reasonOf(error))), []);
  const act = useCallback(
    async (work: Promise<unknown>) => {
      try {
        await work;
        setProblem(null);
        await refresh();
        return true;
      } catch (error) {
        setProblem(reasonOf(error));
        return false;
      }
    },
    [refresh],
  );
  const isRunning = data?.exports.some(one => one.state === 'running') ?? false;
  useEffect(() => void refresh(), [refresh]);
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => void refresh(), EVERY_MS);
    return () => clearInterval(timer);
  }, [isRunning, refresh]);
  return { data, problem, act };
}
