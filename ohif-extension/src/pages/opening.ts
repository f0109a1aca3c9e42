/** Going to another page of the same OHIF without loading it anew: its router listens to the history. */
import type { MouseEvent } from 'react';

export function goTo(address: string): void {
  window.history.pushState(null, '', address);
  window.dispatchEvent(new PopStateEvent('popstate', { state: null }));
}

/** A plain click on a link goes there at once; with a key held, the browser opens its tab or window as always. */
export function followed(event: MouseEvent<HTMLAnchorElement>): void {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!plain || event.defaultPrevented) return;
  event.preventDefault();
  goTo(event.currentTarget.href);
}
