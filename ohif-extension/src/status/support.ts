/** What is sent to who helps: versions and counts; no identifier, no name of a sender, nothing of a patient. */
import type { Status } from '../types/pages';

export function support(status: Status): string {
  const { parts, disk, arrivals, index, uptime_s, started } = status.details;
  const { total, free, days_left } = disk;
  return JSON.stringify(
    {
      status: status.status,
      version: status.version,
      started,
      uptime_s,
      parts: parts.map(({ id, state, version, fact }) => ({ id, state, version: version.replace(/ · AE .*$/, ''), fact: fact.en })),
      disk: { total, free, days_left },
      arrivals: {
        stored: arrivals.stored,
        refused: arrivals.refused,
        reasons: Object.fromEntries(arrivals.reasons.map(one => [one.reason, one.count])),
      },
      index: {
        counts: index.counts,
        pending: index.pending,
        lag_s: index.lag_s,
        failed: index.failed.map(one => ({ kind: one.kind, reason: withoutUids(one.reason), since: one.since })),
        last_rebuild: index.last_rebuild,
        rebuilding: index.rebuilding,
      },
    },
    null,
    2,
  );
}

/** UIDs are pseudonyms, but still say which study is meant. */
export const withoutUids = (text: string): string => text.replace(/\b[\d.]{12,}\b/g, 'UID');
