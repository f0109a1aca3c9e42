/** Who is assigned to the study, each with how far the reading is; one may take it oneself, and give it back. */
import type { ReactElement } from 'react';
import { postAssignments } from '../client';
import { useSurroundings } from '../context';
import { fail, getState, refresh } from '../store';
import { STATES, StateIcon } from './StateIcon';
import { personName } from './times';

export function Assigned(): ReactElement | null {
  const { t, mayWrite } = useSurroundings();
  const { info, me, studyUid } = getState();
  const assigned = info?.assignments ?? [];
  const isMine = assigned.some(one => one.login === me?.user);
  if (!me || (assigned.length === 0 && !mayWrite)) return null;
  const change = async (): Promise<void> => {
    try {
      await postAssignments({ studies: [studyUid], [isMine ? 'withdraw' : 'assign']: [me.user] });
      await refresh();
    } catch (error) {
      fail(error);
    }
  };
  return (
    <div className="line t11 t2" data-cy="assigned">
      <span id="hepatia-readers">{t('readers')}</span>
      <ul className="line grow readers" aria-labelledby="hepatia-readers">
        {assigned.map(one => (
          <li key={one.login} className="state">
            <StateIcon state={one.state} />
            {one.login === me.user ? t('you') : personName(one.name)} <span className="unseen">{t(one.state === 'not_read' ? 'notRead' : STATES[one.state])}</span>
          </li>
        ))}
        {assigned.length === 0 && <li>{t('unassigned')}</li>}
      </ul>
      {mayWrite && (
        <button type="button" className="btn ghost" data-cy="take" onClick={() => void change()}>
          {t(isMine ? 'giveBack' : 'take')}
        </button>
      )}
    </div>
  );
}
