/** How far a report is: as an icon, and in words. */
import type { ReactElement } from 'react';
import type { TextKey } from '../texts';
import type { ReportState } from '../types/api';

export const STATES: Record<ReportState, TextKey> = { draft: 'draft', complete: 'completed', verified: 'verified', consensus: 'consensus' };

export function StateIcon({ state }: { state: ReportState | 'in_reading' | null }): ReactElement {
  if (state === 'verified')
    return (
      <svg viewBox="0 0 14 14" style={{ color: 'var(--hep-ok)' }} aria-hidden="true">
        <circle cx="7" cy="7" r="6" fill="currentColor" />
        <path d="M4.3 7.2 6.3 9.1 9.8 5.2" fill="none" stroke="#000" strokeWidth="1.4" />
      </svg>
    );
  if (state === 'consensus')
    return (
      <svg viewBox="0 0 14 14" style={{ color: 'var(--hep-ok)' }} aria-hidden="true">
        <circle cx="5" cy="7" r="3.9" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <circle cx="9" cy="7" r="3.9" fill="none" stroke="currentColor" strokeWidth="1.5" />
      </svg>
    );
  const dashes = state === 'draft' ? '2.2 1.9' : undefined;
  return (
    <svg viewBox="0 0 14 14" style={{ color: 'var(--hep-text-2)' }} aria-hidden="true">
      <circle cx="7" cy="7" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray={dashes} />
      {state === 'in_reading' && <path d="M7 1.8a5.2 5.2 0 0 1 5.2 5.2H7z" fill="currentColor" />}
      {state === 'complete' && <path d="M7 1.8a5.2 5.2 0 0 1 0 10.4z" fill="currentColor" />}
    </svg>
  );
}
