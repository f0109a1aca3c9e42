import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bytesSaid } from '../src/exports/format';
import { words } from '../src/pages/texts';
import { ExportBox } from '../src/search/ExportBox';
import type { Export } from '../src/types/pages';

const t = words('en');
const one = (more: Partial<Export>): Export => ({
  id: '9f', name: 'HCC', query: 'state=draft', words: 'Exams with State: draft.', user: 'ana', include: { images: 'nifti', masks: 'nifti', answers: true },
  state: 'running', place: 0, progress: 0.61, step: 'exams', exams: 96, exams_done: 59, bytes: 4.1e9, estimated_bytes: null, parts: [],
  created: '2026-11-27T17:20:00Z', finished: null, expires: null, error: null, ...more,
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** A server with some exports, which keeps what is sent to it. */
function serve(exports: Export[]): [string, unknown][] {
  const sent: [string, unknown][] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    const method = init.method ?? 'GET';
    if (method !== 'GET') sent.push([`${method} ${url}`, init.body ? JSON.parse(String(init.body)) : null]);
    if (method === 'POST') exports.push(one({ exams_done: 0, progress: 0 }));
    if (method === 'DELETE') exports.length = 0;
    return Promise.resolve(new Response(JSON.stringify(method === 'GET' ? { exports, disk: { free: 1 }, kept_days: 30 } : { id: '9f' })));
  });
  return sent;
}
const show = (): void => void render(<ExportBox query="state=draft" exams={96} language="en" t={t} />);

describe('the export of what a search finds', () => {
  it('begins with what goes in, and turns into its progress', async () => {
    const sent = serve([]);
    show();
    await userEvent.click(screen.getByText('Export'));
    await userEvent.selectOptions(screen.getByLabelText('CT images'), 'none');
    await userEvent.click(screen.getByRole('button', { name: 'Export 96 exams' }));
    expect(await screen.findByRole('progressbar')).toBeTruthy();
    expect(sent).toEqual([['POST /hepatia/api/exports', { query: 'state=draft', include: { images: 'none', masks: 'nifti', answers: true } }]]);
  });

  it('tells how far it is, and can be stopped', async () => {
    const sent = serve([one({})]);
    show();
    expect((await screen.findByRole('progressbar')).getAttribute('aria-valuenow')).toBe('61');
    expect(screen.getByText('59 of 96 · 4.1 GB')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: /^Cancel/ }));
    await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull());
    expect(sent[0]![0]).toBe('DELETE /hepatia/api/exports/9f');
  });

  it('ends with its download', async () => {
    serve([one({ state: 'done', parts: [{ number: 1, name: 'hcc-1.zip', bytes: 6.8e9, sha256: '' }] })]);
    show();
    const link = await screen.findByRole('link', { name: 'Download, 6.8 GB' });
    expect(link.getAttribute('href')).toBe('/hepatia/api/exports/9f/download?part=1');
  });

  it('is that of this search alone', async () => {
    serve([one({ query: 'state=verified' })]);
    show();
    await waitFor(() => expect(screen.getByText('Export')).toBeTruthy());
    expect(screen.queryByRole('progressbar')).toBeNull();
  });
});

describe('bytes', () => {
  it.each([[0, '0 B'], [999, '999 B'], [4.1e9, '4.1 GB'], [256e6, '256 MB']])('are said: %s', (bytes, said) => expect(bytesSaid(bytes, 'en')).toBe(said));
  it('are said with a comma in Portuguese', () => expect(bytesSaid(6.8e9, 'pt')).toBe('6,8 GB'));
});
