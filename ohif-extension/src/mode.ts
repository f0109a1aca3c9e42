/** The HepatIA mode: OHIF's longitudinal mode with our panel and the segmentation tools, derived at run time. */
import { MODE_ID, MODE_ROUTE, PANEL_ID, SEGMENTATION_PANEL } from './id';

interface Reference {
  $reference: string;
}

interface Layout {
  props: Record<string, unknown>;
}

interface Route {
  path: string;
  layoutInstance: Layout;
}

interface ModeInstance {
  toolbarButtons: unknown[];
  toolbarSections: unknown[];
  toolGroupAdditions?: { default?: unknown[]; mpr?: unknown[] };
  routes: [Route];
}

interface ModeLoader {
  loadModules(names: string[]): Promise<{ modeInstance: ModeInstance }[]>;
}

const BASE = '@ohif/mode-longitudinal';
const MEASUREMENT_PANEL = '@ohif/extension-measurement-tracking.panelModule.trackedMeasurements';
const CUSTOMIZATIONS = 'hepatiaModeCustomizations';
const PANEL_WIDTH = 372;

const reference = (name: string): Reference => ({ $reference: `cornerstone.${name}` });

export default {
  id: MODE_ID,
  customizations: {
    [CUSTOMIZATIONS]: {
      'panelSegmentation.disableEditing': false,
      // OHIF writes its statistics back over all segments: one that was added or chosen meanwhile is lost. We measure ourselves.
      'panelSegmentation.disableUpdateSegmentationStats': true,
    },
  },

  async modeFactory({ loadModules }: ModeLoader) {
    const [loaded] = await loadModules([BASE]);
    if (!loaded) throw new Error(`${BASE} is not part of this OHIF.`);
    return derived(loaded.modeInstance);
  },
};

/** Our own id must not stand among the mode's extensions: OHIF would import it as a module name. */
export function derived(base: ModeInstance) {
  const [route] = base.routes;
  const additions = base.toolGroupAdditions ?? {};
  const tools = reference('segmentationTools');
  const props = {
    ...route.layoutInstance.props,
    rightPanelClosed: false,
    rightPanelInitialExpandedWidth: PANEL_WIDTH,
    rightPanels: [PANEL_ID, SEGMENTATION_PANEL, MEASUREMENT_PANEL],
  };
  return {
    ...base,
    id: MODE_ID,
    routeName: MODE_ROUTE,
    displayName: 'HepatIA',
    hide: false,
    modeCustomizations: CUSTOMIZATIONS,
    toolbarButtons: [...base.toolbarButtons, reference('segmentationToolbarButtons')],
    toolbarSections: [...base.toolbarSections, reference('segmentationToolbarSections')],
    toolGroupAdditions: {
      ...additions,
      default: [...(additions.default ?? []), tools],
      mpr: [...(additions.mpr ?? []), tools],
    },
    routes: [{ ...route, path: MODE_ROUTE, layoutInstance: { ...route.layoutInstance, props } }],
  };
}
