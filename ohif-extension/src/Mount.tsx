/** OHIF renders one custom element; everything inside is a React root of our own. Nothing else crosses the border. */
import { createElement, type ComponentType, type ReactElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import components from './styles/components.css?inline';
import form from './styles/form.css?inline';
import pages from './styles/pages.css?inline';
import panel from './styles/panel.css?inline';
import tokens from './styles/tokens.css?inline';

const STYLE_ID = 'hepatia-style';

function addStyle(): void {
  if (document.getElementById(STYLE_ID)) return;
  const style = document.createElement('style');
  style.id = STYLE_ID;
  style.textContent = tokens + components + panel + form + pages;
  document.head.append(style);
}

export function island<P extends object>(tag: string, Inner: ComponentType<P>, properties: P): () => ReactElement {
  addStyle();
  if (!customElements.get(tag)) {
    customElements.define(
      tag,
      class extends HTMLElement {
        #root: Root | null = null;

        connectedCallback(): void {
          // OHIF lays its panels out as a column below their tabs: take what is left, and scroll inside.
          this.style.cssText = 'display:block;flex:1 1 0;height:100%;min-height:0;overflow:hidden';
          this.#root = createRoot(this);
          this.#root.render(createElement(Inner, properties));
        }

        disconnectedCallback(): void {
          const root = this.#root;
          this.#root = null;
          // React must not unmount a root while OHIF's own React is rendering.
          setTimeout(() => root?.unmount());
        }
      },
    );
  }
  return function HepatiaIsland() {
    return createElement(tag);
  };
}
