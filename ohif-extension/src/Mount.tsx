/** OHIF renders one custom element; everything inside is a React root of our own. Nothing else crosses the border. */
import { createElement, type ComponentType, type ReactElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import components from './styles/components.css?inline';
import tokens from './styles/tokens.css?inline';
import { addStyles } from './styles';

/** OHIF lays its panels out as a column below their tabs: take what is left, and scroll inside. */
const IN_PANEL = 'display:block;flex:1 1 0;height:100%;min-height:0;overflow:hidden';

export interface IslandOptions {
  style?: string;
  /** Attributes, in small letters, that the component takes as properties beside the fixed ones. */
  attributes?: readonly string[];
}

export function island<P extends object>(
  tag: string,
  Inner: ComponentType<P>,
  properties: Partial<P>,
  { style = IN_PANEL, attributes = [] }: IslandOptions = {},
): (given?: Record<string, string>) => ReactElement {
  addStyles('common', tokens + components);
  if (!customElements.get(tag)) {
    customElements.define(
      tag,
      class extends HTMLElement {
        static readonly observedAttributes = attributes;
        #root: Root | null = null;

        connectedCallback(): void {
          this.style.cssText = style;
          this.#root = createRoot(this);
          this.#render();
        }

        attributeChangedCallback(): void {
          this.#render();
        }

        #render(): void {
          const given = attributes.map(name => [name, this.getAttribute(name) ?? ''] as const);
          this.#root?.render(createElement(Inner, { ...properties, ...Object.fromEntries(given) } as P));
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
  return function HepatiaIsland(given) {
    return createElement(tag, pick(given ?? {}, attributes));
  };
}

const pick = (given: Record<string, string>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map(name => [name, given[name] ?? '']));
