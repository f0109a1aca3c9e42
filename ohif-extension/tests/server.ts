/** The routes that the panel's state needs, as docs/api.md says them, over values that tests look into. */
import { vi } from 'vitest';
import type { Draft, NewDraft, Prior, ReportInfo, ReportState, StudyInfo } from '../src/types/api';
import { schema } from './template';

export const report = (sop: string, change: Partial<ReportInfo> = {}): ReportInfo => ({
  sop_instance_uid: sop,
  template: 'liver-ct',
  version: 1,
  answers: { patient: { cirrhosis: 'no' } },
  state: 'draft',
  author: 'Souza^Ana',
  author_login: 'ana',
  role: 'radiologist',
  created: '2026-01-01T10:00:00',
  replaces: [],
  segmentation: null,
  flags: [],
  ...change,
});

interface Refusal {
  status: number;
  code: string;
  message?: string;
  path?: string;
}

export class Server {
  role = 'radiologist';
  study: StudyInfo = { patient_id: 'HEP-X', sex: 'M', age: 63, study_date: '2020-01-01', series: [], reports: [], segmentations: [], assignments: [] };
  priors: Prior[] = [];
  draft: Draft | null = null;
  posted: Record<string, unknown>[] = [];
  puts: NewDraft[] = [];
  /** 'gone': no connection; 'deaf': what arrives is done, and the answer lost. */
  connection: 'there' | 'gone' | 'deaf' = 'there';
  /** What the next report is refused with. */
  refusal: Refusal | null = null;
  /** Every request but /me is answered 401. */
  signedOut = false;
  #revision = 0;
  #written = 8;

  install(): this {
    vi.stubGlobal('fetch', vi.fn((url: string, init?: RequestInit) => this.#fetch(url, init)));
    return this;
  }

  /** Keep a draft as another tab or machine of the same user does. */
  keepElsewhere(draft: Partial<NewDraft>): Draft {
    const whole: NewDraft = { template: 'liver-ct', answers: {}, phases: null, replaces: null, segmentation: null, ...draft };
    this.draft = { ...whole, revision: (this.#revision += 1), kept: new Date().toISOString() };
    return this.draft;
  }

  async #fetch(url: string, init?: RequestInit): Promise<Response> {
    if (this.connection === 'gone') throw new TypeError('failed');
    const answered = this.#answer(url, init?.method ?? 'GET', init);
    if (this.connection === 'deaf') throw new TypeError('failed');
    return answered;
  }

  #answer(url: string, method: string, init?: RequestInit): Response {
    if (this.signedOut) return error({ status: 401, code: 'http_401' });
    if (url.endsWith('/me')) return json({ user: 'ana', name: 'Souza^Ana', role: this.role });
    if (url.includes('/templates/')) return json({ id: 'liver-ct', version: 1, title: 'Liver CT', schema });
    if (url.endsWith('/priors')) return json({ priors: this.priors });
    if (url.endsWith('/draft')) return this.#draft(method, init);
    if (method === 'POST') return this.#post(url, JSON.parse(String(init?.body)) as Record<string, unknown>);
    return json(url.endsWith('/reports') ? this.study.reports : { ...this.study, draft_kept: this.draft?.kept ?? null });
  }

  #draft(method: string, init?: RequestInit): Response {
    if (method === 'PUT') {
      const headers = (init?.headers ?? {}) as Record<string, string>;
      const seen = headers['If-None-Match'] ? null : Number((headers['If-Match'] ?? '').replaceAll('"', ''));
      if (seen !== (this.draft?.revision ?? null)) return error({ status: 412, code: 'draft_changed' });
      const draft = JSON.parse(String(init?.body)) as NewDraft;
      this.puts.push(draft);
      return json(this.keepElsewhere(draft));
    }
    if (!this.draft) return error({ status: 404, code: 'no_draft' });
    const found = this.draft;
    if (method === 'DELETE') this.draft = null;
    return json(found);
  }

  #post(url: string, body: Record<string, unknown>): Response {
    this.posted.push(body);
    if (this.refusal) return error(this.refusal);
    const verifies = /reports\/([^/]+)\/verify$/.exec(url)?.[1];
    const replaced = verifies ?? (body.replaces as string | undefined);
    if (replaced && this.study.reports.some(one => one.replaces.includes(replaced))) return error({ status: 409, code: 'newer_version' });
    const sop = `2.25.${(this.#written += 1)}`;
    const state = (verifies ? 'verified' : body.state) as ReportState;
    const before = this.study.reports.find(one => one.sop_instance_uid === verifies);
    const answers = (verifies ? before?.answers : body.answers) as ReportInfo['answers'];
    const written = report(sop, { state, answers, replaces: replaced ? [replaced] : [], ...(before ? { author: before.author, author_login: before.author_login } : {}) });
    this.study = { ...this.study, reports: [...this.study.reports, written] };
    this.draft = null;
    return json({ sop_instance_uid: sop, series_instance_uid: '2.25.8', state, nodules: [] }, 201);
  }
}

const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status });
const error = ({ status, code, message = 'No.', path = '' }: Refusal): Response => json({ error: { code, message, path } }, status);
