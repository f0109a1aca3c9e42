/** The modes of OHIF that a study can be opened in, ours first. */
import type { ReactElement } from 'react';
import { address, comparisonOf } from '../id';
import { Popover } from '../pages/Popover';
import { followed } from '../pages/opening';
import type { PageText } from '../pages/texts';
import type { Exam, Me } from '../types/api';

const MODES = [
  ['hepatia', 'HepatIA'],
  ['viewer', 'modeViewer'],
  ['segmentation', 'modeSegmentation'],
] as const;

/** Readings that are over; a consensus is the reading of nobody. */
const OVER = ['complete', 'verified'];
const BEFORE_READING = ['admin', 'radiologist'];

/** Whether there are two readings, and somebody may see them; the server decides, this only draws accordingly. */
export function mayCompare({ readings }: Pick<Exam, 'readings'>, { user, role }: Me): boolean {
  const over = readings.filter(one => OVER.includes(one.state));
  return over.length > 1 && (BEFORE_READING.includes(role) || over.some(one => one.login === user));
}

export function OpenWith({ exam, me, t }: { exam: Exam; me: Me; t: PageText }): ReactElement {
  return (
    <Popover name="open-with" title="⋯" label={`${t('openWith')}: ${exam.patient_id}`} className="btn icon bare">
      <ul>
        {MODES.map(([route, name]) => (
          <li key={route}>
            <a className="mi" href={address(exam.viewer.replace('/hepatia?', `/${route}?`))} onClick={followed}>
              {t(name)}
            </a>
          </li>
        ))}
        {mayCompare(exam, me) && (
          <li>
            <a className="mi" href={comparisonOf(exam.study_instance_uid)} onClick={followed}>
              {t('compareReadings')}
            </a>
          </li>
        )}
      </ul>
    </Popover>
  );
}
