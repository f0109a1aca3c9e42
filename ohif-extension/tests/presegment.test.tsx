import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SurroundingsProvider, surroundings } from '../src/context';
import { Presegment } from '../src/panels/Presegment';
import * as presegmentation from '../src/presegment';
import * as store from '../src/store';
import type { Job, Model, Models } from '../src/types/api';
import type { Ohif } from '../src/types/ohif';

const BASELINE: Model = { name: 'liver', kind: 'baseline', version: '1', licence: '', description: 'threshold baseline', phases: [], labels: { 1: 'Liver' } };
const RUNNING: Job = {
  job: 'a1', kind: 'presegment', parameters: { series: '1.2', model: 'liver' }, state: 'running', place: 0, progress: 0.62, step: 'inference',
  result: null, segmentation: null, error: null,
};

let root: Root;
let place: HTMLElement;
let server: { models: Models; jobs: Map<string, Job>; asked: string[] };

const ohif = {
  servicesManager: {
    services: {
      viewportGridService: { getState: () => ({ activeViewportId: 'v', viewports: new Map([['v', { displaySetInstanceUIDs: ['d'] }]]) }) },
      displaySetService: { getDisplaySetByUID: () => ({ Modality: 'CT', SeriesInstanceUID: '1.2' }) },
    },
  },
} as unknown as Ohif;

function answer(url: string, init: RequestInit): Response {
  const path = url.replace('/hepatia/api', '');
  server.asked.push(`${init.method ?? 'GET'} ${path}`);
  if (path === '/models') return Response.json(server.models);
  if (path.endsWith('/presegment')) {
    server.jobs.set('a1', RUNNING);
    return Response.json({ job: 'a1' }, { status: 202 });
  }
  const job = server.jobs.get(path.replace('/jobs/', ''));
  if (!job) return Response.json({ error: { code: 'unknown_job', message: 'There is no such job.' } }, { status: 404 });
  if (init.method === 'DELETE') server.jobs.set(job.job, { ...job, state: 'failed', error: { code: 'cancelled', message: 'The job was cancelled.' } });
  return Response.json(server.jobs.get(job.job));
}

function draw(language: 'en' | 'pt' = 'en'): void {
  const around = surroundings(language, 'radiologist', ohif);
  flushSync(() => root.render(<SurroundingsProvider value={around}><Presegment key={Math.random()} /></SurroundingsProvider>));
}

const find = (name: string): HTMLElement | null => place.querySelector(`[data-cy="${name}"]`);

async function open(study: string): Promise<void> {
  store.set({ studyUid: study });
  await presegmentation.open(ohif);
  draw();
}

beforeEach(() => {
  vi.useFakeTimers();
  server = { models: { state: 'ok', models: [BASELINE] }, jobs: new Map(), asked: [] };
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => Promise.resolve(answer(url, init)));
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});
afterEach(() => {
  root.unmount();
  place.remove();
  presegmentation.close();
  presegmentation.dismiss('a1');
  window.localStorage.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('pre-segmentation in the panel', () => {
  it('says how the server is', async () => {
    await open('1');
    expect(find('presegment')?.hasAttribute('disabled')).toBe(false);
    expect(find('presegment-model')?.textContent).toContain('threshold baseline');
    expect(find('presegment-choice')).toBeNull();
    for (const [state, seen] of [['starting', 'starting'], ['down', 'does not answer']] as const) {
      server.models = { ...server.models, state };
      presegmentation.close();
      await open('1');
      expect(find('presegment-state')?.textContent).toContain(seen);
      expect(find('presegment')?.hasAttribute('disabled')).toBe(state === 'down');
    }
    server.models = { ...server.models, state: 'off' };
    presegmentation.close();
    await open('1');
    expect(find('presegment')).toBeNull();
    expect(find('presegment-off')?.textContent).toContain('off');
  });

  it('lets choose when there is more than one model', async () => {
    server.models = { state: 'ok', models: [BASELINE, { ...BASELINE, name: 'better', version: '2' }] };
    await open('2');
    expect([...place.querySelectorAll('option')].map(one => one.textContent)).toEqual(['liver 1', 'better 2']);
  });

  it('asks for the active series, shows how far it is, and cancels', async () => {
    await open('3');
    void presegmentation.presegment(ohif, key => key, 'liver');
    await vi.advanceTimersByTimeAsync(600);
    draw();
    expect(server.asked).toContain('POST /series/1.2/presegment');
    expect(find('job-percent')?.textContent).toBe('62 %');
    expect(find('job')?.querySelector('[role="progressbar"]')?.getAttribute('aria-valuenow')).toBe('62');
    expect(find('job-step')?.textContent).toBe('inference');
    draw('pt');
    expect(find('job-step')?.textContent).toBe('inferência');
    find('job-cancel')?.click();
    await vi.advanceTimersByTimeAsync(600);
    draw();
    expect(find('job-step')?.textContent).toBe('Cancelled');
    find('job-cancel')?.click();
    draw();
    expect(find('job')).toBeNull();
  });

  it('finds a job again after a reload, with its place', async () => {
    server.jobs.set('a1', { ...RUNNING, place: 2, progress: 0, step: 'waiting' });
    window.localStorage.setItem('hepatia:jobs:4', '["a1","forgotten"]');
    store.set({ studyUid: '4' });
    void presegmentation.open(ohif);
    await vi.advanceTimersByTimeAsync(600);
    draw();
    expect(find('job-step')?.textContent).toBe('In the queue, jobs before: 2');
    server.jobs.set('a1', { ...RUNNING, state: 'failed', error: { code: 'empty_mask', message: 'The model found nothing.' } });
    await vi.advanceTimersByTimeAsync(1200);
    draw();
    expect(find('job-step')?.textContent).toBe('The model found nothing.');
    expect(window.localStorage.getItem('hepatia:jobs:4')).toBe('["a1"]');
  });
});
