/** Viewports of one layout show the same place in the patient: by millimetres on the normal, never by slice number.
 *
 * Cornerstone's own imageSlice synchroniser ignores what a viewport does while another loads, so that a fast scroll ends
 * out of step, and has no offset. Here the viewport that a reader scrolls leads; what the others do to follow leads nobody.
 * The leader is remembered when the layout changes: a series that comes to be shown begins where the reader was.
 */
import type { Ohif } from '../types/ohif';
import { libraries, services, type StackNewImage, type StackViewport } from '../types/viewer';
import { POSITION } from './protocols';
import { nearest, offset, type Slices } from './slices';
import { displaySetIn, isCurrent, placeNow, slicesIn, stack } from './stacks';

const GROUP = 'hepatia-position';
const NEW_IMAGE = 'CORNERSTONE_STACK_NEW_IMAGE';
const DISABLED = 'CORNERSTONE_ELEMENT_DISABLED';

interface Leader {
  viewportId: string;
  slices: Slices;
  at: number;
  key: string;
}

/** The viewport that was scrolled last, and where it is. */
let leader: Leader | null = null;

/** Viewports that OHIF has set up; before, the slices that it goes through are nobody's choice. */
const ready = new Set<string>();

/** The slice that each follower is on its way to. */
const underWay = new Map<string, number>();

/** Millimetres that a reader has moved a series (of a prior exam: all its series) against the others. */
const moved = new Map<string, number>();

/** Add the type of synchroniser that the layouts name. */
export function addSynchroniser(ohif: Ohif): void {
  const { SynchronizerManager } = libraries().cornerstoneTools;
  services(ohif).syncGroupService.addSynchronizerType(POSITION, id =>
    SynchronizerManager.createSynchronizer(id, NEW_IMAGE, (_, source, target) => {
      if (leader?.viewportId === source.viewportId && !underWay.has(source.viewportId)) moveToLeader(ohif, target.viewportId);
    }),
  );
}

/** Follow what happens in the viewports; returns what ends it. */
export function watchPlaces(ohif: Ohif): () => void {
  const { eventTarget } = libraries().cornerstone;
  const scrolled = (event: Event): void => {
    const { viewportId } = (event as unknown as StackNewImage).detail;
    if (ready.has(viewportId) && !underWay.has(viewportId)) lead(ohif, viewportId);
  };
  const disabled = (event: Event): void => void ready.delete((event as CustomEvent<{ viewportId: string }>).detail.viewportId);
  forget();
  // Before the synchroniser, which listens on the element.
  document.addEventListener(NEW_IMAGE, scrolled, { capture: true });
  eventTarget.addEventListener(DISABLED, disabled);
  return () => {
    document.removeEventListener(NEW_IMAGE, scrolled, { capture: true });
    eventTarget.removeEventListener(DISABLED, disabled);
    forget();
  };
}

function forget(): void {
  leader = null;
  [ready, moved, underWay].forEach(one => one.clear());
}

/** A viewport shows a series now: it goes to where the reader is. */
export function join(ohif: Ohif, viewportId: string): void {
  ready.add(viewportId);
  if (!leader) lead(ohif, viewportId);
  else moveToLeader(ohif, viewportId);
  if (members(ohif).includes(viewportId)) shareView(ohif, viewportId);
}

/** Window, zoom and pan of the series that the reader looked at hold for all that come beside it. */
function shareView(ohif: Ohif, viewportId: string): void {
  const shown = members(ohif).filter(id => ready.has(id));
  const sourceId = shown.find(id => keyOf(ohif, id) === leader?.key);
  if (sourceId === undefined) return;
  const source = stack(ohif, sourceId);
  const targets = sourceId === viewportId ? shown.filter(id => id !== sourceId) : [viewportId];
  for (const target of targets.flatMap(id => stack(ohif, id) ?? [])) copyView(source, target);
}

function copyView(source: StackViewport | null, target: StackViewport): void {
  const { voiRange } = source?.getProperties() ?? {};
  if (!source || !voiRange) return;
  target.setProperties({ voiRange });
  target.setZoom(source.getZoom());
  target.setPan(source.getPan());
  target.render();
}

