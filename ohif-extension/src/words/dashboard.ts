/** The words of the dashboard, in both languages. */
import type { Text } from '../types/api';

export const DASHBOARD = {
  figures: { en: 'Figures', pt: 'Números' },
  studyYears: { en: 'study years', pt: 'anos dos exames' },
  nodulesDescribed: { en: 'nodules described', pt: 'nódulos descritos' },
  openAsSearch: { en: 'Open as search', pt: 'Abrir como busca' },
  print: { en: 'Print', pt: 'Imprimir' },
  ageAndSex: { en: 'Age and sex', pt: 'Idade e sexo' },
  meanDotted: { en: 'dotted: mean', pt: 'pontilhado: média' },
  prevalence: { en: 'Prevalence', pt: 'Prevalência' },
  yes: { en: 'found', pt: 'presente' },
  undetermined: { en: 'undetermined', pt: 'indeterminado' },
  restNo: { en: 'rest: no', pt: 'resto: não' },
  nodulesSegments: { en: 'Nodule segments', pt: 'Segmentos dos nódulos' },
  severalSegments: { en: 'a nodule may span several', pt: 'um nódulo pode ocupar vários' },
  masksPerPhase: { en: 'Masks per phase', pt: 'Máscaras por fase' },
  otherItems: { en: 'All other items', pt: 'Todos os outros itens' },
  progress: { en: 'Annotation progress', pt: 'Progresso da anotação' },
  progressHelp: { en: 'current reports, cumulative', pt: 'laudos atuais, cumulativo' },
} satisfies Record<string, Text>;
