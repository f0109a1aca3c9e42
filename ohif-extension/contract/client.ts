/**
 * The client against the server's own description: each function of client.ts, and the operation that it is.
 *
 * Checked by the compiler alone (`make typescript`), against types made of the running code's OpenAPI document.
 */
import type * as client from '../src/client';
import type { components, paths } from './openapi';

type Method = 'get' | 'post' | 'put' | 'delete';
type Route = readonly [method: Method, path: keyof paths];

type Functions = { [Name in keyof typeof client as (typeof client)[Name] extends (...given: never[]) => unknown ? Name : never]: (typeof client)[Name] };

/** Every function has to be here or among the others. */
const ROUTES = {
  getMe: ['get', '/me'],
  getStudy: ['get', '/studies/{study_uid}'],
  getSegmentation: ['get', '/segmentations/{sop}'],
  getDashboard: ['get', '/dashboard'],
  getFound: ['get', '/search'],
  getFacets: ['get', '/search/facets'],
  getWorklist: ['get', '/worklist'],
  postAssignments: ['post', '/assignments'],
  postSearch: ['post', '/searches'],
  deleteSearch: ['delete', '/searches/{search_id}'],
  getStatus: ['get', '/status'],
  postRetry: ['post', '/index/retry'],
  postRebuild: ['post', '/index/rebuild'],
  getExports: ['get', '/exports'],
  getExport: ['get', '/exports/{export_id}'],
  postExport: ['post', '/exports'],
  deleteExport: ['delete', '/exports/{export_id}'],
  getReports: ['get', '/studies/{study_uid}/reports'],
  getDraft: ['get', '/studies/{study_uid}/draft'],
  putDraft: ['put', '/studies/{study_uid}/draft'],
  putMaskDraft: ['put', '/series/{series_uid}/mask-draft'],
  postReport: ['post', '/studies/{study_uid}/reports'],
  verifyReport: ['post', '/reports/{sop}/verify'],
  postLirads: ['post', '/lirads'],
  getModels: ['get', '/models'],
  getJob: ['get', '/jobs/{job_id}'],
  postPresegment: ['post', '/series/{series_uid}/presegment'],
  cancelJob: ['delete', '/jobs/{job_id}'],
  postLabelmap: ['post', '/series/{series_uid}/segmentations'],
  postCarry: ['post', '/segmentations/{sop}/carry'],
} as const satisfies Partial<Record<keyof Functions, Route>>;

/** Functions that take their answer apart, give bytes, or a JSON Schema, which tells its shape by itself. */
type Others =
  | 'getSearches' | 'getReaders' | 'getReadings' | 'getPriors' | 'getMaskDrafts' | 'postTrackingUid' | 'deleteDraft' | 'deleteMaskDraft'
  | 'getLabelmap' | 'getMaskDraft' | 'exportUrl'
  | 'getTemplate';

type Operation<R extends Route> = R[1] extends keyof paths ? paths[R[1]][R[0] & keyof paths[R[1]]] : never;
type Body<Answer> = Answer extends { content: { 'application/json': infer Json } } ? Json : never;
type Success<Op> = Op extends { responses: infer All } ? { [Status in keyof All & (200 | 201 | 202)]: Body<All[Status]> }[keyof All & (200 | 201 | 202)] : never;

/** The server keeps where numbers come from without looking at it: that shape is the viewer's own. */
type Judged<Value> = Value extends { sources?: unknown } ? Omit<Value, 'sources'> : Value;

/** Names of the functions whose operation does not answer what they promise. */
type Wrong = {
  [Name in keyof typeof ROUTES]: [Success<Operation<(typeof ROUTES)[Name]>>] extends [never]
    ? Name
    : Judged<Success<Operation<(typeof ROUTES)[Name]>>> extends Judged<Awaited<ReturnType<Functions[Name]>>>
      ? never
      : Name;
}[keyof typeof ROUTES];

/** Names of functions that stand in neither list. */
type Missing = Exclude<keyof Functions, keyof typeof ROUTES | Others>;

type None<Names extends never> = Names;
export type Checked = [None<Wrong>, None<Missing>];

/** What is sent; the answers in it are of the template's schema, and the server tells what it thinks of a state. */
type Accepts<Schema, Sent extends Schema> = Sent;
type Plain<Report> = Omit<Report, 'answers' | 'state'>;
export type Sent = [
  Accepts<Plain<components['schemas']['NewReport']>, Plain<client.NewReport>>,
  Accepts<Omit<components['schemas']['NewDraft'], 'answers' | 'sources'>, Omit<Parameters<typeof client.putDraft>[1], 'answers' | 'sources'>>,
  Accepts<components['schemas']['Reassignment'], Parameters<typeof client.postAssignments>[0]>,
  Accepts<components['schemas']['NewExport'], Parameters<typeof client.postExport>[0]>,
];
