/** Filters whose name, or a value of theirs, begins like what is typed, in either language. */
import { blockOf } from '../pages/filters';
import { hintsOf, valueNames } from '../pages/labels';
import type { Facet, Language, Template } from '../types/api';

/** A filter, or one value of it. */
export interface Offer {
  path: string;
  title: string;
  value?: string;
  count?: number;
}

const MOST = 9;

/** Without case and accents, as the server compares words. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** 0: the name begins so; 1: one of its words does; null: neither. */
function rank(name: string, wanted: string): number | null {
  const said = plain(name);
  if (said.startsWith(wanted)) return 0;
  return said.split(/[\s(/]+/).some(word => word.startsWith(wanted)) ? 1 : null;
}

const best = (names: string[], wanted: string): number | null =>
  names.reduce<number | null>((found, name) => {
    const one = rank(name, wanted);
    return one === null ? found : found === null ? one : Math.min(found, one);
  }, null);

export function offers(typed: string, facets: Facet[], template: Template, language: Language): Offer[] {
  const wanted = plain(typed.trim());
  const found: [number, Offer][] = [];
  // Further nodules are chosen where they stand, below the first.
  for (const facet of facets.filter(one => blockOf(one.path) === 1)) {
    const title = hintsOf(facet.path, template)?.title;
    const { path } = facet;
    const titled = best([facet.title, ...(title ? [title.en, title.pt] : [])], wanted);
    if (titled !== null) found.push([titled, { path, title: title?.[language] ?? facet.title }]);
    for (const { value, title: said, count } of facet.values) {
      const valued = best([value, said, ...valueNames(path, value, template)], wanted);
      if (valued !== null) found.push([valued + 0.5, { path, title: facet.title, value, count }]);
    }
  }
  return found.sort(([a], [b]) => a - b).map(([, offer]) => offer).slice(0, MOST);
}
