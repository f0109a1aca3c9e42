/** What the features give by LI-RADS: the category, the lit cell of the table, every step, what is suggested then. */
import { Fragment, useRef, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { suffix } from '../form/controls';
import { Icon } from '../icons';
import { CHOSEN, GROUP, assessmentOf, canAsk, hasFailed } from '../lirads';
import { answer } from '../store';
import type { Lirads, LiradsTable, Member } from '../types/api';

export function LiradsCard({ nodule, index }: { nodule: Member; index: number }): ReactElement {
  const { language, t } = useSurroundings();
  const current = assessmentOf(nodule, language);
  const last = useRef<Lirads | undefined>(undefined);
  if (current) last.current = current;
  // Until the answer to a change is here, the one before stays, dimmed: nothing jumps.
  const found = canAsk(nodule) ? last.current : undefined;
  const busy = !current && canAsk(nodule);
  return (
    <div className="lrcard" data-cy="lirads-card" aria-busy={busy}>
      {found ? (
        <>
          <Heading found={found} nodule={nodule} index={index} busy={busy} />
          {found.table && <Grid table={found.table} />}
          <Steps found={found} />
          <div className="suggested t11 t2">
            {found.management} · {found.reference}
          </div>
        </>
      ) : (
        <p className="help">{busy ? t(hasFailed(nodule, language) ? 'notComputed' : 'computing') : t('needsDiameter')}</p>
      )}
    </div>
  );
}

interface HeadingProps {
  found: Lirads;
  nodule: Member;
  index: number;
  busy: boolean;
}

function Heading({ found, nodule, index, busy }: HeadingProps): ReactElement {
  const { t, writes } = useSurroundings();
  const chosen = nodule[CHOSEN];
  return (
    <div className="line" role="status" aria-live="polite">
      <span className={`lr lr-${suffix(found.category)} big`} data-cy="lirads-computed">
        {found.category}
      </span>
      <div className="grow">
        <div className="strong">{found.title}</div>
        <div className="t11 t2">
          {t('computed')} · {found.version}
          {typeof chosen === 'string' && chosen !== found.category && (
            <>
              {' '}
              · {t('chosen')} {chosen}
            </>
          )}
        </div>
      </div>
      {writes && !busy && chosen !== found.category && (
        <button type="button" className="btn" data-cy="use-computed" onClick={() => answer(GROUP, index, CHOSEN, found.category)}>
          {t('use')} {found.category}
        </button>
      )}
    </div>
  );
}

/** The table of the standard; categories without their "LR-", as in print. */
function Grid({ table }: { table: LiradsTable }): ReactElement {
  const { t } = useSurroundings();
  return (
    <div className="lrgrid" role="img" aria-label={`${table.columns[table.column]?.title ?? ''}; ${table.rows[table.row] ?? ''}`}>
      <span />
      <span className="h" style={{ gridColumn: 'span 2' }}>
        {t('noEnhancement')}
      </span>
      <span className="h" style={{ gridColumn: 'span 3' }}>
        {t('nonrimEnhancement')}
      </span>
      <span className="r">{t('additional')}</span>
      {table.columns.map((column, at) => (
        <span key={column.title} className={at === table.column ? 'h strong' : 'h'}>
          {column.short}
        </span>
      ))}
      {table.rows.map((row, at) => (
        <Fragment key={row}>
          <span className={at === table.row ? 'r strong' : 'r'}>{['0', '1', '≥ 2'][at]}</span>
          {table.columns.map((column, place) => (
            <Cell key={column.title} category={column.categories[at] ?? ''} lit={at === table.row && place === table.column} />
          ))}
        </Fragment>
      ))}
    </div>
  );
}

function Cell({ category, lit }: { category: string; lit: boolean }): ReactElement {
  const text = category.replace('LR-', '');
  return <span className={`c l${text[0]}${lit ? ' now' : ''}`}>{text}</span>;
}

function Steps({ found }: { found: Lirads }): ReactElement {
  const { t } = useSurroundings();
  return (
    <details className="why" data-cy="lirads-explanation">
      <summary>{t('steps')}</summary>
      <ol className="steps">
        {found.explanation.map((sentence, at) => (
          <li key={sentence}>
            <span className={found.steps[at]?.outcome === 'passed' ? 't2' : 'ok'}>
              <Icon name="check" />
            </span>
            <span>{sentence}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
