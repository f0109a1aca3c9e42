/** How far an exam or a report is: as an icon, never redrawn differently, and in words. */
import type { ReactElement } from 'react';
import type { TextKey } from '../texts';
import type { ReportState } from '../types/api';

export const STATES: Record<ReportState, TextKey> = { draft: 'draft', complete: 'completed', verified: 'verified', consensus: 'consensus' };

const ring = { cx: 7, cy: 7, r: 5.2, fill: 'none', stroke: 'currentColor', strokeWidth: 1.6 };

const MARKS: Record<string, ReactElement> = {
  not_read: <circle {...ring} />,
  in_reading: (
    <>
      <circle {...ring} />
      <path d="M7 7V1.8A5.2 5.2 0 0 1 12.2 7z" fill="currentColor" />
    </>
  ),
  draft: <circle {...ring} strokeDasharray="2.2 1.9" />,
  complete: (
    <>
      <circle {...ring} />
      <path d="M7 1.8a5.2 5.2 0 0 1 0 10.4z" fill="currentColor" />
    </>
  ),
  verified: (
    <>
      <circle cx="7" cy="7" r="6" fill="currentColor" />
      <path d="M4.3 7.2 6.3 9.1 9.8 5.2" fill="none" stroke="#04140d" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
    </>
  ),
  consensus: (
    <>
      <circle cx="5" cy="7" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="9" cy="7" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
};

const HUES: Record<string, string> = { verified: 'var(--hep-ok)', consensus: 'var(--hep-info)', complete: 'var(--hep-info)' };

/** Nothing stands for what nobody has read. */
export const StateIcon = ({ state }: { state: string | null }): ReactElement => (
  <svg viewBox="0 0 14 14" style={{ color: HUES[state ?? ''] ?? 'var(--hep-text-2)' }} aria-hidden="true">
    {MARKS[state ?? 'not_read'] ?? MARKS.not_read}
  </svg>
);
