/** The words of the exports page, in both languages. */
import type { Text } from '../types/api';

export const EXPORTS = {
  exportsKept: { en: 'Datasets are kept for', pt: 'Os conjuntos são mantidos por' },
  days: { en: 'days', pt: 'dias' },
  free: { en: 'free', pt: 'livres' },
  noExports: { en: 'No dataset has been exported yet. It begins with a search:', pt: 'Nenhum conjunto foi exportado ainda. Comece com uma busca:' },
  contents: { en: 'Contents', pt: 'Conteúdo' },
  asked: { en: 'Asked for', pt: 'Pedido em' },
  expires: { en: 'Kept until', pt: 'Mantido até' },
  waiting: { en: 'waiting', pt: 'na fila' },
  dataset: { en: 'Dataset', pt: 'Conjunto' },
  'export.failed': { en: 'Failed.', pt: 'Falhou.' },
  'export.cancelled': { en: 'Cancelled', pt: 'Cancelada' },
} satisfies Record<string, Text>;
