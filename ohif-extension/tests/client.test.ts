import { afterEach, describe, expect, it, vi } from 'vitest';
import { HepatiaError, getStudy, postLabelmap, postReport } from '../src/client';

const answer = (status: number, body: unknown): void => {
  vi.stubGlobal(
    'fetch',
    vi.fn(() => Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }))),
  );
};

afterEach(() => vi.unstubAllGlobals());

describe('errors', () => {
  it('are those of the server, with the path', async () => {
    answer(422, { error: { code: 'answers_invalid', message: 'The number must be above 0.', path: 'nodules.0.diameter_mm' } });
    await expect(postReport('1.2', { template: 'liver-ct', answers: {}, state: 'draft' })).rejects.toMatchObject({
      status: 422,
      code: 'answers_invalid',
      path: 'nodules.0.diameter_mm',
    });
  });
  it('are told plainly when the server sends something else', async () => {
    answer(502, '<html>Bad gateway</html>');
    await expect(getStudy('1.2')).rejects.toMatchObject({ status: 502, code: 'http_502' });
  });
  it('say when there is no connection', async () => {
    vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('failed'))));
    await expect(getStudy('1.2')).rejects.toBeInstanceOf(HepatiaError);
  });
});

describe('requests', () => {
  it('send a labelmap as its own media type', async () => {
    answer(201, { sop_instance_uid: '2.25.1', series_instance_uid: '2.25.2', segments: [] });
    await postLabelmap('1.2.3', Uint8Array.of(1, 2));
    const [url, init] = vi.mocked(fetch).mock.calls[0] ?? [];
    expect(url).toBe('/hepatia/api/series/1.2.3/segmentations');
    expect(init?.headers).toEqual({ 'Content-Type': 'application/vnd.hepatia.labelmap' });
  });
});
