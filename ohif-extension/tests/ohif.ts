/** OHIF with one series of small slices, as far as masks need it. */
import { vi } from 'vitest';
import type { CachedImage, DisplaySet, ImagePlane, Measurement, Ohif, Segmentation } from '../src/types/ohif';

export const CT = '1.2.3';
export const SIZE = 8;

export interface Fake {
  ohif: Ohif;
  /** Voxels by segmentation, slice after slice. */
  voxels: Map<string, Uint8Array[]>;
  segmentations: Map<string, Segmentation>;
  commands: [string, unknown][];
  measurements: Measurement[];
  colors: Map<string, number[]>;
}

export interface Options {
  frames?: boolean;
  slices?: number;
  series?: string[];
}

/** A pixel is 1 mm wide and 2 mm high, slices are 3 mm apart. */
export const planeAt = (place: number): ImagePlane => ({
  imagePositionPatient: [0, 0, 3 * place],
  rowCosines: [1, 0, 0],
  columnCosines: [0, 1, 0],
  rowPixelSpacing: 2,
  columnPixelSpacing: 1,
});

export function fakeOhif({ frames = false, slices = 2, series = [CT] }: Options = {}): Fake {
  const voxels = new Map<string, Uint8Array[]>();
  const segmentations = new Map<string, Segmentation>();
  const commands: Fake['commands'] = [];
  const measurements: Measurement[] = [];
  const colors = new Map<string, number[]>();
  const imageId = (uid: string, place: number): string =>
    frames ? `wadors:/instances/${uid}.0/frames/${place + 1}` : `wadors:/instances/${uid}.${place}/frames/1`;
  const placeIn = (id: string): number => (frames ? Number(id.split('/').at(-1)) - 1 : Number(id.split('/')[2]?.split('.').at(-1)));
  const sets = series.map((uid): DisplaySet => ({
    displaySetInstanceUID: `set ${uid}`,
    SeriesInstanceUID: uid,
    StudyInstanceUID: '1.2',
    Modality: 'CT',
    imageIds: Array.from({ length: slices }, (_, place) => imageId(uid, place)),
  }));
  const image = (id: string): CachedImage | undefined => {
    if (id.startsWith('wadors')) return { rows: SIZE, columns: SIZE } as CachedImage;
    const [segmentation = '', uid = '', place = '0'] = id.split(' ');
    const data = voxels.get(segmentation)?.[Number(place)];
    return data && { rows: SIZE, columns: SIZE, referencedImageId: imageId(uid, Number(place)), voxelManager: { getScalarData: () => data }, getPixelData: () => data };
  };
  vi.stubGlobal('cornerstone', {
    cache: { getImage: image },
    eventTarget: new EventTarget(),
    metaData: {
      get: (type: string, id: string) =>
        type === 'instance' ? { SOPInstanceUID: id.split('/')[2], SeriesInstanceUID: id.split('/')[2]?.split('.').slice(0, -1).join('.'), ...(frames && { NumberOfFrames: slices }) } : planeAt(placeIn(id)),
    },
  });
  vi.stubGlobal('cornerstoneTools', { segmentation: { triggerSegmentationEvents: { triggerSegmentationDataModified: () => undefined } } });
  const viewports = new Map(sets.map((set, index) => [index === 0 ? 'v' : `v${index}`, { displaySetInstanceUIDs: [set.displaySetInstanceUID] }]));
  let active = 'v';
  let made = 0;
  const services = {
    displaySetService: { getDisplaySetByUID: (uid: string) => sets.find(one => one.displaySetInstanceUID === uid), getActiveDisplaySets: () => sets },
    viewportGridService: {
      EVENTS: {},
      getState: () => ({ activeViewportId: active, viewports }),
      setActiveViewportId: (id: string) => (active = id),
      setDisplaySetsForViewport: () => undefined,
    },
    segmentationService: {
      getSegmentations: () => [...segmentations.values()],
      getSegmentation: (id: string) => segmentations.get(id),
      createLabelmapForDisplaySet: (set: DisplaySet, { label, segments }: { label: string; segments: Record<number, { label: string }> }) => {
        const id = `mask-${(made += 1)}-${Math.random()}`;
        voxels.set(id, Array.from({ length: slices }, () => new Uint8Array(SIZE * SIZE)));
        const named = Object.entries(segments).map(([number, one]) => [number, { segmentIndex: Number(number), label: one.label }]);
        const imageIds = Array.from({ length: slices }, (_, place) => `${id} ${set.SeriesInstanceUID} ${place}`);
        segmentations.set(id, { segmentationId: id, label, segments: Object.fromEntries(named), representationData: { Labelmap: { imageIds } } });
        return Promise.resolve(id);
      },
      addSegmentationRepresentation: () => Promise.resolve(),
      getSegmentationRepresentations: () => [],
      getViewportIdsWithSegmentation: () => ['v'],
      addSegment: (id: string, one: { segmentIndex: number; label: string }) => (segmentations.get(id)!.segments[one.segmentIndex] = one),
      removeSegment: (id: string, number: number) => delete segmentations.get(id)?.segments[number],
      setSegmentColor: (_: string, id: string, number: number, color: number[]) => colors.set(`${id} ${number}`, color),
      setActiveSegmentation: () => undefined,
      setActiveSegment: (id: string, number: number) => commands.push(['segment', [id, number]]),
      setSegmentVisibility: () => undefined,
      remove: (id: string) => segmentations.delete(id),
    },
    measurementService: { EVENTS: {}, getMeasurements: () => measurements },
    toolbarService: { refreshToolbarState: () => undefined },
    panelService: { activatePanel: () => undefined },
    uiNotificationService: { show: () => undefined },
    cornerstoneViewportService: { getCornerstoneViewport: () => null },
  };
  const ohif = {
    servicesManager: { services },
    commandsManager: { runCommand: (name: string, options: unknown) => commands.push([name, options]) },
    extensionManager: { getActiveDataSource: () => [] },
  } as unknown as Ohif;
  return { ohif, voxels, segmentations, commands, measurements, colors };
}
