/** How masks look on the image: outlines alone while one reads, a faint fill while one paints, nothing while hidden. */
import { kindOf } from '../segmentation/labelmap';
import { set } from '../store';
import type { Ohif, Segmentation } from '../types/ohif';
import { services, type Style } from '../types/viewer';
import { displaySetIn, stacks } from './stacks';
import { masks } from './loaded';

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
  for (const mask of segmentationService.getSegmentations()) styleSegments(ohif, mask, painting);
  stacks(ohif).forEach(viewport => viewport.render());
}

function styleSegments(ohif: Ohif, mask: Segmentation, painting: boolean): void {
  for (const segment of Object.values(mask.segments)) {
    if (!segment) continue;
    const specifier = { type: 'Labelmap' as const, segmentationId: mask.segmentationId, segmentIndex: segment.segmentIndex };
    services(ohif).segmentationService.setStyle(specifier, styleOf(kindOf(segment.label), painting, hidden));
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

/** Longer than this, a key is held and not struck. */
const HELD_MS = 350;

/** Hide or show the masks; a key that is held down hides them for as long as it is held. */
export function toggleMasks(ohif: Ohif, event?: KeyboardEvent): void {
  if (event?.repeat) return;
  const before = hidden;
  setHidden(ohif, !before);
  if (event) whenReleased(event, held => held && setHidden(ohif, before));
}

function whenReleased({ key, timeStamp }: KeyboardEvent, then: (held: boolean) => void): void {
  const released = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== key.toLowerCase()) return;
    window.removeEventListener('keyup', released, true);
    // The times of the events: drawing may keep the page busy for longer than the key was held.
    then(event.timeStamp - timeStamp > HELD_MS);
  };
  window.addEventListener('keyup', released, true);
}

/** Every viewport shows the masks of its own series. */
export async function overlay(ohif: Ohif, viewportId: string): Promise<void> {
  const { segmentationService } = services(ohif);
  const shown = displaySetIn(ohif, viewportId)?.SeriesInstanceUID;
  for (const { mask, series } of masks(ohif)) {
    const { segmentationId } = mask;
    if (series !== shown || segmentationService.getSegmentationRepresentations(viewportId, { segmentationId }).length > 0) continue;
    await segmentationService.addSegmentationRepresentation(viewportId, { segmentationId });
  }
}
