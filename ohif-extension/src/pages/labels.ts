/** What the labels of charts are called: values of the template by its own words, the others by these. */
import { personName } from '../panels/times';
import { itemOf } from './filters';
import { readerName } from './readers';
import type { ChartData, ItemHints, Language, Template, Text } from '../types/api';

const FIXED: Record<string, Record<string, Text>> = {
  'patient.sex': {
    M: { en: 'Men', pt: 'Homens' },
    F: { en: 'Women', pt: 'Mulheres' },
    O: { en: 'Other', pt: 'Outro' },
  },
  state: {
    not_read: { en: 'Not read', pt: 'Não lido' },
    in_reading: { en: 'In reading', pt: 'Em leitura' },
    draft: { en: 'Draft', pt: 'Rascunho' },
    complete: { en: 'Complete', pt: 'Concluído' },
    verified: { en: 'Verified', pt: 'Verificado' },
    consensus: { en: 'Consensus', pt: 'Consenso' },
  },
  has: {
    segmentation: { en: 'Segmentation', pt: 'Segmentação' },
    report: { en: 'Report', pt: 'Laudo' },
    four_phases: { en: 'All four phases', pt: 'As quatro fases' },
    prior: { en: 'Prior exam', pt: 'Exame anterior' },
  },
  'study.phase': {
    non_contrast: { en: 'Unenhanced', pt: 'Sem contraste' },
    arterial: { en: 'Arterial', pt: 'Arterial' },
    portal_venous: { en: 'Portal venous', pt: 'Portal' },
    equilibrium: { en: 'Equilibrium', pt: 'Equilíbrio' },
    other: { en: 'Other', pt: 'Outra' },
  },
};

const ASSIGNMENTS = ['assigned', 'awaiting'];
for (const path of ASSIGNMENTS) FIXED[path] = { '@me': { en: 'you', pt: 'você' }, '@none': { en: 'nobody', pt: 'ninguém' } };
for (const path of ['masks.liver', 'masks.nodule']) FIXED[path] = FIXED['study.phase'] ?? {};

const TITLES: Record<string, Text> = {
  'patient.sex': { en: 'Sex', pt: 'Sexo' },
  'patient.age': { en: 'Age', pt: 'Idade' },
  'study.date': { en: 'Study date', pt: 'Data do exame' },
  'study.phase': { en: 'Phases', pt: 'Fases' },
  'masks.liver': { en: 'Liver masks', pt: 'Máscaras do fígado' },
  'masks.nodule': { en: 'Nodule masks', pt: 'Máscaras de nódulos' },
  state: { en: 'State', pt: 'Estado' },
  has: { en: 'Has', pt: 'Tem' },
  text: { en: 'Words in a report', pt: 'Palavras no laudo' },
  find: { en: 'Pseudonym or description', pt: 'Pseudônimo ou descrição' },
  reader: { en: 'Reader', pt: 'Leitor' },
  assigned: { en: 'Assigned to', pt: 'Atribuído a' },
  awaiting: { en: 'Still to be read by', pt: 'Ainda a ler por' },
  lirads: { en: 'Highest LI-RADS', pt: 'LI-RADS mais alto' },
  nodules: { en: 'Nodules described', pt: 'Nódulos descritos' },
  largest_mm: { en: 'Largest nodule', pt: 'Maior nódulo' },
};

const UNITS: Record<string, Text> = {
  'patient.age': { en: 'y', pt: 'a' },
  largest_mm: { en: 'mm', pt: 'mm' },
};

/** Hues that mean something else than a count. */
const HUES: Record<string, (label: string) => string> = {
  lirads: label => `var(--hep-${label.toLowerCase()})`,
  'nodules.lirads': label => `var(--hep-${label.toLowerCase()})`,
  'study.phase': label =>
    ({ non_contrast: 'var(--hep-ph-nc)', arterial: 'var(--hep-ph-art)', portal_venous: 'var(--hep-ph-pv)', equilibrium: 'var(--hep-ph-eq)' })[label] ??
    'var(--hep-chart)',
  'patient.sex': label => ({ M: 'var(--hep-chart-m)', F: 'var(--hep-chart-f)' })[label] ?? 'var(--hep-chart)',
};

export const hueOf = (path: string, label: string): string => HUES[itemOf(path)]?.(label) ?? 'var(--hep-chart)';

/** The name of a value that every template has. */
export const nameOf = (path: string, label: string, language: Language): string => FIXED[path]?.[label]?.[language] ?? label;

export function labelOf(path: string, label: string, template: Template, language: Language): string {
  const fixed = FIXED[path]?.[label];
  if (path === 'reader') return personName(label);
  if (ASSIGNMENTS.includes(path)) return fixed?.[language] ?? readerName(label);
  return fixed ? fixed[language] : (hintsOf(path, template)?.values[label]?.[language] ?? label);
}

/** The unit in which an item is given, short. */
export const unitOf = (path: string, template: Template, language: Language): string =>
  UNITS[path]?.[language] ?? hintsOf(path, template)?.unit_label?.[language] ?? (hintsOf(path, template)?.unit ?? '').replace('cm3', 'cm³').replace(/^1$/, '');

export const titleOf = (path: string, template: Template, language: Language): string =>
  TITLES[path]?.[language] ?? hintsOf(path, template)?.title[language] ?? path;

export function hintsOf(path: string, template: Template): ItemHints | undefined {
  const [group, item] = itemOf(path).split('.');
  const described = template.schema.properties[group ?? ''];
  return (described?.items?.properties ?? described?.properties)?.[item ?? '']?.['x-hepatia'];
}

/** Values of an order of their own stay as they are; others are sorted by how many there are. */
const ORDERED = new Set(['nodules.lirads', 'study.phase', 'state', 'nodules.location']);
const YES_NO = 'yes';

export function sorted(chart: ChartData): ChartData['data'] {
  if (chart.kind !== 'bar' || ORDERED.has(chart.id) || chart.data.some(one => one.label === YES_NO)) return chart.data;
  return [...chart.data].sort((a, b) => b.count - a.count);
}

/** What a value is called, in both languages. */
export function valueNames(path: string, value: string, template: Template): string[] {
  const said = FIXED[path]?.[value] ?? hintsOf(path, template)?.values[value];
  return said ? [said.en, said.pt] : [];
}

/** Whether an item has several values at once. */
export function isSet(path: string, template: Template): boolean {
  const [group, item] = itemOf(path).split('.');
  const described = template.schema.properties[group ?? ''];
  return (described?.items?.properties ?? described?.properties)?.[item ?? '']?.type === 'array';
}
