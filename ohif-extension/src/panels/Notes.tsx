/** What the reader has to know before going on: restored, replaced elsewhere, newer, offline, signed out, refused. */
import { useEffect, useState, type ReactElement } from 'react';
import { getMe } from '../client';
import { useSurroundings } from '../context';
import { differences } from '../differences';
import { retry } from '../drafts';
import * as store from '../store';
import type { TextKey } from '../texts';
import type { Answers, ReportState, Template } from '../types/api';
import { later } from '../later';
import { mayRevise, nextNumber, numberOf } from '../versions';
import { filled } from '../words/reports';
import { Note } from './Note';
import { tryAgain } from './commands';
import { goTo } from './moving';
import { moment, personName } from './times';

const Differences = later(async () => (await import('./Differences')).Differences);

const NEWER: Record<ReportState, TextKey> = {
  draft: 'newerSaved',
  complete: 'newerCompleted',
  verified: 'newerVerified',
  consensus: 'newerVerified',
};

export function Notes({ template }: { template: Template }): ReactElement {
  const { restored, elsewhere, conflict, keeping, problem } = store.getState();
  return (
    <>
      {restored && !conflict && <Restored template={template} kept={restored} />}
      {elsewhere && <Elsewhere template={template} />}
      {conflict && <Newer template={template} conflict={conflict} />}
      {keeping.state === 'offline' && <Offline since={keeping.since} />}
      {keeping.state === 'ended' && <Ended />}
      {problem && <Trouble template={template} problem={problem} />}
    </>
  );
}

/** The way to see what differs, with how much that is. */
function useChanges(template: Template, before: Answers, after: Answers): { text: string; toggle: () => void; isOpen: boolean } {
  const { t } = useSurroundings();
  const [isOpen, setOpen] = useState(false);
  const text = isOpen ? t('hideChanges') : `${t('showChanges')} (${differences(template, before, after).length})`;
  return { text, toggle: () => setOpen(!isOpen), isOpen };
}

function Restored({ template, kept }: { template: Template; kept: string }): ReactElement {
  const { t, language } = useSurroundings();
  const { report, answers } = store.getState();
  const before = report?.answers ?? {};
  const changes = useChanges(template, before, answers);
  const actions = [
    { name: 'keep-draft', text: t('keep'), onClick: () => store.set({ restored: null }) },
    { name: 'show-changes', text: changes.text, onClick: changes.toggle },
    { name: 'discard-draft', text: t('discard'), onClick: store.discardDraft },
  ];
  return (
    <Note name="draft-restored" icon="history" actions={actions}>
      {filled(t('draftRestored'), { time: moment(new Date(kept), language) })}
      {changes.isOpen && <Differences template={template} before={before} after={answers} from={t('savedVersion')} to={t('draft')} />}
    </Note>
  );
}

function Elsewhere({ template }: { template: Template }): ReactElement {
  const { t, language } = useSurroundings();
  const { elsewhere, answers } = store.getState();
  const other = elsewhere?.answers ?? {};
  const changes = useChanges(template, other, answers);
  const actions = [
    { name: 'show-changes', text: changes.text, onClick: changes.toggle },
    { name: 'take-other', text: t('takeOther'), onClick: store.takeElsewhere },
    { name: 'dismiss-other', text: t('dismiss'), onClick: () => store.set({ elsewhere: null }) },
  ];
  return (
    <Note name="draft-elsewhere" icon="people" kind="w" actions={actions}>
      {filled(t('elsewhere'), { time: moment(new Date(elsewhere?.kept ?? 0), language) })}
      {changes.isOpen && <Differences template={template} before={other} after={answers} from={t('before')} to={t('after')} />}
    </Note>
  );
}

function Newer({ template, conflict }: { template: Template; conflict: store.Conflict }): ReactElement {
  const { t } = useSurroundings();
  const { info, me, answers } = store.getState();
  const { newer } = conflict;
  const reports = info?.reports ?? [];
  const who = newer.author_login === me?.user ? t('youElsewhere') : personName(newer.author);
  const n = numberOf(reports, newer.sop_instance_uid) ?? '';
  const changes = useChanges(template, newer.answers, answers);
  const mine = { name: 'save-mine', text: filled(t('saveMineAs'), { n: nextNumber(reports) }), onClick: () => void store.saveMine() };
  const actions = [
    { name: 'show-changes', text: changes.text, onClick: changes.toggle },
    ...(me && mayRevise(newer, me) ? [mine] : []),
    { name: 'take-newer', text: t('takeTheirs'), onClick: store.takeNewer },
  ];
  return (
    <Note name="newer-version" icon="people" kind="w" lead={t('newerExists')} actions={actions}>
      {filled(t(NEWER[newer.state]), { who, n })}
      {changes.isOpen && <Differences template={template} before={newer.answers} after={answers} from={`${n}`} to={t('you')} />}
    </Note>
  );
}

function Offline({ since }: { since: Date | null }): ReactElement {
  const { t, language } = useSurroundings();
  const { waiting } = store.getState();
  const actions = [{ name: 'try-again', text: t('tryAgain'), onClick: retry }];
  return (
    <Note name="offline" icon="keep" actions={actions}>
      {filled(t('offline'), { time: since ? moment(since, language) : '' })} {t('offlineMeans')} {waiting && t('offlineSaves')}
    </Note>
  );
}

function Ended(): ReactElement {
  const { t } = useSurroundings();
  return (
    <Note name="session-ended" icon="clock" kind="w" lead={t('sessionEnded')} actions={[{ name: 'sign-in', text: t('signIn'), onClick: () => void signIn() }]}>
      {t('sessionMeans')}
    </Note>
  );
}

/** The browser asks for the password at a request of its own; where it does not, another tab does. */
async function signIn(): Promise<void> {
  const before = store.getState().me?.user;
  try {
    const me = await getMe();
    // Somebody else sits here now: their own draft, nothing of the one before.
    if (before && me.user !== before) window.location.reload();
    else retry();
  } catch {
    window.open(window.location.href, '_blank');
    window.addEventListener('focus', retry, { once: true });
  }
}

function Trouble({ template, problem }: { template: Template; problem: store.Problem }): ReactElement {
  const { t, ohif } = useSurroundings();
  const { path, wanted } = problem;
  // The reader is led to what was refused at once, not when the form changes for another reason.
  useEffect(() => {
    if (path) goTo(template, path);
  }, [template, path, problem]);
  const go = { name: 'go-to-problem', text: t('goThere'), onClick: () => goTo(template, path) };
  const actions = [...(path ? [go] : []), ...(wanted ? [{ name: 'try-again', text: t('tryAgain'), onClick: () => tryAgain(ohif, wanted) }] : [])];
  return (
    <Note name="problem" icon="warn" kind="e" lead={t('notSavedLead')} actions={actions}>
      {problem.message} {t('nothingLost')}
    </Note>
  );
}
