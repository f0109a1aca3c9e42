/** The only place that fetches. Answers are what the API says; anything else is a HepatiaError. */
import { API } from './id';
import { currentLanguage, say } from './texts';
import type {
  Answers,
  CarriedMasks,
  DashboardData,
  Draft,
  FacetsData,
  FoundPage,
  Job,
  Language,
  Length,
  Lirads,
  MaskDraft,
  Me,
  Member,
  Models,
  NewDraft,
  PhaseName,
  Prior,
  Reader,
  Reassignment,
  ReportInfo,
  ReportState,
  SavedReport,
  SavedSearch,
  SavedSegmentation,
  SegmentationInfo,
  StudyInfo,
  Template,
  Text,
  WorklistData,
} from './types/api';
import type { Export, ExportsData, NewExport, Status } from './types/pages';

export class HepatiaError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly path: string,
    /** Segments that share voxels, where that is what is wrong. */
    readonly overlaps: readonly StoredOverlap[] = [],
  ) {
    super(message);
    this.name = 'HepatiaError';
  }
}

/** Two segments of a stored mask that share voxels; `slice` is where most of them are. */
export interface StoredOverlap {
  segments: [number, number];
  voxels: number;
  slice: string;
}

export interface NewReport {
  template: string;
  answers: Answers;
  state: ReportState;
  segmentation?: string;
  replaces?: string;
  phases?: Record<string, PhaseName>;
  /** Tracking UID of a nodule to the line that its diameter was measured with. */
  lengths?: Record<string, Length>;
}

export const getMe = (): Promise<Me> => get('/me');
export const getTemplate = (id: string): Promise<Template> => get(`/templates/${id}`);
export const getStudy = (uid: string): Promise<StudyInfo> => get(`/studies/${uid}`);
export const getSegmentation = (sop: string): Promise<SegmentationInfo> => get(`/segmentations/${sop}`);

/** Count the exams that a query of filters finds ("?patient.sex=F", or nothing for all). */
export const getDashboard = (query: string, language: Language): Promise<DashboardData> => get(`/dashboard?${inLanguage(query, language)}`);

export const getFound = (query: string, language: Language): Promise<FoundPage> => get(`/search?${inLanguage(query, language)}`);
export const getFacets = (query: string, language: Language): Promise<FacetsData> => get(`/search/facets?${inLanguage(query, language)}`);

export const getWorklist = (query: string, language: Language): Promise<WorklistData> => get(`/worklist?${inLanguage(query, language)}`);

/** The current report of each reader of a study who has completed one; refused to who has to complete one first. */
export const getReadings = async (studyUid: string): Promise<ReportInfo[]> => (await get<{ readings: ReportInfo[] }>(`/studies/${studyUid}/readings`)).readings;
export const getReaders = async (): Promise<Reader[]> => (await get<{ readers: Reader[] }>('/readers')).readers;
export const postAssignments = (change: Reassignment): Promise<{ assigned: number; withdrawn: number }> => sendJson('/assignments', change);

export const getSearches = async (): Promise<SavedSearch[]> => (await get<{ searches: SavedSearch[] }>('/searches')).searches;
export const postSearch = (name: string, query: string): Promise<SavedSearch> => sendJson('/searches', { name, query });

export const deleteSearch = (id: number): Promise<unknown> => request(`/searches/${id}`, { method: 'DELETE' });

export const getStatus = (): Promise<Status> => get('/status');
export const postRetry = (sop?: string): Promise<{ retried: number; failed: number }> =>
  sendJson('/index/retry', sop ? { sop_instance_uid: sop } : {});
export const postRebuild = (): Promise<unknown> => sendJson('/index/rebuild', {});

export const getExports = (): Promise<ExportsData> => get('/exports');
export const getExport = (id: string): Promise<Export> => get(`/exports/${id}`);
export const postExport = (asked: NewExport): Promise<{ id: string }> => sendJson('/exports', asked);
export const deleteExport = (id: string): Promise<unknown> => request(`/exports/${id}`, { method: 'DELETE' });
/** Where a part of an export is fetched by the browser itself. */
export const exportUrl = (id: string, part: number): string => `${API}/exports/${id}/download?part=${part}`;

function inLanguage(query: string, language: Language): string {
  const asked = new URLSearchParams(query);
  asked.set('language', language);
  return asked.toString();
}

export const postReport = (studyUid: string, report: NewReport): Promise<SavedReport> =>
  sendJson(`/studies/${studyUid}/reports`, report);

export const verifyReport = (sop: string): Promise<SavedReport> => sendJson(`/reports/${sop}/verify`, {});

export const getReports = (studyUid: string): Promise<ReportInfo[]> => get(`/studies/${studyUid}/reports`);

export const getPriors = async (studyUid: string): Promise<Prior[]> =>
  (await get<{ priors: Prior[] }>(`/studies/${studyUid}/priors`)).priors;

