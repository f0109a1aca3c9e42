/** What happens once a week: history of the versions, copy a link. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { set } from '../store';
import { Choices } from './Choices';

export function ReportMenu(): ReactElement {
  const { t } = useSurroundings();
  const choices = [
    { name: 'menu-history', label: t('history'), run: showVersions },
    { name: 'menu-copy-link', label: t('copyLink'), run: () => void navigator.clipboard?.writeText(window.location.href) },
  ];
  return (
    <Choices name="more" label={t('more')} choices={choices}>
      <Icon name="more" />
    </Choices>
  );
}

function showVersions(): void {
  set({ tab: 'report' });
  requestAnimationFrame(() => document.getElementById('hepatia-versions')?.scrollIntoView({ block: 'start' }));
}
