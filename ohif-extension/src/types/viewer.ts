/** The part of OHIF 3.13 and cornerstone 5 that layouts, keys and overlays use, beside what the panel uses. */
import type { ReactElement } from 'react';
import type { DisplaySet, Ohif, PubSub, SegmentationService, Services, ViewportGridService, ViewportGridState } from './ohif';

export type Point = readonly [number, number, number];

export interface ImageInstance {
  SeriesNumber?: number | string;
  AcquisitionTime?: string;
  ContrastBolusStartTime?: string;
  StudyDate?: string;
}

export interface ImageSet extends DisplaySet {
  SeriesNumber?: number | string;
  numImageFrames?: number;
  instances?: ImageInstance[];
}

export interface ImagePlane {
  imagePositionPatient: Point;
  rowCosines: Point;
  columnCosines: Point;
  frameOfReferenceUID: string;
  rowPixelSpacing?: number;
  columnPixelSpacing?: number;
}

export interface StackViewport {
  id: string;
  type: string;
  element: HTMLElement;
  getImageIds(): string[];
  getCurrentImageIdIndex(): number;
  setImageIdIndex(index: number): Promise<string>;
  getProperties(): { voiRange?: { lower: number; upper: number } };
  setProperties(properties: { voiRange: { lower: number; upper: number } }): void;
  getZoom(): number;
  setZoom(zoom: number): void;
  getPan(): [number, number];
  setPan(pan: [number, number]): void;
  worldToCanvas(point: Point): [number, number];
  render(): void;
}

export interface Synchronizer {
  id: string;
  getTargetViewports(): { viewportId: string }[];
}

export interface StackNewImage {
  detail: { viewportId: string; imageIdIndex: number };
}

interface SyncGroupService {
  addSynchronizerType(type: string, create: (id: string) => Synchronizer): void;
  getSynchronizer(id: string): Synchronizer | undefined;
}

interface Protocol {
  id: string;
}

export interface HangingProtocolService extends PubSub {
  addCustomAttribute(id: string, name: string, callback: (displaySet: DisplaySet) => unknown): void;
  addStudy(study: { StudyInstanceUID: string }): void;
  getActiveProtocol(): { protocol?: Protocol };
}

export interface Style {
  renderOutline?: boolean;
  outlineWidth?: number;
  outlineWidthInactive?: number;
  outlineOpacity?: number;
  outlineOpacityInactive?: number;
  activeSegmentOutlineWidthDelta?: number;
  renderFill?: boolean;
  fillAlpha?: number;
  fillAlphaInactive?: number;
}

export interface StyledSegmentations extends SegmentationService {
  setStyle(specifier: { type: 'Labelmap'; segmentationId?: string; segmentIndex?: number }, style: Style): void;
}

export interface GridService extends Omit<ViewportGridService, 'getState'> {
  getState(): ViewportGridState & { isHangingProtocolLayout?: boolean };
  setActiveViewportId(id: string): void;
}

interface ToolGroupService extends PubSub {
  getActivePrimaryMouseButtonTool(toolGroupId: string): string | undefined;
}

interface CornerstoneViewportService extends PubSub {
  getCornerstoneViewport(id: string): StackViewport | null;
}

interface ModalService {
  show(options: { title: string; content: () => ReactElement }): void;
}

export interface ViewerServices extends Omit<Services, 'viewportGridService'> {
  uiModalService: ModalService;
  hangingProtocolService: HangingProtocolService;
  viewportGridService: GridService;
  syncGroupService: SyncGroupService;
  segmentationService: StyledSegmentations;
  toolGroupService: ToolGroupService;
  cornerstoneViewportService: CornerstoneViewportService;
}

export interface CommandsManager {
  runCommand(name: string, options?: object, context?: string): unknown;
}

interface Libraries {
  cornerstone: {
    metaData: { get(type: 'imagePlaneModule', imageId: string): ImagePlane | undefined };
    eventTarget: EventTarget;
  };
  cornerstoneTools: {
    segmentation: {
      triggerSegmentationEvents: { triggerSegmentationRepresentationModified(viewportId: string, segmentationId: string): void };
    };
    SynchronizerManager: {
      createSynchronizer(
        id: string,
        event: string,
        handler: (synchronizer: Synchronizer, source: { viewportId: string }, target: { viewportId: string }) => void,
      ): Synchronizer;
    };
  };
  commandsManager: CommandsManager;
}

/** OHIF's services, with those that the viewer needs. */
export const services = (ohif: Ohif): ViewerServices => ohif.servicesManager.services as unknown as ViewerServices;

/** What OHIF leaves on the window: cornerstone's libraries and the commands. */
export const libraries = (): Libraries => window as unknown as Libraries;
