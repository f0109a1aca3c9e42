/** Words of viewports: layouts, overlays, keys. */
import type { Text } from '../types/api';

export const LAYOUTS = {
  fourPhases: { en: '4 phases', pt: '4 fases' },
  withPrior: { en: 'With prior', pt: 'Com anterior' },
  noNonContrast: { en: 'No unenhanced phase', pt: 'Sem fase sem contraste' },
  noArterial: { en: 'No arterial phase', pt: 'Sem fase arterial' },
  noPortalVenous: { en: 'No portal venous phase', pt: 'Sem fase portal' },
  noEquilibrium: { en: 'No equilibrium phase', pt: 'Sem fase de equilíbrio' },
  priorLacks: { en: 'in the prior exam', pt: 'no exame anterior' },
  priorNotShown: { en: 'The prior exam could not be shown.', pt: 'Não foi possível mostrar o exame anterior.' },
  beforeContrast: { en: 'before contrast', pt: 'antes do contraste' },
  maskUnsaved: { en: 'Mask unsaved', pt: 'Máscara não salva' },
  presegmenting: { en: 'Pre-segmenting', pt: 'Pré-segmentando' },
  masksHidden: { en: 'Masks hidden', pt: 'Máscaras ocultas' },
  synchronised: { en: 'Synchronised by position; Shift and wheel move this series against the others', pt: 'Sincronizado por posição; Shift e roda movem esta série em relação às outras' },
  toLiver: { en: 'to liver', pt: 'em relação ao fígado' },
  prior: { en: 'prior', pt: 'anterior' },
  days: { en: 'days', pt: 'dias' },
  noOutline: { en: 'No loaded mask outlines this nodule.', pt: 'Nenhuma máscara carregada contorna este nódulo.' },
  keys: { en: 'Keys', pt: 'Teclas' },
} satisfies Record<string, Text>;
