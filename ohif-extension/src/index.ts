/** The extension: what OHIF registers at run time. */
import { EXTENSION_ID, PANEL_NAME } from './id';
import { island } from './Mount';
import { Panel } from './panels/Panel';
import type { Ohif } from './types/ohif';

/** Wide enough for the form; OHIF's own 280 px are not. */
const CUSTOMIZATIONS = {
  // It covers the viewport at the first visit.
  'ohif.tours': { $set: [] },
  // OHIF's own export: what other readers can read, should somebody use it instead of ours.
  'segmentation.store.defaultMode': 'bitmap',
  'segmentation.store.transferSyntaxUID': '1.2.840.10008.1.2.1',
};

export default {
  id: EXTENSION_ID,

  getPanelModule: (ohif: Ohif) => [
    {
      name: PANEL_NAME,
      iconName: 'tab-patient-info',
      iconLabel: 'HepatIA',
      label: 'HepatIA',
      component: island('hepatia-panel', Panel, { ohif }),
    },
  ],

  getCustomizationModule: () => [{ name: 'global', value: CUSTOMIZATIONS }],
};
