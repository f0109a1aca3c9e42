/** What jsdom has not: CSS.escape as in the standard's own example (CSSOM, "serialize an identifier"), and scrolling. */
if (!window.CSS?.escape) {
  Object.defineProperty(window, 'CSS', { value: { escape: (text: string) => text.replace(/[^\w-]/g, '\\$&') } });
}
Element.prototype.scrollIntoView ??= () => undefined;
