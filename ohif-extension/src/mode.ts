/** The HepatIA mode: OHIF's longitudinal mode with our panel and the segmentation tools, derived at run time. */
import { LAYOUTS_BUTTON, MODE_ID, MODE_ROUTE, PANEL_ID, SEGMENTATION_PANEL } from './id';
import { currentLanguage } from './language';
import { viewing } from './opening';
import type { Ohif } from './types/ohif';
import { withOurs, type Hotkey } from './viewer/hotkeys';
import { ONE_UP } from './viewer/protocols';

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
  /** What ends the mode's subscriptions; OHIF's own onModeExit runs them. */
  _unsubscriptions?: (() => void)[];
  onModeEnter(ohif: Ohif): void;
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
const PANEL_WIDTH = 372;

const LAYOUTS = 'hepatia-layouts-button';

/** What a reader of CT needs; the corners of the viewports belong to the image. */
const TOOLBAR = {
  primary: ['MeasurementTools', 'Zoom', 'Pan', 'WindowLevel', 'Capture', 'Layout', 'Crosshairs', 'MoreTools', LAYOUTS],
  MoreTools: ['Reset', 'rotate-right', 'flipHorizontal', 'ReferenceLines', 'StackScroll', 'invert', 'Probe', 'Cine', 'Angle', 'Magnify', 'TagBrowser', 'WindowLevelRegion'],
  'viewportActionMenu.topLeft': [],
  'viewportActionMenu.topRight': [],
  'viewportActionMenu.bottomLeft': [],
  'viewportActionMenu.bottomMiddle': ['windowLevelMenu'],
};

const reference = (name: string): Reference => ({ $reference: `cornerstone.${name}` });

export default {
  id: MODE_ID,
  async modeFactory({ loadModules }: ModeLoader) {
    const [loaded] = await loadModules([BASE]);
    if (!loaded) throw new Error(`${BASE} is not part of this OHIF.`);
    return derived(loaded.modeInstance);
  },
};

/** Our own id must not stand among the mode's extensions: OHIF would import it as a module name. */
export function derived(base: ModeInstance) {
  const [route] = base.routes;
  let begun = Promise.resolve();
  /** OHIF waits for this before it hangs the series. */
  const init = async ({ studyInstanceUIDs }: { studyInstanceUIDs: string[] }): Promise<void> => {
    await Promise.all([begun, viewing().then(({ prepare }) => prepare(studyInstanceUIDs[0]))]);
  };
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
    hangingProtocol: ONE_UP,
    onModeEnter(this: ModeInstance, ohif: Ohif): void {
      base.onModeEnter.call(this, ohif);
      begun = begin(this, ohif);
    },
    modeCustomizations: [
      {
        'panelSegmentation.disableEditing': false,
        // OHIF writes its statistics back over all segments: one that was added or chosen meanwhile is lost. We measure ourselves.
        'panelSegmentation.disableUpdateSegmentationStats': true,
        'ohif.hotkeyBindings': { $apply: (bindings: Hotkey[]) => withOurs(bindings, currentLanguage(), navigator.platform) },
      },
    ],
    toolbarButtons: [...base.toolbarButtons, reference('segmentationToolbarButtons'), { id: LAYOUTS, uiType: LAYOUTS_BUTTON, props: {} }],
    toolbarSections: [...base.toolbarSections, reference('segmentationToolbarSections'), TOOLBAR],
    toolGroupAdditions: {
      ...additions,
      default: [...(additions.default ?? []), tools],
      mpr: [...(additions.mpr ?? []), tools],
    },
    routes: [{ ...route, path: MODE_ROUTE, init, layoutInstance: { ...route.layoutInstance, props } }],
  };
}

/** Start what the mode adds, unless the mode was left while it came. */
async function begin(mode: ModeInstance, ohif: Ohif): Promise<void> {
  const ends = mode._unsubscriptions;
  let isLeft = false;
  ends?.push(() => (isLeft = true));
  const { corners, enter } = await viewing();
  if (isLeft) return;
  ohif.servicesManager.services.customizationService.setCustomizations(corners(ohif));
  ends?.push(...enter(ohif));
}
