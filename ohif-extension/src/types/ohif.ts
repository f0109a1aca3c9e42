/** The part of OHIF 3.13 and cornerstone that we use; their npm packages ship no types for it. */

export interface Subscription {
  unsubscribe(): void;
}

export interface PubSub {
  EVENTS: Record<string, string>;
  subscribe(event: string, callback: (detail: Record<string, unknown>) => void): Subscription;
}

export interface DisplaySet {
  displaySetInstanceUID: string;
  SeriesInstanceUID: string;
  StudyInstanceUID: string;
  SOPInstanceUID?: string;
  SeriesDescription?: string;
  Modality: string;
  /** Not there before a viewport has shown the series. */
  imageIds?: string[];
}

export interface DisplaySetService extends PubSub {
  getDisplaySetByUID(uid: string): DisplaySet | undefined;
  getActiveDisplaySets(): DisplaySet[];
}

export interface ViewportGridState {
  activeViewportId: string;
  viewports: Map<string, { displaySetInstanceUIDs: string[] }>;
}

export interface ViewportGridService extends PubSub {
  getState(): ViewportGridState;
  setDisplaySetsForViewport(options: { viewportId: string; displaySetInstanceUIDs: string[] }): void;
  setActiveViewportId(id: string): void;
}

export interface Segment {
  segmentIndex: number;
  label: string;
}

export interface LabelmapData {
  imageIds?: string[];
  /** Layers of segments that overlap; a mask without any overlap has one, or none. */
  labelmaps?: Record<string, { imageIds?: string[]; labelToSegmentIndex?: Record<number, number> }>;
}

export interface Segmentation {
  segmentationId: string;
  label: string;
  segments: Record<string, Segment | undefined>;
  representationData: { Labelmap?: LabelmapData };
}

export interface NewSegment {
  label: string;
  active: boolean;
}

export interface SegmentationService extends PubSub {
  getSegmentations(): Segmentation[];
  getSegmentation(id: string): Segmentation | undefined;
  createLabelmapForDisplaySet(
    displaySet: DisplaySet,
    options: { label: string; segments: Record<number, NewSegment> },
  ): Promise<string>;
  addSegmentationRepresentation(viewportId: string, options: { segmentationId: string }): Promise<void>;
  setSegmentColor(viewportId: string, segmentationId: string, segmentIndex: number, color: [number, number, number, number]): void;
  getSegmentationRepresentations(
    viewportId: string,
    specifier?: { segmentationId: string },
  ): { segmentationId: string; segments: Record<string, { visible?: boolean } | undefined> }[];
  getViewportIdsWithSegmentation(segmentationId: string): string[];
  addSegment(segmentationId: string, segment: { segmentIndex: number; label: string; color?: [number, number, number, number] }): void;
  removeSegment(segmentationId: string, segmentIndex: number, options?: { skipRecordingHistory: boolean }): void;
  setActiveSegmentation(viewportId: string, segmentationId: string): void;
  setActiveSegment(segmentationId: string, segmentIndex: number): void;
  setSegmentVisibility(viewportId: string, segmentationId: string, segmentIndex: number, isVisible: boolean): void;
  remove(segmentationId: string): void;
}

/** A measurement as OHIF keeps it; points are in patient coordinates, millimetres. */
export interface Measurement {
  uid: string;
  toolName: string;
  SOPInstanceUID?: string;
  referenceSeriesUID: string;
  referenceStudyUID: string;
  referencedImageId?: string;
  points: [number, number, number][];
  isSelected?: boolean;
}

export interface MeasurementService extends PubSub {
  getMeasurements(): Measurement[];
}

export interface NotificationService {
  show(options: { title: string; message: string; type: 'success' | 'error' | 'info'; duration?: number }): void;
}

export interface CustomizationService {
  setCustomizations(customizations: Record<string, unknown>): void;
}

export interface Services {
  customizationService: CustomizationService;
  displaySetService: DisplaySetService;
  viewportGridService: ViewportGridService;
  segmentationService: SegmentationService;
  uiNotificationService: NotificationService;
  measurementService: MeasurementService;
  toolbarService: { refreshToolbarState(options: { viewportId: string }): void };
  panelService: { activatePanel(id: string, force: boolean): void };
  cornerstoneViewportService: PubSub & { getCornerstoneViewport(id: string): StackViewport | null };
}

/** A viewport of cornerstone that shows slices. */
export interface StackViewport {
  getImageIds(): string[];
  setImageIdIndex?(index: number): Promise<string>;
}

export interface DataSource {
  getConfig(): { name?: string };
  deleteStudyMetadataPromise(key: string): void;
  retrieve: {
    series: { metadata(query: { StudyInstanceUID: string; filters?: { seriesInstanceUID: string[] } }): Promise<unknown> };
  };
}

export interface ExtensionManager {
  getActiveDataSource(): DataSource[];
}

export interface CommandsManager {
  runCommand(name: string, options?: object, context?: string): unknown;
}

export interface Ohif {
  servicesManager: { services: Services };
  extensionManager: ExtensionManager;
  /** Not there in tests of parts. */
  commandsManager?: CommandsManager;
}

/** Where an image lies in the patient; spacings in millimetres. */
export interface ImagePlane {
  imagePositionPatient: ArrayLike<number>;
  rowCosines: ArrayLike<number>;
  columnCosines: ArrayLike<number>;
  rowPixelSpacing: number;
  columnPixelSpacing: number;
}

export interface VoxelManager {
  getScalarData(): Uint8Array | Uint16Array | Int16Array | Float32Array;
  setScalarData?(data: ArrayLike<number>): void;
}

export interface CachedImage {
  rows: number;
  columns: number;
  referencedImageId: string;
  voxelManager: VoxelManager;
  getPixelData(): ArrayLike<number>;
}

export interface InstanceMetadata {
  SOPInstanceUID: string;
  SeriesInstanceUID: string;
  NumberOfFrames?: number | string;
  PerFrameFunctionalGroupsSequence?: unknown;
}

declare global {
  interface Window {
    config?: { routerBasename: string };
    cornerstone: {
      cache: { getImage(id: string): CachedImage | undefined };
      metaData: {
        get(type: 'instance', imageId: string): InstanceMetadata | undefined;
        get(type: 'imagePlaneModule', imageId: string): ImagePlane | undefined;
      };
      eventTarget: EventTarget;
    };
    cornerstoneTools: {
      segmentation: { triggerSegmentationEvents: { triggerSegmentationDataModified(id: string): void } };
    };
  }
}
