/** Parts that nobody needs at once: fetched as soon as the rest can be used, so that they are there before they are asked for. */
import { useEffect, useReducer, type ComponentType, type ReactElement } from 'react';
import { fail } from './showing';

type Fetch = () => Promise<void>;

const parts = new Set<Fetch>();

/** A component that draws itself once its code is there. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let Part: ComponentType<P> | null = null;
  const fetch: Fetch = async () => {
    Part ??= await load();
  };
  parts.add(fetch);
  return function Later(properties: P): ReactElement | null {
    const [, draw] = useReducer((times: number) => times + 1, 0);
    useEffect(() => {
      if (!Part) fetch().then(draw, fail);
    }, []);
    return Part && <Part {...properties} />;
  };
}

/** Fetch what is still missing. What fails is tried again when it is asked for, and then says so. */
export const fetchParts = (): Promise<unknown> => Promise.allSettled([...parts].map(fetch => fetch()));
