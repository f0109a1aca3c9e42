/** Studies of a page that are chosen, to do something with all of them at once. */
import type { ReactElement, ReactNode } from 'react';
import { assignable } from '../pages/readers';
import type { PageText } from '../pages/texts';
import type { Exam, Me } from '../types/api';

interface ChosenProps {
  chosen: ReadonlySet<string>;
  setChosen: (chosen: ReadonlySet<string>) => void;
  t: PageText;
}

/** How many, and what may be done with them. */
export const Chosen = ({ chosen, setChosen, t, children }: ChosenProps & { children: ReactNode }): ReactElement | null =>
  chosen.size === 0 ? null : (
    <span className="line" role="group" data-cy="chosen">
      <span className="t12">
        <b>{chosen.size}</b> {t('chosenStudies')}
      </span>
      {children}
      <button type="button" className="btn ghost" onClick={() => setChosen(new Set())}>
        {t('chooseNone')}
      </button>
    </span>
  );

export function ChooseOne({ exam, me, chosen, setChosen, t }: ChosenProps & { exam: Exam; me: Me }): ReactElement | null {
  const uid = exam.study_instance_uid;
  if (assignable(me).length === 0) return null;
  const toggle = (): void => setChosen(new Set(chosen.has(uid) ? [...chosen].filter(one => one !== uid) : [...chosen, uid]));
  return <input type="checkbox" checked={chosen.has(uid)} aria-label={`${t('choose')}: ${exam.patient_id}`} data-cy="choose" onChange={toggle} />;
}

export function ChooseAll({ exams, me, chosen, setChosen, t }: ChosenProps & { exams: Exam[]; me: Me }): ReactElement | null {
  if (assignable(me).length === 0) return null;
  const all = exams.length > 0 && exams.every(one => chosen.has(one.study_instance_uid));
  const toggle = (): void => setChosen(new Set(all ? [] : exams.map(one => one.study_instance_uid)));
  return <input type="checkbox" checked={all} aria-label={t('choosePage')} title={t('choosePage')} data-cy="choose-page" onChange={toggle} />;
}
