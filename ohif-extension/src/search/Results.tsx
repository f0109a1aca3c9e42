/** The exams that are found, a page of them; or, where there are none, what stands in the way. */
import type { ReactElement } from 'react';
import { Nothing } from './Nothing';
import { addressOf, segmentsOf } from './matching';
import { Table } from '../pages/Table';
import { Arrow, COLUMNS, Open, type Column } from '../pages/exam';
import type { Filters } from '../pages/filters';
import { labelOf } from '../pages/labels';
import type { PageText } from '../pages/texts';
import type { Exam, FoundPage, Language, Template } from '../types/api';

export interface ResultsProps {
  found: FoundPage;
  filters: Filters;
  template: Template;
  language: Language;
  t: PageText;
}

export function Results(props: ResultsProps): ReactElement {
  const { found, filters, template, language, t } = props;
  if (found.total === 0) return <Nothing {...{ filters, template, language, t }} />;
  const diagnosis: Column = { title: 'diagnosis', cell: (exam, said) => baseline(exam, template, said) };
  const segment: Column = { title: 'segments', cell: exam => segmentsOf(exam, filters) };
  const { age, date, phases, masks, largest, lirads, state, reader } = COLUMNS;
  return (
    <Table
      {...{ found, filters, language, t }}
      columns={[age, date, diagnosis, phases, masks, largest, segment, lirads, state, reader]}
      first={exam => <Open exam={exam} address={addressOf(exam, filters)} />}
      last={exam => <Arrow address={addressOf(exam, filters)} t={t} />}
    />
  );
}

function baseline({ answers }: Exam, template: Template, language: Language): string {
  const { patient } = answers;
  const values = patient && !Array.isArray(patient) ? patient.baseline_diagnosis : undefined;
  return Array.isArray(values) ? values.map(one => labelOf('patient.baseline_diagnosis', String(one), template, language)).join(', ') : '';
}
