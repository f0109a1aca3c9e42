/** The words of the dashboard, in both languages. */
import type { Language, Text } from '../types/api';

const TEXTS = {
  dashboard: { en: 'Dashboard', pt: 'Painel' },
  studies: { en: 'Studies', pt: 'Estudos' },
  pages: { en: 'Pages', pt: 'Páginas' },
  exams: { en: 'exams', pt: 'exames' },
  patients: { en: 'patients', pt: 'pacientes' },
  nodules: { en: 'nodules', pt: 'nódulos' },
  menWomen: { en: 'men / women', pt: 'homens / mulheres' },
  ageMean: { en: 'years, mean ± SD', pt: 'anos, média ± DP' },
  verified: { en: 'exams verified', pt: 'exames verificados' },
  mean: { en: 'mean', pt: 'média' },
  nothing: { en: 'Nothing to count here.', pt: 'Nada a contar aqui.' },
  hint: { en: 'click a bar to filter everything', pt: 'clique numa barra para filtrar tudo' },
  clear: { en: 'Clear all filters', pt: 'Limpar filtros' },
  remove: { en: 'Remove', pt: 'Remover' },
  models: { en: 'Models and their readers', pt: 'Modelos e seus leitores' },
  modelsHelp: {
    en: 'Dice between pre-annotation and final mask; 1 means that nothing had to be corrected.',
    pt: 'Dice entre a pré-anotação e a máscara final; 1 quer dizer que nada foi corrigido.',
  },
  noModels: { en: 'No pre-annotation has been corrected yet.', pt: 'Nenhuma pré-anotação foi corrigida ainda.' },
  model: { en: 'Model', pt: 'Modelo' },
  version: { en: 'Version', pt: 'Versão' },
  structure: { en: 'Structure', pt: 'Estrutura' },
  masks: { en: 'Masks', pt: 'Máscaras' },
  average: { en: 'Mean', pt: 'Média' },
  median: { en: 'Median', pt: 'Mediana' },
  minimum: { en: 'Least', pt: 'Menor' },
  liver: { en: 'Liver', pt: 'Fígado' },
  nodule: { en: 'Nodule', pt: 'Nódulo' },
  other: { en: 'Other', pt: 'Outro' },
  failed: { en: 'The figures could not be fetched.', pt: 'Os números não puderam ser obtidos.' },
} satisfies Record<string, Text>;

export type PageText = (key: string) => string;

/** The words of one language; what is not a key is shown as it is, such as the name of a group of another template. */
export const words =
  (language: Language): PageText =>
  key =>
    (TEXTS as Record<string, Text>)[key]?.[language] ?? key;
