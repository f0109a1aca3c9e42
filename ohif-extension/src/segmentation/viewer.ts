/** Between OHIF's labelmaps and ours: voxels are matched by SOP Instance UID, never by order. */
import { getLabelmap, getSegmentation, postLabelmap } from '../client';
import type { SavedSegmentation, SegmentInfo, SegmentationInfo } from '../types/api';
import type { CachedImage, DisplaySet, InstanceMetadata, Ohif, Segmentation } from '../types/ohif';
import { colorsOf, decode, encode, kindOf, sliceName, type LabelmapSegment } from './labelmap';

export type MaskProblem = 'noMask' | 'maskLayers' | 'noSeries';

export class MaskError extends Error {
  constructor(readonly problem: MaskProblem) {
    super(problem);
  }
}

/** How long a series may take until its first image is shown. */
const LONGEST_MS = 30_000;
const STEP_MS = 50;

/** The stored segmentation that a mask in the viewer was made of. */
interface Origin {
  sop?: string;
  series?: string | null;
  segments: SegmentInfo[];
}

/** What the server said of segments that OHIF forgets (kind, tracking UID), and of which SEG they are; by segmentation. */
const remembered = new Map<string, Origin>();

export function activeDisplaySet(ohif: Ohif): DisplaySet {
  const { viewportGridService, displaySetService } = ohif.servicesManager.services;
  const { activeViewportId, viewports } = viewportGridService.getState();
  const shown = viewports.get(activeViewportId)?.displaySetInstanceUIDs ?? [];
  const image = shown.map(uid => displaySetService.getDisplaySetByUID(uid)).find(set => set?.Modality === 'CT' || set?.Modality === 'MR');
  if (!image) throw new MaskError('noSeries');
  return image;
}

/** Make an empty mask on the active series, ready for OHIF's brush. */
export async function newMask(ohif: Ohif, label: string, names: string[]): Promise<string> {
  const segments = Object.fromEntries(names.map((name, index) => [index + 1, { label: name, active: index === 0 }]));
  return create(ohif, activeDisplaySet(ohif), label, segments);
}

/** Bring a stored mask into the viewer, on the series that it was made of. */
export async function loadMask(ohif: Ohif, sop: string): Promise<string> {
  const [described, body] = await Promise.all([getSegmentation(sop), getLabelmap(sop)]);
  const { header, slices } = decode(body);
  const source = sourceDisplaySet(ohif, described.source_series_instance_uid ?? null);
  const segments = Object.fromEntries(header.segments.map((one, index) => [one.number, { label: one.label, active: index === 0 }]));
  const segmentationId = await create(ohif, source, described.description ?? 'SEG', segments);
  remembered.set(segmentationId, originOf(described));
  const bySop = new Map(header.sops.map((uid, index) => [uid, slices[index]]));
  for (const image of imagesOf(requireSegmentation(ohif, segmentationId))) {
    const slice = bySop.get(nameOf(image));
    if (!slice) continue;
    const target = image.voxelManager.getScalarData();
    target.set(slice);
    image.voxelManager.setScalarData?.(target);
  }
  window.cornerstoneTools.segmentation.triggerSegmentationEvents.triggerSegmentationDataModified(segmentationId);
  return segmentationId;
}

/** Store the newest mask of the viewer as DICOM-SEG; the server codes the segments. */
export async function saveMask(ohif: Ohif): Promise<SavedSegmentation> {
  const segmentation = currentSegmentation(ohif);
  if (Object.keys(segmentation.representationData.Labelmap?.labelmaps ?? {}).length > 1) throw new MaskError('maskLayers');
  const images = imagesOf(segmentation);
  const first = images[0];
  if (!first) throw new MaskError('noMask');
  const series = instanceOf(first).SeriesInstanceUID;
  const origin = await originIn(ohif, segmentation.segmentationId);
  const edited = origin.sop && origin.series === series ? { derived_from: origin.sop } : {};
  const segments = segmentsOf(segmentation, origin.segments);
  const header = { rows: first.rows, columns: first.columns, sops: images.map(nameOf), segments, ...edited };
  const body = encode({ header, slices: images.map(image => Uint8Array.from(image.getPixelData())) });
  const saved = await postLabelmap(series, body);
  // What is saved next is a version of what is stored now.
  remembered.set(segmentation.segmentationId, { sop: saved.sop_instance_uid, series, segments: saved.segments });
  return saved;
}

/** The segments of the mask in the viewer, for the choice of a nodule's outline. */
export function segmentsInViewer(ohif: Ohif): { number: number; label: string }[] {
  const segmentation = ohif.servicesManager.services.segmentationService.getSegmentations().at(-1);
  return Object.values(segmentation?.segments ?? {}).flatMap(one => (one ? [{ number: one.segmentIndex, label: one.label }] : []));
}

