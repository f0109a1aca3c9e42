/** What is kept and when; save, and the step that the role may take next; what is missing, and the way there. */
import { useEffect, useReducer, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon, type IconName } from '../icons';
import { requiredPaths } from '../lirads';
import { dirtyMasks } from '../segmentation/masks';
import { getState, phaseOf, revise, set } from '../store';
import type { ReportInfo, Template } from '../types/api';
import { mayRevise, mayVerify, VERIFIERS } from '../versions';
import { filled } from '../words/reports';
import { completeReport, isLocked, nextMissing, saveReport, verifyReport } from './commands';
import { PHASES } from './Phase';
import { STATES } from './StateIcon';
import { clock, moment, personName } from './times';

/** So long the seconds are counted; then the time is told. */
const COUNTED_S = 60;

export function Footer({ template }: { template: Template }): ReactElement {
  const { t, mayWrite, language } = useSurroundings();
  const { answers, report, me } = getState();
  const missing = requiredPaths(template.schema, answers, language);
  const locked = isLocked();
  return (
    <footer className="p-foot">
      <div className="line">
        {locked && report ? <Signed report={report} /> : <Kept />}
        <span className="grow" />
        {locked ? <Steps /> : mayWrite ? <Buttons missing={missing.length} /> : <span className="help">{t('readOnly')}</span>}
      </div>
      <div className="line t11" style={{ minHeight: 15 }}>
        {!locked && mayWrite && missing.length > 0 ? <Missing count={missing.length} /> : <Next report={report} role={me?.role ?? ''} />}
      </div>
    </footer>
  );
}

function Missing({ count }: { count: number }): ReactElement {
  const { t } = useSurroundings();
  return (
    <>
      <span className="warn line">
        <Icon name="warn" small />
        <span className="t2" data-cy="missing-count" id="hepatia-missing">
          {count} {t('missing')}
        </span>
      </span>
      <span className="grow" />
      <button type="button" className="btn ghost" style={{ height: 18 }} data-cy="next-missing" onClick={() => nextMissing()}>
        {t('nextMissing')}
        <kbd>F8</kbd>
      </button>
    </>
  );
}

/** Who takes the next step, where it is somebody else. */
function Next({ report, role }: { report: ReportInfo | null; role: string }): ReactElement {
  const { t } = useSurroundings();
  const { dirty } = getState();
  const isForOthers = report?.state === 'complete' && !dirty && !VERIFIERS.includes(role);
  return <span className="t2" data-cy="next-step">{isForOthers ? t('nextReview') : isLocked() ? '' : t('allThere')}</span>;
}

function Signed({ report }: { report: ReportInfo }): ReactElement {
  const { t, language } = useSurroundings();
  const who = personName(report.verifier || report.author);
  const time = report.created ? moment(new Date(report.created), language) : '';
  return (
    <span className="src wraps" role="status" data-cy="signed">
      <Icon name="lock" />
      {filled(t('finishedBy'), { state: t(STATES[report.state]), who, time })}
    </span>
  );
}

/** What may be done with a finished report. */
function Steps(): ReactElement {
  const { t } = useSurroundings();
  const { me, report } = getState();
  if (!me || !report) return <></>;
  return (
    <>
      {mayRevise(report, me) && (
        <button type="button" className="btn" data-cy="new-version" onClick={revise}>
          {t('newVersion')}
        </button>
      )}
      {mayVerify(report, me) && <Verify />}
    </>
  );
}

/** Masks that are not saved, else where the answers are, and since when. */
function Kept(): ReactElement {
  return dirtyMasks().length > 0 ? <UnsavedMasks /> : <KeptAnswers />;
}

function UnsavedMasks(): ReactElement {
  const { t } = useSurroundings();
  const masks = dirtyMasks();
  return (
    <span className="src wraps" role="status" aria-live="polite" data-cy="kept">
      <span className="warn">●</span>
      {masks.map(one => PHASES[phaseOf(one.series) ?? 'other'].tag).join(', ')} {t(masks.length > 1 ? 'areUnsaved' : 'isUnsaved')}
    </span>
  );
}

