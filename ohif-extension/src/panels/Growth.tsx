/** The arithmetic of threshold growth since the exam before: proposed, never chosen by itself. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { decimal } from '../differences';
import { growthOf } from '../growth';
import { Icon } from '../icons';
import { GROUP } from '../lirads';
import { answer, getState } from '../store';
import type { Member } from '../types/api';
import { filled } from '../words/reports';

const ITEM = 'threshold_growth';

export function Growth({ nodule, index }: { nodule: Member; index: number }): ReactElement | null {
  const { t, language, writes } = useSurroundings();
  const { priors, template } = getState();
  const growth = Array.isArray(priors) ? growthOf(nodule, priors) : null;
  if (!growth) return null;
  const proposed = growth.isThreshold ? 'present' : 'absent';
  const word = template?.schema.properties[GROUP]?.items?.properties[ITEM]?.['x-hepatia'].values[proposed];
  const percent = `${growth.percent > 0 ? '+' : ''}${decimal(growth.percent, language)}`.replace('-', '−');
  const values = { before: decimal(growth.before_mm, language), after: decimal(growth.after_mm, language), percent, days: growth.days };
  return (
    <div className="under growth" data-cy="growth">
      <span className="src" title={t(growth.isThreshold ? 'isThreshold' : 'isNoThreshold')}>
        <Icon name="history" />
        <span>
          {filled(t('growth'), values)}
          <span className="why">{t(growth.isThreshold ? 'isThreshold' : 'isNoThreshold')}</span>
        </span>
      </span>
      {writes && word && nodule[ITEM] !== proposed && (
        <button type="button" className="btn ghost link" data-cy="use-growth" onClick={() => answer(GROUP, index, ITEM, proposed)}>
          {t('use')} “{word[language]}”
        </button>
      )}
    </div>
  );
}
