/** The diagnostic table of the standard: one cell lit, or those that are left outlined; dimmed where a step before decides. */
import { Fragment, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import type { LiradsTable } from '../types/api';

interface GridProps {
  table: LiradsTable;
  /** Cells that are left while features are missing. */
  possible: { column: number; row: number }[];
}

const ROWS = ['0', '1', '≥ 2'];

export function LiradsGrid({ table, possible }: GridProps): ReactElement {
  const { t } = useSurroundings();
  const waits = possible.length > 0;
  const [column, row] = waits ? [null, null] : [table.column, table.row];
  const dim = !waits && column === null;
  const said = waits
    ? `${possible.length} ${t('cellsLeft')}`
    : column === null || row === null
      ? t('beforeTable')
      : `${table.columns[column]?.title ?? ''}; ${table.rows[row] ?? ''}`;
  const look = (place: number, at: number): string => {
    if (place === column && at === row) return ' now';
    if (!waits) return '';
    return possible.some(cell => cell.column === place && cell.row === at) ? ' may' : ' out';
  };
  return (
    <div className={dim ? 'lrgrid dim' : 'lrgrid'} role="img" aria-label={said} data-cy="lirads-table">
      <span />
      <span className="h" style={{ gridColumn: 'span 2' }}>
        {t('noEnhancement')}
      </span>
      <span className="h" style={{ gridColumn: 'span 3' }}>
        {t('nonrimEnhancement')}
      </span>
      <span className="r">{t('additional')}</span>
      {table.columns.map((one, at) => (
        <span key={one.title} className={at === column ? 'h strong' : 'h'}>
          {one.short}
        </span>
      ))}
      {table.rows.map((name, at) => (
        <Fragment key={name}>
          <span className={at === row ? 'r strong' : 'r'}>{ROWS[at]}</span>
          {table.columns.map((one, place) => (
            <Cell key={one.title} category={one.categories[at] ?? ''} look={look(place, at)} />
          ))}
        </Fragment>
      ))}
    </div>
  );
}

/** Categories without their "LR-", as in print. */
function Cell({ category, look }: { category: string; look: string }): ReactElement {
  const text = category.replace('LR-', '');
  return <span className={`c l${text[0] ?? ''}${look}`}>{text}</span>;
}
