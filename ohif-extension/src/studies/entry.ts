/** `/ohif/` shows our study list. OHIF's router gives `/` to its own list, and offers no way to have another there. */
import { createElement, type ReactElement } from 'react';
import { island } from '../Mount';
import { HeaderLogo, ListLogo } from './Logo';
import { STUDIES, meansOurs } from './address';

/** Go to our list where an address means it; true when it did. */
export function showOurList(): boolean {
  if (!meansOurs(window.location)) return false;
  window.history.replaceState(window.history.state, '', STUDIES);
  return true;
}

const Header = island('hepatia-logo', HeaderLogo, {});
const List = island('hepatia-list-logo', ListLogo, {});

/** The logo above OHIF's list is drawn whenever that list is: by then OHIF's router has to be told. */
function logo(_react: unknown, header?: object): ReactElement {
  if (header) return createElement(Header);
  // OHIF is drawing: its router must not be told before that has ended.
  setTimeout(() => showOurList() && window.dispatchEvent(new PopStateEvent('popstate', { state: window.history.state })));
  return createElement(List);
}

/** A setting of OHIF's, which it reads when it draws. */
export function setLogo(appConfig: { whiteLabeling?: object }): void {
  appConfig.whiteLabeling = { createLogoComponentFn: logo };
}
