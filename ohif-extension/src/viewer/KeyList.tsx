/** The list of the keys of the mode, behind "?". */
import { createElement, type ReactElement } from 'react';
import { KEYS, shownKey } from '../keys';
import { island } from '../Mount';
import { currentLanguage, say } from '../texts';
import type { Ohif } from '../types/ohif';
import { services } from '../types/viewer';

export function KeyList(): ReactElement {
  const language = currentLanguage();
  return (
    <div className="hep hep-keys" data-cy="keys">
      <dl>
        {KEYS.map(({ keys, name }) => (
          <div key={keys.join()}>
            <dt>
              {keys.map(one => (
                <kbd key={one}>{shownKey(one)}</kbd>
              ))}
            </dt>
            <dd>{name[language]}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Show the list in OHIF's dialog. */
export function showKeys(ohif: Ohif): void {
  const content = island('hepatia-keys', KeyList, {}, { style: 'display:block' });
  services(ohif).uiModalService.show({ title: say(currentLanguage())('keys'), content: () => createElement(content) });
}
