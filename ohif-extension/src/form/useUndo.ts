/** What was there before, for as long as a reader may want it back. */
import { useEffect, useState } from 'react';

const SECONDS = 6;

export function useUndo<T>(): [T | null, (before: T | null) => void] {
  const [before, remember] = useState<T | null>(null);
  useEffect(() => {
    if (before === null) return undefined;
    const timer = window.setTimeout(() => remember(null), SECONDS * 1000);
    return () => window.clearTimeout(timer);
  }, [before]);
  return [before, remember];
}
