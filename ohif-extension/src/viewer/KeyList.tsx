/** The list of the keys of the mode, behind "?". */
import { createElement, type ReactElement } from 'react';
import { KEYS, shownKey, type Key, type Where } from '../keys';
import { island } from '../Mount';
import { currentLanguage, say, type TextKey } from '../texts';
import type { Language } from '../types/api';
import type { Ohif } from '../types/ohif';
import { services } from '../types/viewer';

const PLACES: Record<Where, TextKey> = {
  mode: 'keysOfMode',
  everywhere: 'keysEverywhere',
  panel: 'keysOfPanel',
  map: 'keysOfMap',
  pages: 'keysOfPages',
  consensus: 'keysOfConsensus',
};

export function KeyList(): ReactElement {
  const language = currentLanguage();
  const places = (Object.keys(PLACES) as Where[]).filter(place => KEYS.some(key => key.where === place));
  return (
    <div className="hep hep-keys" data-cy="keys" lang={language}>
      {places.map(place => (
        <section key={place}>
          <h3 className="t11 t2">{say(language)(PLACES[place])}</h3>
          <dl>
            {KEYS.filter(key => key.where === place).map(key => (
              <Line key={key.keys.join()} of={key} language={language} />
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

function Line({ of, language }: { of: Key; language: Language }): ReactElement {
  return (
    <div>
      <dt>
        {of.keys.map(one => (
          <kbd key={one}>{shownKey(one)}</kbd>
        ))}
      </dt>
      <dd>{of.name[language]}</dd>
    </div>
  );
}

/** Show the list in OHIF's dialog. */
export function showKeys(ohif: Ohif): void {
  const content = island('hepatia-keys', KeyList, {}, { style: 'display:block' });
  services(ohif).uiModalService.show({ title: say(currentLanguage())('keys'), content: () => createElement(content) });
}
