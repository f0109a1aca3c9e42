/** Nodules and their segments: one lesion has one tracking UID, in the report and in the masks of all phases. */
import { postTrackingUid } from '../client';
import { GROUP, nodulesOf } from '../lirads';
import { addMember, answer, getState, phaseOf, removeMember, set, setSource } from '../store';
import { sourceKey } from '../sources';
import type { Member, PhaseName, SegmentInfo } from '../types/api';
import type { Ohif } from '../types/ohif';
import { showPosition } from '../viewer/position';
import { current } from './cited';
import { keepSoon } from './drafts';
import { colorOf, type LabelmapSegment } from './labelmap';
import type { DrawnLength } from './lengths';
import * as masks from './masks';
import { activeDisplaySet, activeSeries, imagesOf, instanceOf } from './shown';
import { newMask, paintColors, segmentationOf, segmentsOf } from './viewer';

/** Wide enough for a liver's lesions; OHIF begins with 25 mm. Set once: the reader's own choice stays. */
const BRUSH_MM = 6;
const UNDO_MS = 6_000;

let hasBrush = false;
let removed: { nodule: Member; index: number; timer: number } | null = null;

/** A segment in a mask of the viewer. */
export interface Outline {
  mask: masks.OpenMask;
  segment: LabelmapSegment;
  measured: ReturnType<typeof masks.measured> extends Map<number, infer M> ? M | undefined : never;
}

/** One click: a tracking UID, a row, a segment in the mask of the active series, and the brush in hand. */
export async function addNodule(ohif: Ohif): Promise<void> {
  activeDisplaySet(ohif);
  addMember(GROUP, { tracking_uid: await postTrackingUid() });
  set({ tab: 'nodules' });
  await paintNodule(ohif, getState().nodule);
}

/** A row without an outline. */
export async function addEmpty(): Promise<void> {
  addMember(GROUP, { tracking_uid: await postTrackingUid() });
}

/** A row whose diameter is that of a length. */
export async function addFromLength(length: DrawnLength): Promise<void> {
  const { mm, series, sop_instance_uid, points } = length;
  const value = Math.round(mm * 10) / 10;
  const nodule: Member = { tracking_uid: await postTrackingUid(), diameter_mm: value };
  addMember(GROUP, nodule);
  setSource(sourceKey(GROUP, nodule, 'diameter_mm'), { kind: 'length', value, series, sop_instance_uid, points });
}

/** A row for a segment that is in the mask and that no nodule is. */
export async function describe(ohif: Ohif, { mask, segment }: Outline): Promise<void> {
  const uid = segment.tracking_uid ?? (await postTrackingUid());
  if (!segment.tracking_uid) isNowOf(ohif, mask, segment.number, uid);
  addMember(GROUP, { tracking_uid: uid });
}

/** A segment of this phase shows a lesion that another phase has already. */
export async function identify(ohif: Ohif, index: number, { mask, segment }: Outline): Promise<void> {
  isNowOf(ohif, mask, segment.number, await trackingUid(index));
}

function isNowOf(ohif: Ohif, mask: masks.OpenMask, number: number, uid: string): void {
  masks.change(mask.id, { known: withKnown(mask, { number, kind: 'nodule', tracking_uid: uid }), dirty: true, touched: true });
  keepSoon(ohif, mask.id);
  paintColors(ohif, masks.maskWith(mask.id) ?? mask);
}

/** The brush in hand, on the nodule's segment in the active series; it is made where there is none. */
export async function paintNodule(ohif: Ohif, index: number): Promise<void> {
  const { mask, number } = await segmentIn(ohif, activeDisplaySet(ohif).SeriesInstanceUID, index);
  takeBrush(ohif, mask, number);
}

/** A nodule's segment in the mask of a series; what is not there yet is made. */
export async function segmentIn(ohif: Ohif, series: string, index: number): Promise<{ mask: masks.OpenMask; number: number }> {
  const uid = await trackingUid(index);
  const label = `Nodule ${index + 1}`;
  const before = masks.maskOf(series);
  if (before) return { mask: before, number: segmentFor(ohif, before, uid, label, index) };
  const liver: LabelmapSegment = { number: 1, label: 'Liver', kind: 'liver' };
  const mask = await newMask(ohif, series, [liver, { number: 2, label, kind: 'nodule', tracking_uid: uid }]);
  return { mask, number: 2 };
}

async function trackingUid(index: number): Promise<string> {
  const known = nodulesOf(getState().answers)[index]?.tracking_uid;
  if (typeof known === 'string') return known;
  const uid = await postTrackingUid();
  answer(GROUP, index, 'tracking_uid', uid);
  return uid;
}

/** The number of a nodule's segment in a mask: that it has, an empty one of nobody's, or a new one. */
function segmentFor(ohif: Ohif, mask: masks.OpenMask, uid: string, label: string, index: number): number {
  const { segmentationService } = ohif.servicesManager.services;
  const segments = segmentsIn(ohif, mask);
  const its = segments.find(one => one.tracking_uid === uid);
  if (its) return its.number;
  const isEmpty = (one: LabelmapSegment): boolean => !masks.measured(mask.id).has(one.number);
  const empty = segments.find(one => one.kind === 'nodule' && one.tracking_uid === undefined && isEmpty(one));
  const number = empty?.number ?? Math.max(0, ...segments.map(one => one.number)) + 1;
  masks.change(mask.id, { known: withKnown(mask, { number, kind: 'nodule', tracking_uid: uid }) });
  if (!empty) segmentationService.addSegment(mask.id, { segmentIndex: number, label, color: colorOf(index) });
  paintColors(ohif, masks.maskWith(mask.id) ?? mask);
  return number;
}