function KeptAnswers(): ReactElement {
  const { t, language } = useSurroundings();
  const { dirty, keeping, problem, waiting, savedAt, report } = getState();
  const seconds = useSecondsSince(dirty && keeping.state === 'server' ? keeping.at : null);
  const say = (icon: IconName, text: string, counted = text): ReactElement => (
    <span className="src wraps" data-cy="kept">
      <Icon name={icon} />
      <span aria-hidden="true">{counted}</span>
      <span className="unseen" role="status" aria-live="polite">
        {text}
      </span>
    </span>
  );
  if (problem) return say('warn', t('notSavedShort'));
  const masks = dirtyMasks().map(one => PHASES[phaseOf(one.series) ?? 'other'].tag);
  if (masks.length > 0)
    return (
      <span className="src wraps" role="status" data-cy="kept">
        <i className="dot" />
        {masks.join(', ')} {t(masks.length > 1 ? 'areUnsaved' : 'isUnsaved')}
      </span>
    );
  if (waiting) return say('keep', t('savingWaits'));
  if (dirty && keeping.since) return say('keep', filled(t('keptHere'), { time: moment(keeping.since, language) }));
  if (dirty && keeping.state === 'browser') return say('warn', `${t('keptHereOnly')}. ${keeping.message}`);
  if (dirty && keeping.at) {
    const text = filled(t('draftKeptAt'), { time: moment(keeping.at, language) });
    return say('keep', text, seconds < COUNTED_S ? filled(t('keptAgo'), { n: seconds }) : text);
  }
  if (dirty) return say('keep', t('keeping'));
  if (savedAt) return say('check', filled(t('savedAt'), { time: clock(savedAt) }));
  if (report?.created) return say('check', filled(t('savedDay'), { time: moment(new Date(report.created), language) }));
  return say('keep', t('nothingYet'));
}

/** Seconds since a moment, counted on while they are shown. */
function useSecondsSince(at: Date | null): number {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!at) return undefined;
    const timer = window.setInterval(tick, 1000);
    return () => window.clearInterval(timer);
  }, [at]);
  // The server's clock may be ahead of this one.
  return at ? Math.max(0, Math.round((Date.now() - at.getTime()) / 1000)) : 0;
}

function Buttons({ missing }: { missing: number }): ReactElement {
  const { busy, dirty, report, me, revising } = getState();
  const { t, ohif } = useSurroundings();
  const masks = dirtyMasks().length > 0;
  const isOff = busy || missing > 0 || (report?.state !== 'draft' && report !== null && !dirty);
  return (
    <>
      {revising && !dirty && (
        <button type="button" className="btn ghost" data-cy="cancel-version" onClick={() => set({ revising: null })}>
          {t('cancel')}
        </button>
      )}
      <button type="button" className={`btn${dirty || masks ? ' primary' : ''}`} disabled={busy || !(dirty || masks)} data-cy="save" onClick={() => saveReport(ohif)}>
        {masks ? t(dirty ? 'saveReportAndMask' : 'saveMask') : t('save')}
        <kbd>Ctrl S</kbd>
      </button>
      {masks ? null : !dirty && me && mayVerify(report, me) ? (
        <Verify />
      ) : (
        <button
          type="button"
          className={`btn${missing === 0 ? ' primary' : ''}${isOff ? ' is-disabled' : ''}`}
          aria-disabled={isOff}
          aria-describedby="hepatia-missing"
          title={missing > 0 ? `${missing} ${t('missing')}` : 'Ctrl Enter'}
          data-cy="complete"
          onClick={() => completeReport(ohif)}
        >
          {t('complete')}
        </button>
      )}
    </>
  );
}

function Verify(): ReactElement {
  const { t, ohif } = useSurroundings();
  const { busy } = getState();
  return (
    <button type="button" className="btn primary" disabled={busy} title="Ctrl Shift Enter" data-cy="verify" onClick={() => verifyReport(ohif)}>
      <Icon name="shield" small />
      {t('verify')}
    </button>
  );
}
