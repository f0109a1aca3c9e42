/** Assign readers to exams and withdraw them: one exam of a list, or several that are chosen. */
import { useState, type ReactElement } from 'react';
import { HepatiaError, postAssignments } from '../client';
import { Icon } from '../icons';
import { personName } from '../panels/times';
import type { Exam, Me, Reader } from '../types/api';
import { Popover } from './Popover';
import { assignable } from './readers';
import type { PageText } from './texts';

type Listed = Pick<Exam, 'study_instance_uid' | 'patient_id' | 'assigned'>;

export interface AssignProps {
  exams: Listed[];
  me: Me;
  t: PageText;
  /** The list is fetched anew; `problem` is what the server says when nothing was changed. */
  onDone: (problem: string | null) => void;
}

export function Assign(props: AssignProps): ReactElement | null {
  const { exams, me, t } = props;
  const readers = assignable(me);
  const [only] = readers;
  if (!only) return null;
  const several = exams.length > 1 || exams.length === 0;
  if (readers.length === 1) return <Toggle {...props} reader={only} name={t(isAssigned(exams, only) === true ? 'giveBack' : 'take')} className="btn ghost" />;
  const label = several ? t('assign') : `${t('assign')}: ${exams[0]?.patient_id}`;
  return (
    <Popover name="assign" title={several ? t('assign') : <Icon name="people" small />} label={label} className={several ? 'btn' : 'btn icon bare'}>
      <ul>
        {readers.map(reader => (
          <li key={reader.login}>
            <Toggle {...props} reader={reader} name={personName(reader.name)} className="mi" />
          </li>
        ))}
      </ul>
    </Popover>
  );
}

/** What the server refused, to be shown above the list, and what to do when a change is over. */
export function useAssigning(again: () => void, t: PageText): [refusal: ReactElement | null, onDone: AssignProps['onDone']] {
  const [problem, setProblem] = useState<string | null>(null);
  const refusal = problem === null ? null : (
    <div className="note e" role="alert">
      {problem || t('failed')}
    </div>
  );
  const onDone = (found: string | null): void => {
    setProblem(found);
    again();
  };
  return [refusal, onDone];
}

type ToggleProps = AssignProps & { reader: Reader; name: string; className: string };

function Toggle({ exams, me, t, onDone, reader, name, className }: ToggleProps): ReactElement {
  const assigned = isAssigned(exams, reader);
  const change = async (): Promise<void> => {
    const studies = exams.map(one => one.study_instance_uid);
    try {
      await postAssignments(assigned === true ? { studies, withdraw: [reader.login] } : { studies, assign: [reader.login] });
      onDone(null);
    } catch (error) {
      onDone(error instanceof HepatiaError ? error.message : '');
    }
  };
  return (
    <button type="button" className={className} aria-pressed={assigned} data-cy={`assign-${reader.login}`} onClick={() => void change()}>
      <span className="grow">
        {name} {reader.login === me.user && className === 'mi' && <span className="t2">{t('you')}</span>}
      </span>
      {className === 'mi' && <span className="t2">{assigned === true ? <Icon name="check" small /> : assigned === 'mixed' && '–'}</span>}
    </button>
  );
}

/** Whether a reader is assigned to all of some exams, to none, or to a part of them. */
export function isAssigned(exams: Listed[], { login }: Reader): boolean | 'mixed' {
  const count = exams.filter(exam => exam.assigned.some(one => one.login === login)).length;
  return count === 0 ? false : count === exams.length ? true : 'mixed';
}
