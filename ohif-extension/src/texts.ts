/** Every word of the panel that is not in the template, in both languages. */
import type { Language, Text } from './types/api';

const TEXTS = {
  optional: { en: 'optional', pt: 'opcional' },
  save: { en: 'Save', pt: 'Salvar' },
  complete: { en: 'Complete', pt: 'Concluir' },
  verify: { en: 'Verify', pt: 'Verificar' },
  saved: { en: 'Saved', pt: 'Salvo às' },
  draftKept: { en: 'Draft kept in this browser', pt: 'Rascunho guardado neste navegador' },
  nothingYet: { en: 'Nothing recorded yet', pt: 'Nada registrado ainda' },
  missing: { en: 'required answers missing', pt: 'respostas obrigatórias faltando' },
  allThere: { en: 'All required answers are there', pt: 'Todas as respostas obrigatórias estão aí' },
  nextMissing: { en: 'Next missing', pt: 'Próxima' },
  restored: { en: 'A draft from this browser was restored.', pt: 'Um rascunho deste navegador foi recuperado.' },
  keep: { en: 'Keep', pt: 'Manter' },
  discard: { en: 'Discard', pt: 'Descartar' },
  notSaved: { en: 'Not saved. Nothing is lost.', pt: 'Não salvo. Nada se perdeu.' },
  contradicts: { en: 'The saved report contradicts itself:', pt: 'O laudo salvo se contradiz:' },
  maskSaved: { en: 'Mask saved', pt: 'Máscara salva' },
  reportSaved: { en: 'Report saved', pt: 'Laudo salvo' },
  fromImages: { en: 'From the images', pt: 'Das imagens' },
  sex: { en: 'Sex', pt: 'Sexo' },
  age: { en: 'Age', pt: 'Idade' },
  years: { en: 'y', pt: 'a' },
  dates: { en: 'Dates', pt: 'Datas' },
  shifted: { en: 'shifted', pt: 'deslocadas' },
  shiftedHelp: {
    en: 'Every date of this patient moved by the same number of days: intervals are exact.',
    pt: 'Todas as datas deste paciente foram movidas pelo mesmo número de dias: os intervalos são exatos.',
  },
  male: { en: 'Male', pt: 'Masculino' },
  female: { en: 'Female', pt: 'Feminino' },
  phases: { en: 'Phases', pt: 'Fases' },
  slices: { en: 'slices', pt: 'cortes' },
  masks: { en: 'Masks', pt: 'Máscaras' },
  newMask: { en: 'New mask', pt: 'Nova máscara' },
  saveMask: { en: 'Save mask', pt: 'Salvar máscara' },
  loadMask: { en: 'Load', pt: 'Carregar' },
  presegment: { en: 'Pre-segment', pt: 'Pré-segmentar' },
  model: { en: 'Model', pt: 'Modelo' },
  aiOff: { en: 'Pre-segmentation is off.', pt: 'A pré-segmentação está desligada.' },
  aiStarting: { en: 'MONAI Label is starting; a job waits for it.', pt: 'O MONAI Label está iniciando; um pedido espera por ele.' },
  aiDown: {
    en: 'MONAI Label does not answer; pre-segmentation is not possible now. Everything else works.',
    pt: 'O MONAI Label não responde; não há pré-segmentação agora. Todo o resto funciona.',
  },
  maskStored: { en: 'The mask is stored: open its series, then load it above.', pt: 'A máscara está salva: abra a série dela e carregue-a acima.' },
  inQueue: { en: 'In the queue, jobs before:', pt: 'Na fila, pedidos antes:' },
  stepReading: { en: 'reading the series', pt: 'lendo a série' },
  stepInference: { en: 'inference', pt: 'inferência' },
  stepStoring: { en: 'storing', pt: 'salvando' },
  stepServer: { en: 'waiting for MONAI Label', pt: 'esperando o MONAI Label' },
  cancel: { en: 'Cancel', pt: 'Cancelar' },
  cancelled: { en: 'Cancelled', pt: 'Cancelado' },
  dismiss: { en: 'Dismiss', pt: 'Dispensar' },
  unsaved: { en: 'unsaved', pt: 'não salva' },
  noMasks: { en: 'No masks of this study yet', pt: 'Nenhuma máscara deste exame ainda' },
  maskHint: {
    en: 'New mask makes liver and nodule for the active series; paint with the brush of the segmentation tab.',
    pt: 'Nova máscara cria fígado e nódulo na série ativa; pinte com o pincel da aba de segmentação.',
  },
  maskLayers: {
    en: 'Two segments overlap. Erase one where they meet, then save.',
    pt: 'Dois segmentos se sobrepõem. Apague um deles na sobreposição e salve.',
  },
  noMask: { en: 'There is no mask to save. Make one first.', pt: 'Não há máscara para salvar. Crie uma primeiro.' },
  noSeries: { en: 'Show a CT series first.', pt: 'Mostre uma série de TC primeiro.' },
  nodules: { en: 'Nodules', pt: 'Nódulos' },
  nodule: { en: 'Nodule', pt: 'Nódulo' },
  described: { en: 'described', pt: 'descritos' },
  add: { en: 'Add', pt: 'Adicionar' },
  remove: { en: 'Remove', pt: 'Remover' },
  noNodules: { en: 'No nodules yet', pt: 'Nenhum nódulo ainda' },
  segmentOfMask: { en: 'Segment of the mask', pt: 'Segmento da máscara' },
  none: { en: 'None', pt: 'Nenhum' },
  clickMap: { en: 'Click the map or type 1–8', pt: 'Clique no mapa ou digite 1–8' },
  chooseOne: { en: 'Choose', pt: 'Escolher' },
  addCondition: { en: 'Add a condition', pt: 'Adicionar condição' },
  versions: { en: 'Versions', pt: 'Versões' },
  noVersions: { en: 'No report yet', pt: 'Nenhum laudo ainda' },
  loading: { en: 'Loading', pt: 'Carregando' },
  notRead: { en: 'Not read', pt: 'Não lido' },
  draft: { en: 'Draft', pt: 'Rascunho' },
  completed: { en: 'Complete', pt: 'Concluído' },
  verified: { en: 'Verified', pt: 'Verificado' },
  consensus: { en: 'Consensus', pt: 'Consenso' },
  readOnly: { en: 'Your role reads only; radiologists, residents and students write.', pt: 'Seu papel só lê; radiologistas, residentes e estudantes escrevem.' },
  nonContrast: { en: 'Unenhanced', pt: 'Sem contraste' },
  arterial: { en: 'Arterial', pt: 'Arterial' },
  portalVenous: { en: 'Portal venous', pt: 'Portal' },
  equilibrium: { en: 'Equilibrium', pt: 'Equilíbrio' },
  other: { en: 'Which phase?', pt: 'Qual fase?' },
  computed: { en: 'computed', pt: 'calculado' },
  computing: { en: 'Computing the category…', pt: 'Calculando a categoria…' },
  notComputed: { en: 'The category could not be computed; it is tried again at the next change.', pt: 'A categoria não pôde ser calculada; nova tentativa na próxima mudança.' },
  chosen: { en: 'chosen', pt: 'escolhido' },
  use: { en: 'Use', pt: 'Usar' },
  steps: { en: 'Why, step by step', pt: 'Por quê, passo a passo' },
  additional: { en: 'additional', pt: 'adicionais' },
  noEnhancement: { en: 'no APHE', pt: 'sem APHE' },
  nonrimEnhancement: { en: 'nonrim APHE', pt: 'APHE não anelar' },
  needsDiameter: { en: 'The computed category appears once the diameter is given.', pt: 'A categoria calculada aparece quando houver diâmetro.' },
  reasonNeeded: {
    en: 'Needed to complete the report: the features give another category.',
    pt: 'Necessário para concluir o laudo: as características dão outra categoria.',
  },
  numberOnly: { en: 'A number is expected.', pt: 'Espera-se um número.' },
  atLeast: { en: 'At least', pt: 'No mínimo' },
  above: { en: 'More than', pt: 'Mais que' },
  atMost: { en: 'At most', pt: 'No máximo' },
  panel: { en: 'HepatIA report', pt: 'Laudo HepatIA' },
} satisfies Record<string, Text>;

export type TextKey = keyof typeof TEXTS;
export type Say = (key: TextKey) => string;

/** OHIF keeps its language in i18next's own place. */
export function currentLanguage(): Language {
  const chosen = window.localStorage.getItem('i18nextLng') ?? 'en';
  return chosen.toLowerCase().startsWith('pt') ? 'pt' : 'en';
}

export const say =
  (language: Language): Say =>
  key =>
    TEXTS[key][language];

export const ALL_TEXTS: Record<string, Text> = TEXTS;
