/** Where the study lists are: ours, which /ohif/ shows, and OHIF's own behind it, for who has asked for it. */
import { STUDIES_ROUTE, address } from '../id';

const OHIF = address('/ohif');
export const STUDIES = OHIF + STUDIES_ROUTE;

const ASKED = 'list=ohif';
export const OHIF_LIST = `${OHIF}/?${ASKED}`;

/** OHIF's list rewrites its address: that it was asked for is kept until ours is opened again. */
const CHOSEN = 'hepatia-ohif-list';
export const chooseOurs = (): void => window.sessionStorage.removeItem(CHOSEN);

const isRoot = (pathname: string): boolean => pathname.replace(/\/$/, '').endsWith(OHIF);

/** Whether an address means the study list, without OHIF's own having been asked for. */
export function meansOurs({ pathname, search }: Pick<Location, 'pathname' | 'search'>): boolean {
  if (!isRoot(pathname)) return false;
  if (search.includes(ASKED)) window.sessionStorage.setItem(CHOSEN, 'yes');
  return window.sessionStorage.getItem(CHOSEN) === null;
}
