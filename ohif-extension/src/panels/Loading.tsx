/** The panel before it has anything to show: the shapes of the form, or why there is none. */
import type { ReactElement } from 'react';
import { open, getState } from '../store';
import { currentLanguage, say } from '../texts';
import { Note } from './Note';

/** Widths of titles (before a break) and labels. */
const SHAPES = [[70, 84, 60, 96, 72, 88], [90, 66, 92, 58]];

export function Loading({ problem }: { problem: string }): ReactElement {
  const t = say(currentLanguage());
  return (
    <div className="hep panel" role="region" aria-label={t('panel')} aria-busy={problem === ''} data-cy="hepatia-loading">
      <div className="p-body loading">
        {problem ? (
          <Note name="not-opened" icon="warn" kind="e" actions={[{ name: 'try-again', text: t('tryAgain'), onClick: () => void open(getState().studyUid) }]}>
            {problem}
          </Note>
        ) : (
          SHAPES.map(([title, ...labels], index) => (
            <div key={index} className="shapes" aria-hidden="true">
              <i className="sk" style={{ width: title }} />
              {labels.map(width => (
                <div key={width} className="shape">
                  <i className="sk" style={{ width }} />
                  <i className="sk b" />
                </div>
              ))}
            </div>
          ))
        )}
      </div>
      <footer className="p-foot">
        <div className="line">
          <span className="src" role="status">
            {problem ? '' : t('opening')}
          </span>
        </div>
      </footer>
    </div>
  );
}
