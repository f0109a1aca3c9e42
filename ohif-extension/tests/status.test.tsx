import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { words } from '../src/pages/texts';
import { Banner } from '../src/status/Banner';
import { NotIndexed } from '../src/status/NotIndexed';
import { Refused } from '../src/status/Refused';
import { support } from '../src/status/support';
import type { Part, Status } from '../src/types/pages';

const t = words('en');
const both = (said: string): { en: string; pt: string } => ({ en: said, pt: `${said} (pt)` });
const part = (id: string, state: Part['state']): Part => ({
  id, name: id, state, version: '1.10.1 · AE HEPATIA', fact: both('31 series'), remedy: state === 'ok' ? null : both(`restart ${id}`),
});
const UID = '2.25.307112233445566778899412';

const status = (parts: Part[], overall: Status['status'] = 'ok'): Status => ({
  status: overall, version: '1.0', orthanc: '1.10.1', database: 'ok', monailabel: 'ok',
  details: {
    started: '2026-11-27T08:00:00Z', uptime_s: 100, parts,
    disk: { total: 4, free: 2, used_by_data: 1, growth_per_day: null, days_left: null },
    arrivals: {
      hours: [], stored: 405, refused: 11,
      reasons: [{
        reason: 'burned_in_text', title: both('Text may be burned in'), remedy: both('Leave it out'), count: 11, last: null,
        from: [{ way: 'C-STORE', aet: 'CT2', count: 11 }],
      }],
    },
    index: {
      counts: { reports: { indexed: 1, dicom: 2 }, segmentations: { indexed: 0, dicom: 0 }, studies: { indexed: 1, dicom: 1 } },
      pending: 0, lag_s: 0.3, last_rebuild: null, rebuilding: null,
      failed: [{ sop_instance_uid: UID, kind: 'SR', reason: `unreadable: ${UID}`, since: null, remedy: both('Resend it') }],
    },
  },
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the first line', () => {
  it('says that all is well', () => {
    render(<Banner status={status([part('orthanc', 'ok'), part('monailabel', 'off')])} language="en" t={t} />);
    expect(screen.getByRole('status').textContent).toContain('Everything works');
  });

  it('says what is down, what still works, and what to do', () => {
    render(<Banner status={status([part('monailabel', 'down'), part('orthanc', 'ok')])} language="en" t={t} />);
    const said = screen.getByRole('status').textContent!;
    expect(said).toContain('Degraded: monailabel');
    expect(said).toContain('Reading, saving, search and arrivals are not affected.');
    expect(said).toContain('restart monailabel');
  });

  it('asks for attention where nothing is down yet', () => {
    render(<Banner status={status([part('disk', 'attention')])} language="pt" t={words('pt')} />);
    expect(screen.getByRole('status').textContent).toContain('Atenção: disk');
    expect(screen.getByRole('status').textContent).toContain('restart disk (pt)');
  });
});

describe('refusals', () => {
  it('are told with from whom they come and what to do', () => {
    render(<Refused reasons={status([]).details.arrivals.reasons} language="en" t={t} />);
    expect([...document.querySelectorAll('tbody td')].map(cell => cell.textContent)).toEqual(['Text may be burned in', '11', 'CT2 × 11', 'Leave it out']);
  });
});

describe('what is not indexed', () => {
  const { failed } = status([]).details.index;

  it('is tried again by the admin', async () => {
    const fetched = vi.fn((_url: string, _init?: RequestInit) => Promise.resolve(new Response(JSON.stringify({ retried: 1, failed: 0 }))));
    vi.stubGlobal('fetch', fetched);
    const again = vi.fn();
    render(<NotIndexed failed={failed} isAdmin again={again} language="en" t={t} />);
    await userEvent.click(screen.getByRole('button', { name: /^Retry/ }));
    await waitFor(() => expect(again).toHaveBeenCalled());
    expect(JSON.parse(String(fetched.mock.calls[0]![1]!.body))).toEqual({ sop_instance_uid: UID });
    expect(screen.getByRole('status').textContent).toBe('Indexed now: 1 of 1');
  });

  it('is only read by the others', () => {
    render(<NotIndexed failed={failed} isAdmin={false} again={() => undefined} language="en" t={t} />);
    expect(screen.queryByRole('button', { name: /^Retry/ })).toBeNull();
    expect(screen.getByText('Resend it')).toBeTruthy();
  });
});

describe('the report for support', () => {
  it('holds versions and counts, and nothing that says who or which', () => {
    const said = support(status([part('orthanc', 'ok')]));
    expect(JSON.parse(said)).toMatchObject({ version: '1.0', arrivals: { reasons: { burned_in_text: 11 } }, index: { counts: { reports: { dicom: 2 } } } });
    for (const identifier of [UID, 'CT2', 'HEPATIA', '2.25.']) expect(said).not.toContain(identifier);
    expect(said).toContain('unreadable: UID');
  });
});
