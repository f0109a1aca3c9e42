/** In place of OHIF's logo; above OHIF's own study list it leads back to ours. */
import type { ReactElement } from 'react';
import { useLanguage } from '../language';
import { Brand } from '../pages/Brand';
import type { Text } from '../types/api';
import { STUDIES } from './address';

/** The words of the pages stay with the pages. */
const OURS: Text = { en: 'HepatIA’s study list', pt: 'Lista do HepatIA' };

export const HeaderLogo = (): ReactElement => (
  <span className="hep logo">
    <Brand />
  </span>
);

export function ListLogo(): ReactElement {
  const language = useLanguage();
  return (
    <span className="hep logo line">
      <Brand />
      <a className="btn" href={STUDIES}>
        {OURS[language]}
      </a>
    </span>
  );
}
