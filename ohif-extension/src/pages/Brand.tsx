/** The name and its sign. */
import type { ReactElement } from 'react';

export const Brand = (): ReactElement => (
  <span className="brand">
    <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="hsl(var(--highlight))" strokeWidth="1.6" strokeLinejoin="round">
      <path d="M3 9c1-4 6-6 11-5.5 3 .3 4.5 2 7 2.5 1 3-2 5-5.5 6.5C12 14.5 11 20 7 20S2 14 3 9z" />
      <circle cx="8.5" cy="10.5" r="1.7" fill="hsl(var(--highlight))" stroke="none" />
    </svg>
    HepatIA
  </span>
);
