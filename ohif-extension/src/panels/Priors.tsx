/** The other exams of the patient, with the nodules of their reports. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { suffix } from '../form/controls';
import { Icon } from '../icons';
import { nodulesOf } from '../lirads';
import { carryOver, getState, loadPriors } from '../store';
import type { Lesion, Prior } from '../types/api';
import { filled } from '../words/reports';
import { STATES, StateIcon } from './StateIcon';
import { dateOf } from './times';

export function Priors(): ReactElement {
  const { priors } = getState();
  const { t } = useSurroundings();
  return (
    <section className="p-sec" data-cy="priors" aria-busy={priors === null}>
      <header>
        <h3>{t('priorExams')}</h3>
        <span className="grow">{Array.isArray(priors) && priors.length > 0 ? priors.length : ''}</span>
      </header>
      {priors === 'failed' && (
        <p className="help">
          {t('priorsFailed')}{' '}
          <button type="button" className="btn ghost" onClick={() => void loadPriors()}>
            {t('tryAgain')}
          </button>
        </p>
      )}
      {Array.isArray(priors) && priors.length === 0 && <p className="help">{t('noPriors')}</p>}
      {Array.isArray(priors) && priors.map(prior => <Exam key={prior.study_instance_uid} prior={prior} />)}
    </section>
  );
}

function Exam({ prior }: { prior: Prior }): ReactElement {
  const { t, language, ohif } = useSurroundings();
  const sideBySide = (): void => {
    ohif.commandsManager?.runCommand('hepatiaWithPrior', { studyInstanceUid: prior.study_instance_uid });
  };
  return (
    <div className="prior" data-cy="prior">
      <div className="line">
        <span className="strong nowrap">{dateOf(prior.study_date, language)}</span>
        <span className="t2 nowrap">{between(prior.days, t)}</span>
        <span className="grow" />
        <State prior={prior} />
      </div>
      {prior.nodules.length > 0 && <Nodules prior={prior} />}
      <div className="line acts">
        <button type="button" className="btn" data-cy="side-by-side" onClick={sideBySide}>
          <Icon name="grid" small />
          {t('sideBySide')}
        </button>
        <a className="btn ghost" href={viewerOf(prior)} data-cy="open-prior">
          {t('openReport')}
        </a>
      </div>
    </div>
  );
}

const between = (days: number | null, t: ReturnType<typeof useSurroundings>['t']): string => {
  if (days === null) return '';
  if (days === 0) return t('sameDay');
  return filled(t(days > 0 ? 'daysBefore' : 'daysAfter'), { n: Math.abs(days) });
};

/** This page, with the other study in it: whatever stands before it in the address stays. */
function viewerOf(prior: Prior): string {
  const url = new URL(window.location.href);
  url.searchParams.set('StudyInstanceUIDs', prior.study_instance_uid);
  return url.toString();
}

function State({ prior }: { prior: Prior }): ReactElement {
  const { t } = useSurroundings();
  if (prior.state === 'unreadable') return <span className="t12 warn">{t('unreadable')}</span>;
  const state = prior.state === 'not_read' ? null : prior.state;
  return (
    <span className="state">
      <StateIcon state={state} />
      {t(state ? STATES[state] : 'notRead')}
    </span>
  );
}

function Nodules({ prior }: { prior: Prior }): ReactElement {
  const { t } = useSurroundings();
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th>{t('nodule')}</th>
          <th className="num">mm</th>
          <th>Segment</th>
          <th>LI-RADS</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {prior.nodules.map((lesion, index) => (
          <Row key={lesion.tracking_uid ?? index} prior={prior} lesion={lesion} number={index + 1} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ prior, lesion, number }: { prior: Prior; lesion: Lesion; number: number }): ReactElement {
  const { t, language, writes } = useSurroundings();
  const here = nodulesOf(getState().answers).findIndex(one => one.tracking_uid === lesion.tracking_uid);
  const label = filled(t('carryOverOf'), { n: number, date: dateOf(prior.study_date, language) });
  return (
    <tr>
      <td>
        <span className="line">
          {/* The colour is the nodule's identity: that of the same one here. */}
          <span className={here >= 0 ? `swatch sg-${(here % 6) + 1}` : 'swatch none'} />
          {number}
        </span>
      </td>
      <td className="num">{lesion.diameter_mm === null ? '–' : lesion.diameter_mm.toFixed(1).replace('.', language === 'pt' ? ',' : '.')}</td>
      <td>{lesion.location.join(', ') || '–'}</td>
      <td>{lesion.lirads ? <span className={`lr lr-${suffix(lesion.lirads)}`}>{lesion.lirads}</span> : '–'}</td>
      <td className="num">
        {(writes || here >= 0) && lesion.tracking_uid && (
          <button type="button" className="btn small" aria-label={label} data-cy="carry-over" onClick={() => carryOver(lesion)}>
            {here < 0 && <Icon name="swap" small />}
            {here < 0 ? t('carryOver') : t('carriedOver')}
          </button>
        )}
      </td>
    </tr>
  );
}