const withKnown = (mask: masks.OpenMask, one: masks.Known): masks.Known[] => [...mask.known.filter(before => before.number !== one.number), one];

export function takeBrush(ohif: Ohif, mask: masks.OpenMask, number: number): void {
  const { segmentationService, viewportGridService, toolbarService } = ohif.servicesManager.services;
  const viewportId = viewportGridService.getState().activeViewportId;
  segmentationService.setActiveSegmentation(viewportId, mask.id);
  segmentationService.setActiveSegment(mask.id, number);
  ohif.commandsManager?.runCommand('setToolActiveToolbar', { toolName: 'CircularBrush' });
  if (!hasBrush) ohif.commandsManager?.runCommand('setBrushSize', { value: BRUSH_MM });
  hasBrush = true;
  toolbarService.refreshToolbarState({ viewportId });
}

export function segmentsIn(ohif: Ohif, mask: masks.OpenMask): LabelmapSegment[] {
  const segmentation = segmentationOf(ohif, mask.id);
  return segmentation ? segmentsOf(segmentation, mask.known) : [];
}

/** Where a nodule is outlined in the viewer: in the active series first. */
export function outlinesOf(ohif: Ohif, nodule: Member): Outline[] {
  const active = activeSeries(ohif);
  const ordered = [...masks.openMasks()].sort((a, b) => Number(b.series === active) - Number(a.series === active));
  return ordered.flatMap(mask => {
    const segment = segmentsIn(ohif, mask).find(one => one.tracking_uid !== undefined && one.tracking_uid === nodule.tracking_uid);
    return segment ? [{ mask, segment, measured: masks.measured(mask.id).get(segment.number) }] : [];
  });
}

/** Segments of nodules in the mask of the active series that no row describes. */
export function undescribed(ohif: Ohif): Outline[] {
  const mask = masks.maskOf(activeSeries(ohif) ?? '');
  const uids = nodulesOf(getState().answers).map(one => one.tracking_uid);
  if (!mask) return [];
  return segmentsIn(ohif, mask).flatMap(segment => {
    const measured = masks.measured(mask.id).get(segment.number);
    const isOpen = segment.kind === 'nodule' && measured && !(segment.tracking_uid && uids.includes(segment.tracking_uid));
    return isOpen ? [{ mask, segment, measured }] : [];
  });
}

/** The phases in whose masks a nodule is outlined, in the viewer or stored. */
export function phasesOf(ohif: Ohif, nodule: Member): Set<PhaseName> {
  const here = outlinesOf(ohif, nodule).flatMap(one => (one.measured ? [one.mask.series] : []));
  const opened = new Set(masks.openMasks().map(one => one.series));
  const isIts = (one: SegmentInfo): boolean => Boolean(one.tracking_uid) && one.tracking_uid === nodule.tracking_uid;
  const stored = current(getState().info?.segmentations ?? []).flatMap(mask => {
    const series = mask.source_series_instance_uid ?? '';
    return !opened.has(series) && mask.segments.some(isIts) ? [series] : [];
  });
  return new Set([...here, ...stored].flatMap(series => phaseOf(series) ?? []));
}

/** Go to the slice where a nodule is largest, in every viewport; says whether there is one. */
export function goToNodule(ohif: Ohif, nodule: Member): boolean {
  const place = placeOf(ohif, nodule);
  return place !== null && showPosition(ohif, place.series, place.sop);
}

/** The image where a nodule is largest. */
export function placeOf(ohif: Ohif, nodule: Member): { series: string; sop: string } | null {
  for (const { mask, measured } of outlinesOf(ohif, nodule)) {
    const image = measured && imagesOf(segmentationOf(ohif, mask.id))[measured.largest];
    if (image) return { series: mask.series, sop: instanceOf(image).SOPInstanceUID };
  }
  const source = getState().sources[sourceKey(GROUP, nodule, 'diameter_mm')];
  return source?.kind === 'length' && source.series ? { series: source.series, sop: source.sop_instance_uid } : null;
}

/** Take a nodule out of the report; for some seconds it can be taken back. Its outlines stay in the masks. */
export function removeNodule(ohif: Ohif, index: number): void {
  const nodule = nodulesOf(getState().answers)[index];
  if (!nodule) return;
  for (const { mask, segment, measured } of outlinesOf(ohif, nodule))
    if (!measured) ohif.servicesManager.services.segmentationService.removeSegment(mask.id, segment.number, { skipRecordingHistory: true });
  window.clearTimeout(removed?.timer);
  removed = { nodule, index, timer: window.setTimeout(forgetRemoved, UNDO_MS) };
  removeMember(GROUP, index);
}

export const removedNodule = (): number | null => removed?.index ?? null;

export function undoRemove(): void {
  if (!removed) return;
  const { nodule, index } = removed;
  forgetRemoved();
  addMember(GROUP, nodule, index);
}

function forgetRemoved(): void {
  window.clearTimeout(removed?.timer);
  removed = null;
  set({});
}
