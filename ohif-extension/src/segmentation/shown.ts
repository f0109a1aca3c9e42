/** What OHIF shows: series, the viewports they are in, the images of a mask. */
import type { CachedImage, DisplaySet, ImagePlane, InstanceMetadata, Ohif, Segmentation } from '../types/ohif';
import { sliceName } from './labelmap';
import type { Slices } from './masks';
import { sliceSpacing } from './places';

export type MaskProblem = 'noMask' | 'noSeries' | 'unsavedFirst' | 'otherGrid' | 'overlap';

export class MaskError extends Error {
  constructor(readonly problem: MaskProblem) {
    super(problem);
  }
}

/** How long a series may take until its first image is shown. */
const LONGEST_MS = 30_000;
const STEP_MS = 50;

const isImage = (set: DisplaySet | undefined): set is DisplaySet => set?.Modality === 'CT' || set?.Modality === 'MR';

/** The image series of each viewport. */
export function shownSeries(ohif: Ohif): { viewportId: string; set: DisplaySet }[] {
  const { viewportGridService, displaySetService } = ohif.servicesManager.services;
  return [...viewportGridService.getState().viewports].flatMap(([viewportId, { displaySetInstanceUIDs }]) => {
    const set = displaySetInstanceUIDs.map(uid => displaySetService.getDisplaySetByUID(uid)).find(isImage);
    return set ? [{ viewportId, set }] : [];
  });
}

export function activeDisplaySet(ohif: Ohif): DisplaySet {
  const { activeViewportId } = ohif.servicesManager.services.viewportGridService.getState();
  const active = shownSeries(ohif).find(one => one.viewportId === activeViewportId);
  if (!active) throw new MaskError('noSeries');
  return active.set;
}

/** The series of the active viewport; none while it shows no images. */
export function activeSeries(ohif: Ohif): string | null {
  const { viewportGridService } = ohif.servicesManager.services;
  const active = viewportGridService?.getState().activeViewportId;
  return (active && shownSeries(ohif).find(one => one.viewportId === active)?.set.SeriesInstanceUID) || null;
}

export function displaySetOf(ohif: Ohif, series: string): DisplaySet | undefined {
  const sets = ohif.servicesManager.services.displaySetService.getActiveDisplaySets();
  return sets.find(set => set.SeriesInstanceUID === series && isImage(set));
}

export const viewportsOf = (ohif: Ohif, series: string): string[] =>
  shownSeries(ohif).flatMap(one => (one.set.SeriesInstanceUID === series ? [one.viewportId] : []));

/** The viewport that shows a series: one that does so already, else the active one, which is made to. */
export async function viewportOf(ohif: Ohif, source: DisplaySet): Promise<string> {
  const { viewportGridService } = ohif.servicesManager.services;
  const { activeViewportId } = viewportGridService.getState();
  const showing = viewportsOf(ohif, source.SeriesInstanceUID);
  const found = showing.includes(activeViewportId) ? activeViewportId : showing[0];
  if (found === undefined)
    viewportGridService.setDisplaySetsForViewport({ viewportId: activeViewportId, displaySetInstanceUIDs: [source.displaySetInstanceUID] });
  for (let waited = 0; !isThere(source) && waited < LONGEST_MS; waited += STEP_MS) await new Promise(resolve => setTimeout(resolve, STEP_MS));
  if (!isThere(source)) throw new MaskError('noSeries');
  return found ?? activeViewportId;
}

/** Whether OHIF knows the images of a series, and has loaded one of them. */
export const isThere = ({ imageIds }: DisplaySet): boolean => imageIds?.some(id => window.cornerstone.cache.getImage(id)) ?? false;

/** Show a new series without reloading the page: forget OHIF's cached list, then ask for the one series. */
export async function showSeries(ohif: Ohif, studyUid: string, seriesUid: string): Promise<void> {
  const source = ohif.extensionManager.getActiveDataSource()[0];
  if (!source) return;
  source.deleteStudyMetadataPromise(`${source.getConfig().name ?? ''}:${studyUid}`);
  await source.retrieve.series.metadata({ StudyInstanceUID: studyUid, filters: { seriesInstanceUID: [seriesUid] } });
}

/** The images that hold the voxels of a mask, in the order of its slices. */
export function imagesOf(segmentation: Segmentation | undefined): CachedImage[] {
  const ids = segmentation?.representationData.Labelmap?.imageIds ?? [];
  return ids.flatMap(id => window.cornerstone.cache.getImage(id) ?? []);
}

export function instanceOf(image: CachedImage): InstanceMetadata {
  const instance = window.cornerstone.metaData.get('instance', image.referencedImageId);
  if (!instance) throw new MaskError('noSeries');
  return instance;
}

export function nameOf(image: CachedImage): string {
  const { SOPInstanceUID, NumberOfFrames, PerFrameFunctionalGroupsSequence: perFrame } = instanceOf(image);
  return sliceName(SOPInstanceUID, Number(NumberOfFrames ?? 1) > 1 || perFrame !== undefined, image.referencedImageId);
}

export const planeOf = (imageId: string): ImagePlane | undefined => window.cornerstone.metaData.get('imagePlaneModule', imageId);

/** The voxels of a mask where they are, and how large one is. */
export function slicesOf(images: readonly CachedImage[]): Slices {
  const plane = planeOf(images[0]?.referencedImageId ?? '');
  const spacing = { rowMm: plane?.rowPixelSpacing ?? 1, columnMm: plane?.columnPixelSpacing ?? 1 };
  return { pixels: images.map(one => one.voxelManager.getScalarData()), columns: images[0]?.columns ?? 1, spacing };
}

/** Volume of one voxel; 0 where the images do not tell. */
export function voxelMm3(images: readonly CachedImage[]): number {
  const planes = images.slice(0, 2).flatMap(one => planeOf(one.referencedImageId) ?? []);
  const [first] = planes;
  return first ? first.rowPixelSpacing * first.columnPixelSpacing * sliceSpacing(planes) : 0;
}
