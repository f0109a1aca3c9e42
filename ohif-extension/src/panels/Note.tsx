/** A note at the top of the body: what happened, what it means, what to do. */
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from '../icons';

export interface NoteProps {
  name: string;
  icon: IconName;
  /** w: attention, e: error. */
  kind?: 'w' | 'e';
  lead?: string;
  children?: ReactNode;
  /** At most three. */
  actions?: { name: string; text: string; onClick: () => void }[];
}

export const Note = ({ name, icon, kind, lead, children, actions = [] }: NoteProps): ReactElement => (
  <div className={`note${kind ? ` ${kind}` : ''}`} role={kind === 'e' ? 'alert' : 'status'} data-cy={name}>
    <Icon name={icon} />
    <div className="grow">
      {lead && <b className="strong">{lead} </b>}
      {children}
      {actions.length > 0 && (
        <div className="acts">
          {actions.map(action => (
            <button key={action.name} type="button" className="btn ghost link" data-cy={action.name} onClick={action.onClick}>
              {action.text}
            </button>
          ))}
        </div>
      )}
    </div>
  </div>
);
