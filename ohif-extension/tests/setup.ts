/** What jsdom has not: CSS.escape, with which user-event walks radios as well, and scrolling. */
if (typeof Element !== 'undefined') {
  globalThis.CSS ??= { escape: (text: string) => text.replace(/[^\w-]/g, '\\$&') } as typeof CSS;
  Element.prototype.scrollIntoView ??= () => undefined;
}
