/** Beside the scroll bar of a viewport: where the nodules of its mask lie, in their colours. */
import { nodulesOf } from '../lirads';
import { colorsOf } from '../segmentation/labelmap';
import { maskOf, slicesWith, type OpenMask } from '../segmentation/masks';
import { segmentsIn } from '../segmentation/nodules';
import * as store from '../store';
import type { Ohif } from '../types/ohif';
import { masksHidden } from './outlines';
import { displaySetIn, stacks } from './stacks';

export interface Mark {
  /** Parts of the scroll bar, from its top. */
  from: number;
  to: number;
  color: string;
}

/** The part of the scroll bar that slices take; it has as many steps as there are slices. */
export const markOf = (slices: readonly number[], count: number, color: string): Mark | null =>
  slices.length > 0 && count > 0 ? { from: Math.min(...slices) / count, to: (Math.max(...slices) + 1) / count, color } : null;

function marksOf(ohif: Ohif, mask: OpenMask, count: number): Mark[] {
  const segments = segmentsIn(ohif, mask);
  const colors = colorsOf(segments, nodulesOf(store.getState().answers));
  return segments.flatMap(({ number, kind }) => {
    const [red, green, blue] = colors.get(number) ?? [];
    return kind === 'nodule' ? (markOf(slicesWith(mask.id, number), count, `rgb(${red} ${green} ${blue})`) ?? []) : [];
  });
}

/** Draw the marks of all viewports anew, where they have changed. */
function draw(ohif: Ohif): void {
  for (const viewport of stacks(ohif)) {
    const pane = viewport.element.closest<HTMLElement>('[data-cy="viewport-pane"]');
    const mask = maskOf(displaySetIn(ohif, viewport.id)?.SeriesInstanceUID ?? '');
    const marks = mask && !masksHidden() ? marksOf(ohif, mask, viewport.getImageIds().length) : [];
    if (pane) put(pane, marks);
  }
}

/** The marks are the last thing in the pane, where OHIF puts nothing. */
function put(pane: HTMLElement, marks: Mark[]): void {
  const before = pane.querySelector<HTMLElement>(':scope > .hep-marks');
  const drawn = JSON.stringify(marks);
  if ((before?.dataset.drawn ?? '[]') === drawn) return;
  before?.remove();
  if (marks.length === 0) return;
  const box = pane.appendChild(document.createElement('div'));
  box.className = 'hep-marks';
  box.dataset.drawn = drawn;
  box.setAttribute('aria-hidden', 'true');
  box.append(...marks.map(element));
}

function element({ from, to, color }: Mark): HTMLElement {
  const mark = document.createElement('i');
  mark.style.cssText = `top:${100 * from}%;height:${100 * (to - from)}%;background:${color}`;
  return mark;
}

/** Keep the marks as the masks are; returns what ends it, and what draws at once. */
export function keepMarks(ohif: Ohif): { draw: () => void; end: () => void } {
  let asked = 0;
  const soon = (): void => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => draw(ohif));
  };
  return { draw: soon, end: store.subscribe(soon) };
}
