/** What is kept and when; save, and the step that the role may take next; what is missing, and the way there. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { requiredPaths } from '../lirads';
import { dirtyMasks } from '../segmentation/masks';
import { getState, phaseOf } from '../store';
import type { Template } from '../types/api';
import { PHASES } from './Phase';
import { actions } from './actions';

export function Footer({ template, onNextMissing }: { template: Template; onNextMissing: () => void }): ReactElement {
  const { t, writes, language } = useSurroundings();
  const missing = requiredPaths(template.schema, getState().answers, language).length;
  return (
    <footer className="p-foot">
      <div className="line">
        <Kept />
        <span className="grow" />
        {writes ? <Buttons missing={missing} /> : <span className="help">{t('readOnly')}</span>}
      </div>
      <div className="line t11" style={{ minHeight: 15 }}>
        {missing > 0 ? (
          <>
            <span className="warn line">
              <Icon name="warn" small />
              <span className="t2" data-cy="missing-count">
                {missing} {t('missing')}
              </span>
            </span>
            <span className="grow" />
            <button type="button" className="btn ghost" style={{ height: 18 }} data-cy="next-missing" onClick={onNextMissing}>
              {t('nextMissing')}
              <kbd>F8</kbd>
            </button>
          </>
        ) : (
          <span className="t2">{t('allThere')}</span>
        )}
      </div>
    </footer>
  );
}

function Kept(): ReactElement {
  const { dirty, savedAt, report } = getState();
  const { t } = useSurroundings();
  const masks = dirtyMasks();
  if (masks.length > 0)
    return (
      <span className="src" role="status" aria-live="polite" data-cy="kept">
        <span className="warn">●</span>
        {masks.map(one => PHASES[phaseOf(one.series) ?? 'other'].tag).join(', ')} {t(masks.length > 1 ? 'areUnsaved' : 'isUnsaved')}
      </span>
    );
  const text = dirty ? t('draftKept') : savedAt ? `${t('saved')} ${savedAt.toLocaleTimeString('en-GB')}` : report ? t('saved') : t('nothingYet');
  return (
    <span className="src" role="status" aria-live="polite" data-cy="kept">
      <Icon name={dirty || !(savedAt || report) ? 'keep' : 'check'} />
      {text}
    </span>
  );
}

function Buttons({ missing }: { missing: number }): ReactElement {
  const { busy, dirty, report, me } = getState();
  const { t, ohif } = useSurroundings();
  const { save } = actions(ohif, t);
  const masks = dirtyMasks().length > 0;
  const label = masks ? t(dirty ? 'saveReportAndMask' : 'saveMask') : t('save');
  const verifies = report?.state === 'complete' && !dirty && me?.role === 'radiologist';
  return (
    <>
      <button type="button" className={`btn${dirty || masks ? ' primary' : ''}`} disabled={busy || !(dirty || masks)} data-cy="save" onClick={() => save('draft')}>
        {label}
        <kbd>Ctrl S</kbd>
      </button>
      {masks ? null : verifies ? (
        <button type="button" className="btn primary" disabled={busy} data-cy="verify" onClick={() => save('verified')}>
          {t('verify')}
        </button>
      ) : (
        <button
          type="button"
          className={`btn${missing === 0 ? ' primary' : ''}`}
          disabled={busy || missing > 0 || (report?.state !== 'draft' && !dirty)}
          title={missing > 0 ? `${missing} ${t('missing')}` : ''}
          data-cy="complete"
          onClick={() => save('complete')}
        >
          {t('complete')}
        </button>
      )}
    </>
  );
}
