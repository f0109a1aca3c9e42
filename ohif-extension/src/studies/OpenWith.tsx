/** The modes of OHIF that a study can be opened in, ours first. */
import type { ReactElement } from 'react';
import { address } from '../id';
import { Popover } from '../pages/Popover';
import { followed } from '../pages/opening';
import type { PageText } from '../pages/texts';
import type { Exam } from '../types/api';

const MODES = [
  ['hepatia', 'HepatIA'],
  ['viewer', 'modeViewer'],
  ['segmentation', 'modeSegmentation'],
] as const;

export function OpenWith({ exam, t }: { exam: Exam; t: PageText }): ReactElement {
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
      </ul>
    </Popover>
  );
}
