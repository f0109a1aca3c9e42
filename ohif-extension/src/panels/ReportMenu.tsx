/** What happens once a week: history of the versions, copy a link. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { comparisonOf } from '../id';
import { goTo as goToPage } from '../pages/opening';
import { getState, set } from '../store';
import { Choices } from './Choices';

export function ReportMenu(): ReactElement {
  const { t } = useSurroundings();
  const choices = [
    { name: 'menu-history', label: t('history'), run: showVersions },
    ...(isRead() ? [{ name: 'menu-compare', label: t('compareReadings'), run: () => goToPage(comparisonOf(getState().studyUid)) }] : []),
    { name: 'menu-copy-link', label: t('copyLink'), run: () => void navigator.clipboard?.writeText(window.location.href) },
  ];
  return (
    <Choices name="more" label={t('more')} choices={choices}>
      <Icon name="more" />
    </Choices>
  );
}

/** Whether two readers have completed a report; the server says who may see them beside each other. */
const isRead = (): boolean => new Set(getState().info?.reports.filter(one => one.state === 'complete' || one.state === 'verified').map(one => one.author_login)).size > 1;

function showVersions(): void {
  set({ tab: 'report' });
  requestAnimationFrame(() => document.getElementById('hepatia-versions')?.scrollIntoView({ block: 'start' }));
}
