/** A chart as a picture or as a table, saved by the browser. */
import type { Row } from './Card';

const SCALE = 2;
const MARGIN = 16;
const TITLE = 28;

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken it by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export const csvOf = (rows: Row[]): string =>
  [['label', 'name', 'count', 'share'], ...rows.map(row => [row.label, row.said, String(row.count), row.share ?? ''])]
    .map(cells => cells.map(quoted).join(','))
    .join('\r\n');

export const saveCsv = (rows: Row[], name: string): void =>
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  save(new Blob(['\ufeff', csvOf(rows), '\r\n'], { type: 'text/csv' }), `${name}.csv`);

/** What a drawing takes from the page: a picture stands alone. */
const STYLES = ['fill', 'fill-opacity', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-dasharray', 'font', 'text-anchor', 'opacity'];

export function standalone(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [svg.querySelectorAll('*'), copy.querySelectorAll('*')];
  from.forEach((element, place) => {
    const style = getComputedStyle(element);
    for (const name of STYLES) (to[place] as SVGElement).style.setProperty(name, style.getPropertyValue(name));
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return copy;
}

export async function savePng(svg: SVGSVGElement, title: string, name: string): Promise<void> {
  const { width, height } = svg.getBoundingClientRect();
  const copy = standalone(svg);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = SCALE * (width + 2 * MARGIN);
  canvas.height = SCALE * (height + 2 * MARGIN + TITLE);
  const context = canvas.getContext('2d');
  if (!context) return;
  const card = getComputedStyle(svg.closest('.card') ?? svg);
  context.scale(SCALE, SCALE);
  context.fillStyle = card.backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = card.color;
  context.font = `600 13px ${card.fontFamily}`;
  context.fillText(title, MARGIN, MARGIN + 12);
  context.drawImage(picture, MARGIN, MARGIN + TITLE, width, height);
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'));
  if (blob) save(blob, `${name}.png`);
}
