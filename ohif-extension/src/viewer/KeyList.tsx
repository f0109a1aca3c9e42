/** The list of the keys of the mode, behind "?". */
import { createElement, type ReactElement } from 'react';
import { island } from '../Mount';
import { currentLanguage, say } from '../texts';
import type { Ohif } from '../types/ohif';
import { services } from '../types/viewer';
import { caps, KEYS } from './keys';

export function KeyList(): ReactElement {
  const language = currentLanguage();
  return (
    <div className="hep hep-keys" data-cy="keys">
      <dl>
        {KEYS.map(({ command, keys, does }) => (
          <div key={command}>
            <dt>
              {caps(keys).map(cap => (
                <kbd key={cap}>{cap}</kbd>
              ))}
            </dt>
            <dd>{does[language]}</dd>
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