/** Show a new series without reloading the page: forget OHIF's cached list, then ask for the one series. */
export async function showSeries(ohif: Ohif, studyUid: string, seriesUid: string): Promise<void> {
  const source = ohif.extensionManager.getActiveDataSource()[0];
  if (!source) return;
  source.deleteStudyMetadataPromise(`${source.getConfig().name ?? ''}:${studyUid}`);
  await source.retrieve.series.metadata({ StudyInstanceUID: studyUid, filters: { seriesInstanceUID: [seriesUid] } });
}

async function create(ohif: Ohif, source: DisplaySet, label: string, segments: Record<number, { label: string; active: boolean }>): Promise<string> {
  const { segmentationService } = ohif.servicesManager.services;
  const viewportId = await viewportOf(ohif, source);
  const segmentationId = await segmentationService.createLabelmapForDisplaySet(source, { label, segments });
  await segmentationService.addSegmentationRepresentation(viewportId, { segmentationId });
  const kinds = Object.entries(segments).map(([number, { label: name }]) => ({ number: Number(number), kind: kindOf(name) }));
  for (const [number, color] of colorsOf(kinds)) segmentationService.setSegmentColor(viewportId, segmentationId, number, color);
  return segmentationId;
}

/** The viewport that shows a series: one that does so already, else the active one, which is made to. */
async function viewportOf(ohif: Ohif, source: DisplaySet): Promise<string> {
  const { viewportGridService } = ohif.servicesManager.services;
  const { activeViewportId, viewports } = viewportGridService.getState();
  const shows = (id: string): boolean => viewports.get(id)?.displaySetInstanceUIDs.includes(source.displaySetInstanceUID) ?? false;
  const found = [activeViewportId, ...viewports.keys()].find(shows);
  if (found !== undefined) return found;
  viewportGridService.setDisplaySetsForViewport({ viewportId: activeViewportId, displaySetInstanceUIDs: [source.displaySetInstanceUID] });
  for (let waited = 0; !isThere(source) && waited < LONGEST_MS; waited += STEP_MS) await new Promise(resolve => setTimeout(resolve, STEP_MS));
  if (!isThere(source)) throw new MaskError('noSeries');
  return activeViewportId;
}

/** Whether OHIF knows the images of a series, and has loaded one of them. */
const isThere = ({ imageIds }: DisplaySet): boolean => imageIds?.some(id => window.cornerstone.cache.getImage(id)) ?? false;

function currentSegmentation(ohif: Ohif): Segmentation {
  const newest = ohif.servicesManager.services.segmentationService.getSegmentations().at(-1);
  if (!newest) throw new MaskError('noMask');
  return newest;
}

function requireSegmentation(ohif: Ohif, id: string): Segmentation {
  const found = ohif.servicesManager.services.segmentationService.getSegmentation(id);
  if (!found) throw new MaskError('noMask');
  return found;
}

function sourceDisplaySet(ohif: Ohif, seriesUid: string | null): DisplaySet {
  const sets = ohif.servicesManager.services.displaySetService.getActiveDisplaySets();
  return sets.find(set => set.SeriesInstanceUID === seriesUid) ?? activeDisplaySet(ohif);
}

/** Number, name, kind and tracking UID of each segment; what OHIF does not keep comes from the server. */
function segmentsOf(segmentation: Segmentation, known: SegmentInfo[]): LabelmapSegment[] {
  return Object.values(segmentation.segments).flatMap(segment => {
    if (!segment) return [];
    const before = known.find(one => one.number === segment.segmentIndex);
    const kind = before?.kind ?? kindOf(segment.label);
    const tracking = before?.tracking_uid ? { tracking_uid: before.tracking_uid } : {};
    return [{ number: segment.segmentIndex, label: segment.label, kind, ...tracking }];
  });
}

async function originIn(ohif: Ohif, segmentationId: string): Promise<Origin> {
  const known = remembered.get(segmentationId);
  if (known) return known;
  // A SEG opened by OHIF itself has the identity of its display set.
  const opened = ohif.servicesManager.services.displaySetService.getDisplaySetByUID(segmentationId);
  const isStored = opened?.Modality === 'SEG' && opened.SOPInstanceUID;
  return isStored ? originOf(await getSegmentation(isStored)) : { segments: [] };
}

function originOf(described: SegmentationInfo): Origin {
  return { sop: described.sop_instance_uid, series: described.source_series_instance_uid ?? null, segments: described.segments };
}

function imagesOf(segmentation: Segmentation): CachedImage[] {
  const ids = segmentation.representationData.Labelmap?.imageIds ?? [];
  return ids.flatMap(id => window.cornerstone.cache.getImage(id) ?? []);
}

function nameOf(image: CachedImage): string {
  const { SOPInstanceUID, NumberOfFrames, PerFrameFunctionalGroupsSequence: perFrame } = instanceOf(image);
  return sliceName(SOPInstanceUID, Number(NumberOfFrames ?? 1) > 1 || perFrame !== undefined, image.referencedImageId);
}

function instanceOf(image: CachedImage): InstanceMetadata {
  const instance = window.cornerstone.metaData.get('instance', image.referencedImageId);
  if (!instance) throw new MaskError('noSeries');
  return instance;
}
