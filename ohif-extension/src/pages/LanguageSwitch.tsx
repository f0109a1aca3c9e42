/** English or Portuguese, for pages that have no preferences of OHIF's. */
import type { ReactElement } from 'react';
import { setLanguage, useLanguage } from '../language';
import type { Language } from '../types/api';

const LANGUAGES: Record<Language, { short: string; name: string; tag: string }> = {
  en: { short: 'EN', name: 'English', tag: 'en' },
  pt: { short: 'PT', name: 'Português', tag: 'pt-BR' },
};

export function LanguageSwitch(): ReactElement {
  const current = useLanguage();
  return (
    <span className="languages" role="group" aria-label="Language · Idioma" data-cy="language-switch">
      {(Object.keys(LANGUAGES) as Language[]).map(language => {
        const { short, name, tag } = LANGUAGES[language];
        return (
          <button
            key={language}
            type="button"
            lang={tag}
            title={name}
            aria-label={name}
            aria-pressed={language === current}
            data-cy={`language-${language}`}
            onClick={() => setLanguage(language)}
          >
            {short}
          </button>
        );
      })}
    </span>
  );
}
