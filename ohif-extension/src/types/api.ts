/** What the REST API takes and gives (docs/api.md). */
import type { Sources } from '../sources';
import type { Assigned } from './found';

export type * from './found';
export type * from './template';

export type Language = 'en' | 'pt';
export type Text = Record<Language, string>;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Member = Record<string, Json>;
export type Answers = Record<string, Member | Member[]>;
export type ReportState = 'draft' | 'complete' | 'verified' | 'consensus';

export interface Me {
  user: string;
  name: string;
  role: string;
}

export type PhaseName = 'non_contrast' | 'arterial' | 'portal_venous' | 'equilibrium' | 'other';

export interface SeriesInfo {
  series_instance_uid: string;
  modality: string;
  description: string | null;
  instances: number;
  phase?: PhaseName | null;
  phase_confidence?: number | null;
  phase_reason?: string | null;
  /** Its scans, where it holds several. */
  acquisitions?: { acquisition_number: number | null; instances: number; phase: PhaseName }[];
}

export interface SegmentInfo {
  number: number;
  label: string;
  kind: 'liver' | 'nodule' | 'other';
  tracking_uid?: string | null;
  algorithm?: Algorithm | null;
  volume_cm3?: number | null;
  long_axis_mm?: number | null;
}

/** What drew a mask or a segment, when it was not a hand alone. */
export interface Algorithm {
  name: string;
  version: string;
  type: 'MANUAL' | 'SEMIAUTOMATIC' | 'AUTOMATIC';
}

/** A line on an image: column, row, column, row; (0, 0) is the corner of the first pixel. */
export interface Length {
  sop_instance_uid: string;
  points: [number, number, number, number];
}

/** A mask that its user has painted and not saved; `saved` is when it was kept, ISO in UTC. */
export interface MaskDraft {
  series_instance_uid: string;
  saved: string;
  bytes: number;
}

export interface SegmentationInfo {
  sop_instance_uid: string;
  series_instance_uid: string;
  source_series_instance_uid?: string | null;
  created?: string | null;
  author?: string | null;
  description?: string | null;
  replaces?: string[];
  algorithm?: Algorithm | null;
  segments: SegmentInfo[];
}

export interface Model {
  name: string;
  kind: 'baseline' | 'torchscript' | 'bundle' | 'command';
  version: string;
  licence: string;
  description: string;
  phases: string[];
  labels: Record<string, string>;
}

/** The models that draw masks, and how their server is. */
export interface Models {
  state: 'ok' | 'starting' | 'off' | 'down';
  models: Model[];
}

/** `place` counts the jobs before this one; `result` is a URL. */
export interface Job {
  job: string;
  kind: string;
  parameters: Record<string, string>;
  state: 'running' | 'done' | 'failed';
  place: number;
  progress: number;
  step: string;
  result: string | null;
  segmentation: string | null;
  carried?: CarriedMasks | null;
  error: { code: string; message: string } | null;
}

/** A contradiction between answers that the template keeps and tells. */
export interface Flag {
  rule: string;
  path: string;
  message: Text;
}

export interface ReportInfo {
  sop_instance_uid: string;
  template: string | null;
  version: number | null;
  answers: Answers;
  state: ReportState;
  author: string;
  author_login?: string;
  /** Who has verified it. */
  verifier?: string;
  role: string;
  created: string | null;
  replaces: string[];
  segmentation: string | null;
  phases?: Record<string, PhaseName>;
  lengths?: Record<string, Length & { of_mask: boolean }>;
  flags: Flag[];
}

/** What a reader has answered and not saved yet. */
export interface NewDraft {
  template: string;
  answers: Answers;
  phases: Record<string, PhaseName> | null;
  /** Where numbers come from, by what they are of. */
  sources?: Sources | null;
  /** The version that it was begun from. */
  replaces: string | null;
  segmentation: string | null;
}

/** As the server keeps it; `revision` is another after every change. */
export interface Draft extends NewDraft {
  revision: number;
  kept: string;
}

export interface Lesion {
  tracking_uid: string | null;
  diameter_mm: number | null;
  location: string[];
  lirads: string | null;
}

/** Another exam of the patient; `days` from that one to this one. */
export interface Prior {
  study_instance_uid: string;
  study_date: string | null;
  days: number | null;
  state: 'not_read' | ReportState | 'unreadable';
  report: string | null;
  template: string | null;
  author: string;
  nodules: Lesion[];
  viewer: string;
}

export interface StudyInfo {
  patient_id: string;
  sex: string | null;
  age: number | null;
  study_date: string | null;
  series: SeriesInfo[];
  reports: ReportInfo[];
  segmentations: SegmentationInfo[];
  assignments: Assigned[];
  /** When the draft of who asks was kept. */
  draft_kept?: string | null;
}

export interface LiradsTable {
  columns: { title: string; short: string; categories: string[] }[];
  rows: string[];
  /** The lit cell; null while it is not known, and where a step before the table decides. */
  column: number | null;
  row: number | null;
}

export interface Lirads {
  /** Null while the diameter is missing. */
  category: string | null;
  title: string;
  response: string | null;
  management: string;
  explanation: string[];
  version: string;
  reference: string;
  steps: { step: string; text: Text; outcome: string }[];
  table: LiradsTable | null;
  needs: string[];
  /** Features that the category waits for, and the cells of the table that are left until then. */
  missing: string[];
  possible: { column: number; row: number }[];
  reason_needed: boolean;
}

export interface SavedReport {
  sop_instance_uid: string;
  series_instance_uid: string;
  state: ReportState;
  nodules: { tracking_uid: string }[];
}

export interface SavedSegmentation {
  sop_instance_uid: string;
  series_instance_uid: string;
  segments: SegmentInfo[];
}

export interface CarriedMasks {
  source: string;
  carried: {
    series_instance_uid: string;
    acquisition_number?: number | null;
    segmentation: SavedSegmentation;
    registration: { sop_instance_uid: string; moved_mm: number; turned_deg: number } | null;
    existing: string[];
    warnings: string[];
  }[];
  refused: { series_instance_uid: string; acquisition_number?: number | null; reason: string }[];
}
