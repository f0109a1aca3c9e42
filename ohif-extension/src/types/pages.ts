/** What the API takes and gives for the pages of status and exports (docs/api.md). */
import type { Text } from './api';

export type PartState = 'ok' | 'attention' | 'down' | 'off' | 'starting';

export interface Part {
  id: string;
  name: string;
  state: PartState;
  version: string;
  fact: Text;
  remedy: Text | null;
}

export interface Refusal {
  reason: string;
  title: Text;
  remedy: Text;
  count: number;
  last: string | null;
  from: { way: string; aet: string | null; count: number }[];
}

export interface Unindexed {
  sop_instance_uid: string;
  kind: string | null;
  reason: string;
  since: string | null;
  remedy: Text;
}

export interface IndexDetails {
  counts: Record<'reports' | 'segmentations' | 'studies', { indexed: number; dicom: number }>;
  pending: number;
  lag_s: number | null;
  failed: Unindexed[];
  last_rebuild: { started: string; finished: string | null; seconds: number | null } | null;
  rebuilding: { done: number; of: number } | null;
}

export interface Hour {
  hour: string;
  stored: number;
  refused: number;
  studies: number;
}

export interface StatusDetails {
  started: string;
  uptime_s: number;
  parts: Part[];
  disk: { total: number; free: number; used_by_data: number | null; growth_per_day: number | null; days_left: number | null };
  arrivals: { hours: Hour[]; stored: number; refused: number; reasons: Refusal[] };
  index: IndexDetails;
}

export interface Status {
  status: 'ok' | 'degraded';
  version: string;
  orthanc: string;
  database: string;
  monailabel: string;
  details: StatusDetails;
}

export interface Included {
  images: 'nifti' | 'dicom' | 'none';
  masks: 'nifti' | 'dicom' | 'none';
  answers: boolean;
}

export interface NewExport {
  query: string;
  include: Included;
  name?: string;
}

export interface Export {
  id: string;
  name: string;
  query: string;
  words: string;
  user: string;
  include: Included;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  place: number;
  progress: number;
  step: string;
  exams: number;
  exams_done: number;
  bytes: number;
  estimated_bytes: number | null;
  parts: { number: number; name: string; bytes: number; sha256: string }[];
  created: string;
  finished: string | null;
  expires: string | null;
  error: { code: string; message: string } | null;
}

export interface ExportsData {
  exports: Export[];
  disk: { free: number };
  kept_days: number;
}
