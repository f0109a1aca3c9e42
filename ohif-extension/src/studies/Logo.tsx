/** In place of OHIF's logo; above OHIF's own study list it leads back to ours. */
import type { ReactElement } from 'react';
import { Brand } from '../pages/Navigation';
import { useLanguage } from '../pages/language';
import { words } from '../pages/texts';
import { STUDIES } from './address';

export const HeaderLogo = (): ReactElement => (
  <span className="hep logo">
    <Brand />
  </span>
);

export function ListLogo(): ReactElement {
  const t = words(useLanguage());
  return (
    <span className="hep logo line">
      <Brand />
      <a className="btn" href={STUDIES}>
        {t('ourList')}
      </a>
    </span>
  );
}
