/** English or Portuguese, for the pages and, from its next start, for OHIF. */
import type { ReactElement } from 'react';
import type { Language } from '../types/api';
import { setLanguage } from './language';

const LANGUAGES: [Language, string][] = [
  ['en', 'English'],
  ['pt', 'Português'],
];

export const LanguageSwitch = ({ language }: { language: Language }): ReactElement => (
  <span className="seg languages" role="group" aria-label="Language, idioma">
    {LANGUAGES.map(([one, name]) => (
      <button key={one} type="button" lang={one} className={one === language ? 'on' : ''} aria-pressed={one === language} aria-label={`${one.toUpperCase()}, ${name}`} onClick={() => setLanguage(one)}>
        {one.toUpperCase()}
      </button>
    ))}
  </span>
);
