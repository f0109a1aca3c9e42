/** What searches, the dashboard and the list of what to read next answer. */
import type { Answers, PhaseName, ReportState } from './api';

/** Somebody who may be assigned to studies. */
export interface Reader {
  login: string;
  name: string;
  role: string;
}

/** Who is to read a study, and how far this reader is. */
export interface Assigned {
  login: string;
  name: string;
  assigned_by_name: string;
  created: string;
  state: 'not_read' | ReportState;
}

/** What to change of several studies at once. */
export interface Reassignment {
  studies: string[];
  assign?: string[];
  withdraw?: string[];
}

export interface ChartData {
  id: string;
  title: string;
  kind: 'bar' | 'histogram' | 'months';
  counts: string;
  data: { label: string; count: number; parts?: Record<string, number> }[];
  bins: { width: number } | null;
  statistics: { count: number; mean: number | null; standard_deviation: number | null } | null;
}

/** Dice between a model's pre-annotations and the masks that readers made of them. */
export interface ModelQuality {
  model: string;
  version: string;
  kind: 'liver' | 'nodule' | 'other';
  masks: number;
  mean: number;
  median: number;
  minimum: number;
}

export interface Facet {
  path: string;
  title: string;
  values: { value: string; title: string; count: number }[];
  minimum: number | null;
  maximum: number | null;
  /** Of numbers: how many are in each bin that is not empty. */
  width?: number | null;
  bins?: { start: number; count: number }[];
}

export interface FacetsData {
  total: number;
  patients: number;
  facets: Facet[];
  words: string;
}

export interface Exam {
  study_instance_uid: string;
  patient_id: string;
  sex: string | null;
  age: number | null;
  study_date: string | null;
  state: string;
  answers: Answers;
  viewer: string;
  description: string | null;
  phases: PhaseName[];
  masks: { liver: PhaseName[]; nodule: PhaseName[] };
  reader: string | null;
  /** How far each of its authors is. */
  readings: { login: string; name: string; state: 'not_read' | ReportState }[];
  assigned: Assigned[];
  /** Of the group whose members have a category; a template may have none. */
  lirads?: string | null;
  nodules?: number;
  largest_mm?: number | null;
}

export interface FoundPage {
  total: number;
  page: number;
  items: Exam[];
  words: string;
}

export interface WorklistData {
  total: number;
  sort: 'newest' | 'benefit';
  items: (Omit<Exam, 'answers' | 'sex'> & { benefit: number | null; reason: string | null })[];
  words: string;
}

export interface SavedSearch {
  id: number;
  name: string;
  query: string;
}

export interface DashboardData {
  exams: number;
  patients: number;
  words: string;
  charts: ChartData[];
  models: ModelQuality[];
}
