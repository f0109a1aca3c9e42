/** The extension: what OHIF registers at run time. */
import { Suspense, createElement, lazy, type ComponentType, type ReactElement } from 'react';
import { commandsModule } from './commands';
import { COMPARE_ROUTE, DASHBOARD_ROUTE, EXPORTS_ROUTE, EXTENSION_ID, LAYOUTS_BUTTON, PANEL_NAME, SEARCH_ROUTE, STATUS_ROUTE, STUDIES_ROUTE, WORKLIST_ROUTE } from './id';
import { island } from './Mount';
import { setLogo, showOurList } from './studies/entry';
import type { Ohif } from './types/ohif';
import { isViewer, viewing } from './opening';
import { PROTOCOLS } from './viewer/protocols';

/** Pages are fetched when somebody opens them: the charts are larger than the whole panel. The viewer's part likewise. */
const Dashboard = opened(async () => (await import('./dashboard/Dashboard')).Dashboard);
const Search = opened(async () => (await import('./search/Search')).Search);
const Studies = opened(async () => (await import('./studies/Studies')).Studies);
const Exports = opened(async () => (await import('./exports/Exports')).Exports);
const Compare = opened(async () => (await import('./compare/Compare')).Compare);
const Status = opened(async () => (await import('./status/StatusPage')).StatusPage);
const Worklist = opened(async () => (await import('./worklist/Worklist')).Worklist);
const Panel = opened(async () => (await viewing()).Panel);
const Layouts = opened(async () => (await viewing()).Layouts);

function opened<P extends object>(load: () => Promise<ComponentType<P>>): (properties: P) => ReactElement {
  const Opened = lazy(async () => ({ default: await load() })) as unknown as ComponentType<P>;
  return properties => createElement(Suspense, { fallback: null }, createElement(Opened, properties));
}

/** OHIF 3.13 takes for granted that every measurement group has coordinates, and shows nothing of an SR when one has none. */
const withCoordinates = ({ measurement }: { measurement: { coords?: object[] } }): object =>
  measurement.coords?.length ? measurement : { ...measurement, coords: [{}] };

/** Wide enough for the form; OHIF's own 280 px are not. */
const CUSTOMIZATIONS = {
  'routes.customRoutes': {
    routes: {
      $push: [
        { path: DASHBOARD_ROUTE, children: island('hepatia-dashboard', Dashboard, {}) },
        { path: SEARCH_ROUTE, children: island('hepatia-search', Search, {}) },
        { path: WORKLIST_ROUTE, children: island('hepatia-worklist', Worklist, {}) },
        { path: STUDIES_ROUTE, children: island('hepatia-studies', Studies, {}) },
        { path: EXPORTS_ROUTE, children: island('hepatia-exports', Exports, {}) },
        { path: COMPARE_ROUTE, children: island('hepatia-compare', Compare, {}) },
        { path: STATUS_ROUTE, children: island('hepatia-status', Status, {}) },
      ],
    },
  },
  // It covers the viewport at the first visit.
  'ohif.tours': { $set: [] },
  // OHIF's own export: what other readers can read, should somebody use it instead of ours.
  'segmentation.store.defaultMode': 'bitmap',
  'segmentation.store.transferSyntaxUID': '1.2.840.10008.1.2.1',
  onBeforeSRAddMeasurement: { $set: withCoordinates },
};

// OHIF has not looked at the address yet.
showOurList();
if (isViewer(window.location)) void viewing();

export default {
  id: EXTENSION_ID,

  preRegistration: ({ appConfig }: { appConfig: { whiteLabeling?: object } }) => setLogo(appConfig),

  getPanelModule: (ohif: Ohif) => [
    {
      name: PANEL_NAME,
      iconName: 'tab-patient-info',
      iconLabel: 'HepatIA',
      label: 'HepatIA',
      component: island('hepatia-panel', Panel, { ohif }),
    },
  ],

  getCommandsModule: (ohif: Ohif) => commandsModule(ohif),

  getHangingProtocolModule: () => PROTOCOLS.map(protocol => ({ name: protocol.id, protocol })),

  getToolbarModule: (ohif: Ohif) => {
    const buttons = island('hepatia-layouts', Layouts, { ohif }, { style: 'display:block' });
    return [{ name: LAYOUTS_BUTTON, defaultComponent: () => buttons() }];
  },

  getCustomizationModule: () => [{ name: 'global', value: CUSTOMIZATIONS }],
};
