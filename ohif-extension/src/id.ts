/** Names that OHIF knows us by. */
export const EXTENSION_ID = '@hepatia/ohif-extension';
export const MODE_ID = '@hepatia/ohif-mode';
export const MODE_ROUTE = 'hepatia';
export const PANEL_NAME = 'hepatia';
export const PANEL_ID = `${EXTENSION_ID}.panelModule.${PANEL_NAME}`;
export const DASHBOARD_ROUTE = '/hepatia-dashboard';
export const SEARCH_ROUTE = '/hepatia-search';
export const WORKLIST_ROUTE = '/hepatia-worklist';
export const STUDIES_ROUTE = '/hepatia-studies';
export const COMPARE_ROUTE = '/hepatia-compare';
export const EXPORTS_ROUTE = '/hepatia-exports';
export const STATUS_ROUTE = '/hepatia-status';
/** What stands before every path, such as the path prefix of a reverse proxy; OHIF is told it in app-config.js. */
const ROOT = (window.config?.routerBasename ?? '/ohif').replace(/\/ohif$/, '');
export const API = `${ROOT}/hepatia/api`;
export const DICOM_WEB = `${ROOT}/dicom-web`;
/** A path that the server names, as this page reaches it: `/ohif/hepatia-search`. */
export const address = (path: string): string => ROOT + path;
/** The page of two readings of a study. */
export const comparisonOf = (studyUid: string): string => address(`/ohif${COMPARE_ROUTE}?StudyInstanceUIDs=${studyUid}`);
export const TEMPLATE = 'liver-ct';
/** Our buttons in OHIF's toolbar. */
export const LAYOUTS_BUTTON = 'hepatia.layouts';
/** OHIF's own panel with the brushes. */
export const SEGMENTATION_PANEL = '@ohif/extension-cornerstone.panelModule.panelSegmentationWithToolsLabelMap';
