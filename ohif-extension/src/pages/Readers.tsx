/** Who is to read an exam, each with how far the reading is; where nobody is assigned, who wrote the report. */
import type { ReactElement } from 'react';
import { StateIcon } from '../panels/StateIcon';
import { personName } from '../panels/times';
import type { Exam, Language } from '../types/api';
import { nameOf } from './labels';

export function Readers({ exam, language }: { exam: Pick<Exam, 'assigned' | 'reader'>; language: Language }): ReactElement {
  if (exam.assigned.length === 0) return <>{personName(exam.reader ?? '')}</>;
  return (
    <ul className="readers">
      {exam.assigned.map(one => {
        const state = nameOf('state', one.state, language);
        return (
          <li key={one.login} className="state" title={`${personName(one.name)}: ${state}`}>
            <StateIcon state={one.state} />
            {personName(one.name)} <span className="unseen">{state}</span>
          </li>
        );
      })}
    </ul>
  );
}
