/** How masks look on the image: outlines alone while one reads, a faint fill while one paints, nothing while hidden. */
import { kindOf } from '../segmentation/labelmap';
import { maskWith } from '../segmentation/masks';
import { set } from '../store';
import type { Ohif, Segmentation } from '../types/ohif';
import { libraries, services, type Style } from '../types/viewer';

/** Cornerstone draws outlines in whole pixels of the screen: 1, and 2 for the chosen segment. */
const OUTLINE = { outlineWidth: 1, activeSegmentOutlineWidthDelta: 1, outlineOpacity: 0.85 };

/** A fill of nothing, not no fill: cornerstone tints what it does not fill by one percent. */
const NO_FILL = 0;
const FILL = { liver: 0.14, nodule: 0.22, other: 0.14 };

const TOOL_GROUP = 'default';
const PAINTS = /brush|eraser|scissors|threshold|labelmap|segment/i;

let hidden = false;

export const masksHidden = (): boolean => hidden;

/** Whether a tool changes masks. */
export const paints = (tool: string | undefined): boolean => tool !== undefined && PAINTS.test(tool);

/** The look of one kind of segment. */
export function styleOf(kind: keyof typeof FILL, painting: boolean, isHidden: boolean): Style {
  const alpha = painting && !isHidden ? FILL[kind] : NO_FILL;
  const shown = { renderOutline: !isHidden, renderFill: true, fillAlpha: alpha, ...OUTLINE };
  return { ...shown, fillAlphaInactive: alpha, outlineWidthInactive: OUTLINE.outlineWidth, outlineOpacityInactive: OUTLINE.outlineOpacity };
}

/** Give all masks the look of the moment. */
export function applyStyle(ohif: Ohif): void {
  const { segmentationService, toolGroupService } = services(ohif);
  const painting = paints(toolGroupService.getActivePrimaryMouseButtonTool(TOOL_GROUP));
  segmentationService.setStyle({ type: 'Labelmap' }, styleOf('other', painting, hidden));
  for (const mask of segmentationService.getSegmentations()) {
    styleSegments(ohif, mask, painting);
    redraw(ohif, mask.segmentationId);
  }
}

/** A style alone draws nothing, and drawing the images anew does not take it up. */
function redraw(ohif: Ohif, segmentationId: string): void {
  const { triggerSegmentationRepresentationModified } = libraries().cornerstoneTools.segmentation.triggerSegmentationEvents;
  for (const viewportId of services(ohif).segmentationService.getViewportIdsWithSegmentation(segmentationId))
    triggerSegmentationRepresentationModified(viewportId, segmentationId);
}

function styleSegments(ohif: Ohif, mask: Segmentation, painting: boolean): void {
  const known = maskWith(mask.segmentationId)?.known ?? [];
  for (const segment of Object.values(mask.segments)) {
    if (!segment) continue;
    const kind = known.find(one => one.number === segment.segmentIndex)?.kind ?? kindOf(segment.label);
    const specifier = { type: 'Labelmap' as const, segmentationId: mask.segmentationId, segmentIndex: segment.segmentIndex };
    services(ohif).segmentationService.setStyle(specifier, styleOf(kind, painting, hidden));
  }
}

export function setHidden(ohif: Ohif, isHidden: boolean): void {
  hidden = isHidden;
  applyStyle(ohif);
  set({});
}

/** A tool was chosen; nobody paints what cannot be seen. */
export function toolChosen(ohif: Ohif): void {
  if (hidden && paints(services(ohif).toolGroupService.getActivePrimaryMouseButtonTool(TOOL_GROUP))) setHidden(ohif, false);
  else applyStyle(ohif);
}

/** Hide or show the masks; a key that is held down hides them for as long as it is held. */
export function toggleMasks(ohif: Ohif, event?: KeyboardEvent): void {
  if (event?.repeat) return;
  const before = hidden;
  setHidden(ohif, !before);
  if (event) whenReleased(event.key, held => held && setHidden(ohif, before));
}

/** Held is a key that has begun to repeat: the clock says little while images are drawn. */
function whenReleased(key: string, then: (held: boolean) => void): void {
  let held = false;
  const isIt = (event: KeyboardEvent): boolean => event.key.toLowerCase() === key.toLowerCase();
  const pressed = (event: KeyboardEvent): void => void (held ||= event.repeat && isIt(event));
  const released = (event: KeyboardEvent): void => {
    if (!isIt(event)) return;
    window.removeEventListener('keydown', pressed, true);
    window.removeEventListener('keyup', released, true);
    then(held);
  };
  window.addEventListener('keydown', pressed, true);
  window.addEventListener('keyup', released, true);
}
