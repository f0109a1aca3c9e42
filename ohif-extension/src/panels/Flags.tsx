/** Answers of the saved report that contradict each other, each with the way to the item that it is about. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { getState } from '../store';

export function Flags({ onGo }: { onGo: (path: string) => void }): ReactElement | null {
  const { t, language } = useSurroundings();
  const flags = getState().report?.flags ?? [];
  if (flags.length === 0) return null;
  return (
    <div className="note w" role="status" data-cy="flags">
      <Icon name="warn" />
      <div>
        {t('contradicts')}
        {flags.map(flag => (
          <div key={flag.rule} className="acts">
            <button type="button" className="btn ghost wrap" data-cy={`flag-${flag.rule}`} onClick={() => onGo(flag.path)}>
              {flag.message[language]}
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}
