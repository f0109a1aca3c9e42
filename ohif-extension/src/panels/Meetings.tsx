/** Stored masks whose segments overlap: which has the voxels that two share is asked, pair by pair; nobody guesses. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { letHave, meetings, type Meeting, type Shared } from '../segmentation/meeting';
import { getState, phaseOf } from '../store';
import { showPosition } from '../viewer/position';
import { actions } from './actions';
import { whole } from './MaskTable';
import { Badge } from './Phase';

export const Meetings = (): ReactElement => (
  <>
    {meetings().flatMap(meeting => meeting.open.map(shared => <Pair key={`${meeting.sop} ${shared.segments.join()}`} meeting={meeting} shared={shared} />))}
  </>
);

function Pair({ meeting, shared }: { meeting: Meeting; shared: Shared }): ReactElement {
  const { busy } = getState();
  const { t, ohif, language } = useSurroundings();
  const named = (number: number): string => meeting.names.get(number) ?? String(number);
  const have = (number: number): void => {
    if (letHave(meeting, number)) actions(ohif, t).loadMask(meeting.sop);
  };
  return (
    <div className="note w" role="alert" data-cy="stored-overlap">
      <Icon name="warn" />
      <div>
        <Badge phase={phaseOf(meeting.series)} /> {shared.segments.map(named).join(` ${t('and')} `)} {t('overlapIn')} {whole(shared.voxels, language)} {t('voxels')}. {t('storedOverlapAsk')}
        <div className="acts">
          {shared.segments.map(number => (
            <button key={number} type="button" className="btn ghost" disabled={busy} data-cy={`has-${number}`} onClick={() => have(number)}>
              {named(number)} {t('wins')}
            </button>
          ))}
          <button type="button" className="btn ghost" data-cy="show-overlap" onClick={() => showPosition(ohif, meeting.series, shared.slice)}>
            {t('show')}
          </button>
        </div>
      </div>
    </div>
  );
}
