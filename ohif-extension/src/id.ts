/** Names that OHIF knows us by. */
export const EXTENSION_ID = '@hepatia/ohif-extension';
export const MODE_ID = '@hepatia/ohif-mode';
export const MODE_ROUTE = 'hepatia';
export const PANEL_NAME = 'hepatia';
export const PANEL_ID = `${EXTENSION_ID}.panelModule.${PANEL_NAME}`;
export const DASHBOARD_ROUTE = '/hepatia-dashboard';
export const SEARCH_ROUTE = '/hepatia-search';
export const WORKLIST_ROUTE = '/hepatia-worklist';
export const API = '/hepatia/api';
export const TEMPLATE = 'liver-ct';
/** OHIF's own panel with the brushes. */
export const SEGMENTATION_PANEL = '@ohif/extension-cornerstone.panelModule.panelSegmentationWithToolsLabelMap';