/** The draft of a study, or null when there is none. */
export async function getDraft(studyUid: string): Promise<Draft | null> {
  try {
    return await get<Draft>(draftOf(studyUid));
  } catch (error) {
    if (error instanceof HepatiaError && error.code === 'no_draft') return null;
    throw error;
  }
}

/** Keep a draft in the place of the one of a revision, or (null) where there is none; 412 when there is another. */
export async function putDraft(studyUid: string, draft: NewDraft, revision: number | null, keepalive = false): Promise<Draft> {
  const seen: Record<string, string> = revision === null ? { 'If-None-Match': '*' } : { 'If-Match': `"${revision}"` };
  const headers = { 'Content-Type': 'application/json', ...seen };
  const response = await request(draftOf(studyUid), { method: 'PUT', headers, body: JSON.stringify(draft), keepalive });
  return (await response.json()) as Draft;
}

export const deleteDraft = async (studyUid: string): Promise<void> => void (await request(draftOf(studyUid), { method: 'DELETE' }));

const draftOf = (studyUid: string): string => `/studies/${studyUid}/draft`;

/** Ask for the category of one nodule, or for what it waits for; features are named as the items of the template. */
export const postLirads = (features: Member, language: Language): Promise<Lirads> =>
  sendJson('/lirads', { ...features, language, incomplete: true });

export const getModels = (): Promise<Models> => get('/models');
export const getJob = (id: string): Promise<Job> => get(`/jobs/${id}`);
export const postPresegment = (seriesUid: string, model: string): Promise<{ job: string }> =>
  sendJson(`/series/${seriesUid}/presegment`, { model });

export async function cancelJob(id: string): Promise<Job> {
  return (await (await request(`/jobs/${id}`, { method: 'DELETE' })).json()) as Job;
}

/** `wins`: segments that have the voxels they share with others, the first before the second. */
export async function getLabelmap(sop: string, wins: readonly number[] = []): Promise<ArrayBuffer> {
  const query = wins.length > 0 ? `?wins=${wins.join()}` : '';
  return (await request(`/segmentations/${sop}/labelmap${query}`, {})).arrayBuffer();
}

export async function postLabelmap(seriesUid: string, body: Uint8Array<ArrayBuffer>): Promise<SavedSegmentation> {
  const headers = { 'Content-Type': 'application/vnd.hepatia.labelmap' };
  const response = await request(`/series/${seriesUid}/segmentations`, { method: 'POST', headers, body });
  return (await response.json()) as SavedSegmentation;
}

/** A UID for a lesion that is seen for the first time; its segments of every phase have it. */
export const postTrackingUid = async (): Promise<string> => (await sendJson<{ tracking_uid: string }>('/tracking-uids', {})).tracking_uid;

export const getMaskDrafts = async (studyUid: string): Promise<MaskDraft[]> =>
  (await get<{ drafts: MaskDraft[] }>(`/studies/${studyUid}/mask-drafts`)).drafts;

/** A labelmap compressed with gzip. */
export async function getMaskDraft(seriesUid: string): Promise<ArrayBuffer> {
  return (await request(`/series/${seriesUid}/mask-draft`, {})).arrayBuffer();
}

export async function putMaskDraft(seriesUid: string, body: ArrayBuffer): Promise<MaskDraft> {
  const headers = { 'Content-Type': 'application/vnd.hepatia.labelmap+gzip' };
  return (await (await request(`/series/${seriesUid}/mask-draft`, { method: 'PUT', headers, body })).json()) as MaskDraft;
}

export async function deleteMaskDraft(seriesUid: string): Promise<void> {
  await request(`/series/${seriesUid}/mask-draft`, { method: 'DELETE' });
}

/** Write a mask again for the other CT series of its study; with registration that is a job. */
export const postCarry = (sop: string, registration: 'none' | 'rigid', series: string[]): Promise<CarriedMasks | { job: string }> =>
  sendJson(`/segmentations/${sop}/carry`, { registration, series });

async function get<T>(path: string): Promise<T> {
  return (await (await request(path, {})).json()) as T;
}

async function sendJson<T>(path: string, value: unknown): Promise<T> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await request(path, { method: 'POST', headers, body: JSON.stringify(value) });
  return (await response.json()) as T;
}

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(API + path, { credentials: 'same-origin', ...init });
  } catch {
    throw new HepatiaError(0, 'no_connection', say(currentLanguage())('noConnection'), '');
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

async function errorOf(response: Response): Promise<HepatiaError> {
  const fallback = { code: `http_${response.status}`, message: `${say(currentLanguage())('serverAnswered')} ${response.status}.`, path: '' };
  try {
    const { error } = (await response.json()) as { error: Partial<typeof fallback> & { texts?: Text; overlaps?: StoredOverlap[] } };
    const said = { ...fallback, ...error };
    return new HepatiaError(response.status, said.code, error.texts?.[currentLanguage()] ?? said.message, said.path, error.overlaps);
  } catch {
    return new HepatiaError(response.status, fallback.code, fallback.message, '');
  }
}
