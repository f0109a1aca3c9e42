/** The only place that fetches. Answers are what the API says; anything else is a HepatiaError. */
import { API } from './id';
import { currentLanguage, say } from './texts';
import type {
  Answers,
  CarriedMasks,
  DashboardData,
  FacetsData,
  FoundPage,
  Job,
  Language,
  Lirads,
  Me,
  Member,
  PhaseName,
  Models,
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

export class HepatiaError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly path: string,
  ) {
    super(message);
    this.name = 'HepatiaError';
  }
}

export interface NewReport {
  template: string;
  answers: Answers;
  state: ReportState;
  segmentation?: string;
  replaces?: string;
  phases?: Record<string, PhaseName>;
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

export const getSearches = async (): Promise<SavedSearch[]> => (await get<{ searches: SavedSearch[] }>('/searches')).searches;
export const postSearch = (name: string, query: string): Promise<SavedSearch> => sendJson('/searches', { name, query });

function inLanguage(query: string, language: Language): string {
  const asked = new URLSearchParams(query);
  asked.set('language', language);
  return asked.toString();
}

export const postReport = (studyUid: string, report: NewReport): Promise<SavedReport> =>
  sendJson(`/studies/${studyUid}/reports`, report);

export const verifyReport = (sop: string): Promise<SavedReport> => sendJson(`/reports/${sop}/verify`, {});

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

export async function getLabelmap(sop: string): Promise<ArrayBuffer> {
  return (await request(`/segmentations/${sop}/labelmap`, {})).arrayBuffer();
}

export async function postLabelmap(seriesUid: string, body: Uint8Array<ArrayBuffer>): Promise<SavedSegmentation> {
  const headers = { 'Content-Type': 'application/vnd.hepatia.labelmap' };
  const response = await request(`/series/${seriesUid}/segmentations`, { method: 'POST', headers, body });
  return (await response.json()) as SavedSegmentation;
}

/** Write a mask again for the other CT series of its study; with registration that is a job. */
export const postCarry = (sop: string, registration: 'none' | 'rigid'): Promise<CarriedMasks | { job: string }> =>
  sendJson(`/segmentations/${sop}/carry`, { registration });

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
    const { error } = (await response.json()) as { error: Partial<typeof fallback> & { texts?: Text } };
    const said = { ...fallback, ...error };
    return new HepatiaError(response.status, said.code, error.texts?.[currentLanguage()] ?? said.message, said.path);
  } catch {
    return new HepatiaError(response.status, fallback.code, fallback.message, '');
  }
}
