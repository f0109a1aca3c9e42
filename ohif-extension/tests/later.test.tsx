import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { fetchParts, later } from '../src/later';
import * as store from '../src/store';

afterEach(cleanup);

const Part = ({ name }: { name: string }) => <b>{name}</b>;

it('a part draws itself once it is there, with what it was given', async () => {
  const Later = later(async () => Part);
  const { container } = render(<Later name="history" />);
  expect(container.textContent).toBe('');
  expect(await screen.findByText('history')).toBeTruthy();
});

it('what was fetched before draws itself at once, and is fetched once', async () => {
  const load = vi.fn(async () => Part);
  const Later = later(load);
  await fetchParts();
  await fetchParts();
  const { container } = render(<Later name="map" />);
  expect(container.textContent).toBe('map');
  expect(load).toHaveBeenCalledTimes(1);
});

it('what cannot be fetched says so when it is asked for, and is asked for again', async () => {
  const load = vi.fn().mockRejectedValueOnce(new Error('offline')).mockRejectedValueOnce(new Error('offline')).mockResolvedValue(Part);
  const Later = later<{ name: string }>(load);
  await fetchParts();
  const { unmount } = render(<Later name="one" />);
  await vi.waitFor(() => expect(store.getState().problem?.message).toBe('offline'));
  unmount();
  render(<Later name="two" />);
  expect(await screen.findByText('two')).toBeTruthy();
});
