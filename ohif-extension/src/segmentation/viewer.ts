/** Between OHIF's labelmaps and ours: voxels are matched by SOP Instance UID, never by order. */
import { getLabelmap, getSegmentation, postLabelmap } from '../client';
import { getState } from '../store';
import type { SavedSegmentation, SegmentationInfo } from '../types/api';
import type { CachedImage, Ohif, Segmentation } from '../types/ohif';
import { nodulesOf } from '../lirads';
import { colorsOf, decode, encode, kindOf, type Labelmap, type LabelmapSegment } from './labelmap';
import * as masks from './masks';
import { ask, forget, winsOf } from './meeting';
import { merged } from './overlaps';
import { displaySetOf, imagesOf, instanceOf, MaskError, nameOf, slicesOf, viewportOf, viewportsOf } from './shown';

export { activeDisplaySet, MaskError, showSeries, type MaskProblem } from './shown';

export const segmentationOf = (ohif: Ohif, id: string): Segmentation | undefined =>
  ohif.servicesManager.services.segmentationService.getSegmentation(id);

/** Make an empty mask on a series, ready for OHIF's brush. */
export async function newMask(ohif: Ohif, series: string, segments: LabelmapSegment[]): Promise<masks.OpenMask> {
  const mask = await create(ohif, series, 'HepatIA', segments, null);
  masks.look(mask.id, slicesOf(imagesOf(segmentationOf(ohif, mask.id))));
  masks.settle(mask.id);
  return mask;
}

const loading = new Map<string, Promise<masks.OpenMask>>();

/** Bring a stored mask into the viewer, on the series that it was made of; it takes the place of the one there. */
export function loadMask(ohif: Ohif, sop: string): Promise<masks.OpenMask> {
  const open = masks.openMasks().find(one => one.stored === sop && !one.dirty);
  if (open) return Promise.resolve(open);
  const under = loading.get(sop) ?? load(ohif, sop).finally(() => loading.delete(sop));
  loading.set(sop, under);
  return under;
}

async function load(ohif: Ohif, sop: string): Promise<masks.OpenMask> {
  const asked = getSegmentation(sop);
  const sent = getLabelmap(sop, winsOf(sop)).catch(async (error: unknown) => ask(await asked, error));
  const [described, body] = await Promise.all([asked, sent]);
  const labelmap = decode(body);
  const series = described.source_series_instance_uid ?? '';
  if (masks.maskOf(series)?.dirty) throw new MaskError('unsavedFirst');
  const segments = labelmap.header.segments.map(one => withTracking(one, described));
  const mask = await fill(ohif, series, described.description ?? 'SEG', { ...labelmap, header: { ...labelmap.header, segments } }, sop);
  masks.settle(mask.id);
  forget(sop);
  return mask;
}

/** Bring a mask that was painted and not saved back into the viewer. */
export async function restoreMask(ohif: Ohif, series: string, labelmap: Labelmap, kept: string): Promise<masks.OpenMask> {
  const mask = await fill(ohif, series, 'HepatIA', labelmap, labelmap.header.derived_from ?? null);
  masks.change(mask.id, { dirty: true, touched: true, kept, restored: kept });
  return mask;
}

/** Take a mask out of the viewer. */
export function closeMask(ohif: Ohif, id: string): void {
  masks.drop(id);
  ohif.servicesManager.services.segmentationService.remove(id);
}

/** What is sent to be stored, or kept as a draft. */
export function labelmapOf(ohif: Ohif, mask: masks.OpenMask): Labelmap {
  const segmentation = segmentationOf(ohif, mask.id);
  const images = imagesOf(segmentation);
  const [first] = images;
  if (!segmentation || !first) throw new MaskError('noMask');
  const edited = mask.stored ? { derived_from: mask.stored } : {};
  const segments = segmentsOf(segmentation, mask.known);
  const layers = layersOf(segmentation);
  const shown = layers[0]?.images ?? images;
  const header = { rows: first.rows, columns: first.columns, sops: shown.map(nameOf), segments, ...edited };
  const { slices, open } = merged(layers.map(({ images: drawn, segmentOf }) => ({ slices: drawn.map(one => one.getPixelData()), segmentOf })), mask.winners);
  if (open.length > 0) {
    masks.change(mask.id, { overlaps: open, dirty: true });
    throw new MaskError('overlap');
  }
  return { header, slices };
}

/** The reader says which segment has the voxels where it meets others. */
export function letWin(mask: masks.OpenMask, number: number): void {
  const winners = [...mask.winners.filter(one => one !== number), number];
  masks.change(mask.id, { winners, overlaps: mask.overlaps.filter(one => !one.segments.includes(number)) });
}

/** The layers of a mask: one, unless segments overlap. */
function layersOf(segmentation: Segmentation): { images: CachedImage[]; segmentOf: (value: number) => number }[] {
  const layers = Object.values(segmentation.representationData.Labelmap?.labelmaps ?? {}).filter(one => one.imageIds?.length);
  if (layers.length < 2) return [{ images: imagesOf(segmentation), segmentOf: value => value }];
  return layers.map(({ imageIds = [], labelToSegmentIndex }) => ({
    images: imageIds.flatMap(id => window.cornerstone.cache.getImage(id) ?? []),
    segmentOf: value => labelToSegmentIndex?.[value] ?? value,
  }));
}