export function lead(ohif: Ohif, viewportId: string): void {
  const viewport = stack(ohif, viewportId);
  const slices = viewport && slicesIn(ohif, viewport);
  if (viewport && slices) leader = { viewportId, slices, at: placeNow(slices, viewport), key: keyOf(ohif, viewportId) };
}

/** Bring every viewport to a place of a series, shown or not; says whether any could. */
export function goTo(ohif: Ohif, { slices, at, series }: { slices: Slices; at: number; series: string }): boolean {
  const all = [...services(ohif).viewportGridService.getState().viewports.keys()];
  const viewportId = all.find(id => displaySetIn(ohif, id)?.SeriesInstanceUID === series) ?? '';
  leader = { viewportId, slices, at, key: viewportId ? keyOf(ohif, viewportId) : series };
  return all.filter(id => moveToLeader(ohif, id)).length > 0;
}

/** Bring a viewport to the place of the leader; says whether it can show it. */
function moveToLeader(ohif: Ohif, viewportId: string): boolean {
  const viewport = stack(ohif, viewportId);
  const slices = viewport && slicesIn(ohif, viewport);
  const between = slices && leader ? offset(leader.slices, slices) : null;
  if (!viewport || !slices || !leader || between === null) return false;
  go(viewport, nearest(slices.along, leader.at + between + movedBy(keyOf(ohif, viewportId)) - movedBy(leader.key)));
  return true;
}

/** Move a viewport without leading the others. */
function go(viewport: StackViewport, index: number): void {
  if ((underWay.get(viewport.id) ?? viewport.getCurrentImageIdIndex()) === index) return;
  underWay.set(viewport.id, index);
  const done = (): void => void (underWay.get(viewport.id) === index && underWay.delete(viewport.id));
  viewport.setImageIdIndex(index).then(done, done);
}

/** Scroll one viewport against the others by so many slices; the difference stays. */
export function shift(ohif: Ohif, viewportId: string, steps: number): void {
  const viewport = stack(ohif, viewportId);
  const slices = viewport && slicesIn(ohif, viewport);
  if (!viewport || !slices) return;
  const key = keyOf(ohif, viewportId);
  const other = members(ohif).find(id => keyOf(ohif, id) !== key);
  if (other === undefined) return;
  if (leader?.key === key) lead(ohif, other);
  const now = underWay.get(viewportId) ?? viewport.getCurrentImageIdIndex();
  const index = Math.max(0, Math.min(slices.along.length - 1, now + steps));
  moved.set(key, movedBy(key) + (slices.along[index] ?? 0) - (slices.along[now] ?? 0));
  go(viewport, index);
  members(ohif).filter(id => id !== viewportId && keyOf(ohif, id) === key).forEach(id => moveToLeader(ohif, id));
}

/** Viewports that go together. */
export const members = (ohif: Ohif): string[] =>
  services(ohif).syncGroupService.getSynchronizer(GROUP)?.getTargetViewports().map(one => one.viewportId) ?? [];

const movedBy = (key: string): number => moved.get(key) ?? 0;

/** What a shift moves: one series of this study, or the whole prior exam. */
function keyOf(ohif: Ohif, viewportId: string): string {
  const set = displaySetIn(ohif, viewportId);
  return (isCurrent(set) ? set?.SeriesInstanceUID : set?.StudyInstanceUID) ?? '';
}

/** Scrolling with Shift held moves one viewport against the others. Returns what ends it. */
export function shiftByWheel(ohif: Ohif): () => void {
  const viewportAt = (target: EventTarget | null): string | undefined =>
    members(ohif).find(id => target instanceof Node && stack(ohif, id)?.element.contains(target));
  const wheel = (event: WheelEvent): void => {
    const viewportId = event.shiftKey ? viewportAt(event.target) : undefined;
    // Browsers turn a wheel with Shift into a horizontal one.
    const delta = event.deltaY || event.deltaX;
    if (viewportId === undefined || delta === 0) return;
    event.preventDefault();
    event.stopPropagation();
    shift(ohif, viewportId, Math.sign(delta));
  };
  document.addEventListener('wheel', wheel, { capture: true, passive: false });
  return () => document.removeEventListener('wheel', wheel, { capture: true });
}
