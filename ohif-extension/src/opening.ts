/** The viewer's part of the extension comes when a study is opened; before that, nobody waits for it. */
import { MODE_ROUTE } from './id';

type Viewing = typeof import('./viewing');

/** The viewer's part; asked for again and again, it comes once. */
export const viewing = (): Promise<Viewing> => import('./viewing');

/** Whether an address opens a study in our mode: then its part comes beside OHIF's own. */
export const isViewer = ({ pathname }: Pick<Location, 'pathname'>): boolean => pathname.replace(/\/$/, '').endsWith(`/${MODE_ROUTE}`);