/** Store a mask of the viewer as DICOM-SEG; the server codes the segments. */
export async function saveMask(ohif: Ohif, mask: masks.OpenMask): Promise<SavedSegmentation> {
  const slices = slicesOf(imagesOf(segmentationOf(ohif, mask.id)));
  masks.look(mask.id, slices);
  const labelmap = labelmapOf(ohif, mask);
  masks.settle(mask.id);
  const painted = [...masks.measured(mask.id).keys()];
  const saved = await postLabelmap(mask.series, encode(labelmap));
  const stored = masks.renumbered(saved.segments, painted);
  const others = mask.known.filter(one => !painted.includes(one.number));
  // Strokes while it was stored are not in it.
  const dirty = masks.look(mask.id, slices);
  masks.change(mask.id, { stored: saved.sop_instance_uid, known: [...stored, ...others], dirty, touched: false, kept: null, restored: null });
  return saved;
}

/** Number, name, kind and tracking UID of each segment; what OHIF does not keep is known here. */
export function segmentsOf(segmentation: Segmentation, known: readonly masks.Known[]): LabelmapSegment[] {
  return Object.values(segmentation.segments).flatMap(segment => {
    if (!segment) return [];
    const before = known.find(one => one.number === segment.segmentIndex);
    const tracking = before?.tracking_uid ? { tracking_uid: before.tracking_uid } : {};
    return [{ number: segment.segmentIndex, label: segment.label, kind: before?.kind ?? kindOf(segment.label), ...tracking }];
  });
}

/** A mask that OHIF itself has opened or made; one of a stored SEG has the identity of its display set. */
export async function adopt(ohif: Ohif, id: string): Promise<masks.OpenMask | null> {
  const images = imagesOf(segmentationOf(ohif, id));
  const [first] = images;
  if (!first) return null;
  const series = instanceOf(first).SeriesInstanceUID;
  const opened = ohif.servicesManager.services.displaySetService.getDisplaySetByUID(id);
  const isStored = opened?.Modality === 'SEG' && opened.SOPInstanceUID;
  const described = isStored ? await getSegmentation(isStored) : null;
  const isOfSeries = described?.source_series_instance_uid === series;
  const known = described?.segments.map(({ number, kind, tracking_uid }) => ({ number, kind, ...(tracking_uid ? { tracking_uid } : {}) })) ?? [];
  const mask: masks.OpenMask = { id, series, stored: isOfSeries && isStored ? isStored : null, known, dirty: false, touched: false, overlaps: [], winners: [], kept: null, restored: null };
  masks.put(mask);
  masks.look(id, slicesOf(images));
  masks.settle(id);
  return mask;
}

/** Colours say which nodule of the report a segment is, the same in every phase. */
export function paintColors(ohif: Ohif, mask: masks.OpenMask): void {
  const { segmentationService } = ohif.servicesManager.services;
  const segmentation = segmentationOf(ohif, mask.id);
  if (!segmentation) return;
  const colors = colorsOf(segmentsOf(segmentation, mask.known), nodulesOf(getState().answers));
  for (const viewportId of segmentationService.getViewportIdsWithSegmentation(mask.id))
    for (const [number, color] of colors) segmentationService.setSegmentColor(viewportId, mask.id, number, color);
}

/** Show a mask in every viewport that shows its series. */
export async function represent(ohif: Ohif, mask: masks.OpenMask): Promise<void> {
  const { segmentationService } = ohif.servicesManager.services;
  for (const viewportId of viewportsOf(ohif, mask.series)) {
    if (segmentationService.getSegmentationRepresentations(viewportId, { segmentationId: mask.id }).length > 0) continue;
    await segmentationService.addSegmentationRepresentation(viewportId, { segmentationId: mask.id });
    paintColors(ohif, mask);
  }
}

function withTracking(segment: LabelmapSegment, described: SegmentationInfo): LabelmapSegment {
  const stored = described.segments.find(one => one.number === segment.number);
  return { ...segment, kind: stored?.kind ?? segment.kind, ...(stored?.tracking_uid ? { tracking_uid: stored.tracking_uid } : {}) };
}

async function fill(ohif: Ohif, series: string, label: string, { header, slices }: Labelmap, stored: string | null): Promise<masks.OpenMask> {
  const before = masks.maskOf(series);
  const mask = await create(ohif, series, label, header.segments, stored);
  if (before) closeMask(ohif, before.id);
  const bySop = new Map(header.sops.map((uid, index) => [uid, slices[index]]));
  const images = imagesOf(segmentationOf(ohif, mask.id));
  for (const image of images) {
    const slice = bySop.get(nameOf(image));
    if (!slice) continue;
    const target = image.voxelManager.getScalarData();
    target.set(slice);
    image.voxelManager.setScalarData?.(target);
  }
  masks.look(mask.id, slicesOf(images));
  window.cornerstoneTools.segmentation.triggerSegmentationEvents.triggerSegmentationDataModified(mask.id);
  return mask;
}

async function create(ohif: Ohif, series: string, label: string, segments: LabelmapSegment[], stored: string | null): Promise<masks.OpenMask> {
  const { segmentationService } = ohif.servicesManager.services;
  const source = displaySetOf(ohif, series);
  if (!source) throw new MaskError('noSeries');
  await viewportOf(ohif, source);
  // A new mask begins with the liver; of a stored one a reader looks at the nodules.
  const first = (stored && segments.find(one => one.kind === 'nodule')) || segments[0];
  const named = Object.fromEntries(segments.map(one => [one.number, { label: one.label, active: one === first }]));
  const id = await segmentationService.createLabelmapForDisplaySet(source, { label, segments: named });
  const known = segments.map(({ number, kind, tracking_uid }) => ({ number, kind, ...(tracking_uid ? { tracking_uid } : {}) }));
  const mask: masks.OpenMask = { id, series, stored, known, dirty: false, touched: false, overlaps: [], winners: [], kept: null, restored: null };
  masks.put(mask);
  await represent(ohif, mask);
  return mask;
}
