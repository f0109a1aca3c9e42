/** Line icons on a 24 unit grid. */
import type { ReactElement } from 'react';

const PATHS = {
  check: 'M4.5 12.5l5 5L19.5 7',
  close: 'M6 6l12 12M18 6 6 18',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21',
  plus: 'M12 5v14M5 12h14',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.8h.01',
  warn: 'M12 4 2.8 20h18.4zM12 10v4.500M12 17.300h.01',
  history: 'M4 12a8 8 0 1 0 2.5-5.8M4 3.5V8h4.5M12 8v4.5l3 2',
  keep: 'M20 11a8 8 0 0 0-14-4.5L4 8.5M4 4v4.5h4.5M4 13a8 8 0 0 0 14 4.5l2-2M20 20v-4.5h-4.5',
  wand: 'M5 19 15 9M13 7l4 4M18 3v4M16 5h4M7 4v3M5.5 5.5h3M19 14v3M17.5 15.5h3',
  ruler: 'M6.5 17.5l11-11M5 21a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM19 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  mask: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM6 18 18 6M4.5 14.500l10-10M9.5 19.500l10-10',
  target: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 13.500a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM12 2v4M12 18v4M2 12h4M18 12h4',
  up: 'M6 14.500l6-6 6 6',
  down: 'M6 9.500l6 6 6-6',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  brush: 'M14 10 20 4M9.5 13c-2.5 0-3.5 1.500-4 3.500-.3 1.300-1 2.300-2.5 2.800 4.5 1.700 9 .2 9-3.800A2.5 2.500 0 0 0 9.5 13zM9.5 13 14 9l2 2-4 4.500',
  eye: 'M2.5 12S6 5.500 12 5.500 21.5 12 21.5 12 18 18.500 12 18.500 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  hidden: 'M2.5 12S6 5.500 12 5.500 21.5 12 21.5 12 18 18.500 12 18.500 2.5 12 2.5 12zM4 20 20 4',
  carry: 'M4 8h12M12 4l4 4-4 4M20 16H8M12 12l-4 4 4 4',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14a6.500 6.500 0 0 1 3.500 6',
  swap: 'M4 8h12M12 4l4 4-4 4M20 16H8M12 12l-4 4 4 4',
  grid: 'M4 4h16v16H4zM12 4v16M4 12h16',
  shield: 'M12 3.5 19.5 6v6c0 4.500-3 7.500-7.500 9-4.500-1.500-7.500-4.500-7.500-9V6z',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, small = false }: { name: IconName; small?: boolean }): ReactElement => (
  <svg className={small ? 'ico s' : 'ico'} viewBox="0 0 24 24" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);
