/** An exam in a row of a list: its phases, masks, state, category; the same on every page. */
import type { ReactElement } from 'react';
import type { Exam, Language, PhaseName } from '../types/api';
import { nameOf } from './labels';
import { Readers } from './Readers';
import { State } from './State';
import { followed } from './opening';
import type { PageText } from './texts';
import { decimal } from './numbers';

export const PHASES = ['non_contrast', 'arterial', 'portal_venous', 'equilibrium'] as const;

/** Class and letters of a phase, the same in both languages. */
export const PHASE_TAGS: Record<(typeof PHASES)[number], [tag: string, letters: string]> = {
  non_contrast: ['ph-nc', 'NC'],
  arterial: ['ph-art', 'ART'],
  portal_venous: ['ph-pv', 'PV'],
  equilibrium: ['ph-eq', 'EQ'],
};

export function Phases({ phases, language }: { phases: PhaseName[]; language: Language }): ReactElement {
  return (
    <span className="phases" role="img" aria-label={phases.map(one => nameOf('study.phase', one, language)).join(', ')}>
      {PHASES.map(phase => {
        const [tag, letters] = PHASE_TAGS[phase];
        return (
          <span key={phase} aria-hidden="true" className={`ph ${tag}${phases.includes(phase) ? '' : ' off'}`}>
            {letters}
          </span>
        );
      })}
    </span>
  );
}

/** Eight squares: the liver and the nodules in each of the four phases. */
export function Masks({ masks, language, t }: { masks: Exam['masks']; language: Language; t: PageText }): ReactElement {
  const said = (kind: 'liver' | 'nodule'): string =>
    `${t(kind === 'liver' ? 'liver' : 'nodules')}: ${masks[kind].map(one => nameOf('study.phase', one, language)).join(', ') || '–'}`;
  const row = (kind: 'liver' | 'nodule'): ReactElement => (
    <span className="mm">
      {PHASES.map(phase => (
        <i key={phase} className={masks[kind].includes(phase) ? kind : ''} />
      ))}
    </span>
  );
  const label = `${said('liver')}; ${said('nodule')}`;
  return (
    <span role="img" aria-label={label} title={label} className="masks">
      {row('liver')}
      {row('nodule')}
    </span>
  );
}

export const Category = ({ exam }: { exam: Exam }): ReactElement | null =>
  exam.lirads ? (
    <>
      <span className={`lr ${exam.lirads.toLowerCase()}`}>{exam.lirads}</span>
      {(exam.nodules ?? 0) > 1 && <span className="t2 t11"> +{(exam.nodules ?? 0) - 1}</span>}
    </>
  ) : null;

export interface Column {
  /** Key of its title among the words. */
  title: string;
  sort?: string;
  number?: boolean;
  cell: (exam: Exam, language: Language, t: PageText) => ReactElement | string | number | null;
}

/** The columns that lists of exams choose from. */
export const COLUMNS = {
  age: { title: 'age', sort: 'patient.age', number: true, cell: exam => exam.age },
  date: { title: 'studyDate', sort: 'study.date', number: true, cell: exam => exam.study_date },
  description: { title: 'description', cell: exam => exam.description },
  phases: { title: 'phases', sort: 'phases', cell: (exam, language) => <Phases phases={exam.phases} language={language} /> },
  masks: { title: 'masksOf', sort: 'masks', cell: (exam, language, t) => <Masks masks={exam.masks} language={language} t={t} /> },
  largest: { title: 'largest', sort: 'largest_mm', number: true, cell: exam => exam.largest_mm == null ? null : decimal(exam.largest_mm, 1) },
  nodules: { title: 'count', sort: 'nodules', number: true, cell: exam => exam.nodules || null },
  lirads: { title: 'LI-RADS', sort: 'lirads', cell: exam => <Category exam={exam} /> },
  state: { title: 'state', sort: 'state', cell: (exam, language) => <State state={exam.state} language={language} /> },
  reader: { title: 'reader', sort: 'reader', cell: (exam, language) => <Readers exam={exam} language={language} /> },
} satisfies Record<string, Column>;

/** The first cell of a row, by which an exam is opened. */
export const Open = ({ exam, address }: { exam: Exam; address: string }): ReactElement => (
  <a href={address} onClick={followed} className="patient">
    {exam.patient_id}
  </a>
);

export const Arrow = ({ address, t }: { address: string; t: PageText }): ReactElement => (
  <a href={address} onClick={followed} className="opn" aria-label={t('open')} tabIndex={-1}>
    <svg className="ico s" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M5 12h14M13 6l6 6-6 6" />
    </svg>
  </a>
);
