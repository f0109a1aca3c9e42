/** Which draft to go on with on opening: the server's, or the one of this browser. */
import type { LocalDraft } from './drafts';
import type { OtherDraft } from './state';
import type { Draft, NewDraft } from './types/api';

export interface Found {
  draft: NewDraft;
  /** When it was kept, ISO. */
  kept: string;
  /** The other one, where both differ and neither comes from the other. */
  other: OtherDraft | null;
}

/**
 * Choose a draft.
 *
 * @param server The draft there, null when there is none, undefined when it could not be asked.
 */
export function choose(local: LocalDraft | null, server: Draft | null | undefined): Found | null {
  const ofServer = server ? { draft: server, kept: server.kept, other: null } : null;
  const ofBrowser = local ? { draft: local, kept: local.changed, other: null } : null;
  if (!local || !ofBrowser) return ofServer;
  if (server === undefined) return ofBrowser;
  // What had arrived there and is no longer there was saved or discarded, by another tab or machine.
  if (server === null) return local.sent ? null : ofBrowser;
  if (local.sent || isSameDraft(local, server)) return ofServer;
  if (local.revision === server.revision) return ofBrowser;
  return local.changed > server.kept ? { ...ofBrowser, other: server } : { draft: server, kept: server.kept, other: { ...local, kept: local.changed } };
}

export const isSameDraft = (one: NewDraft, other: NewDraft): boolean =>
  canonical([one.answers, one.phases ?? {}]) === canonical([other.answers, other.phases ?? {}]);

/** JSON with sorted names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, one: unknown) =>
    one && typeof one === 'object' && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort()) : one,
  );
}
