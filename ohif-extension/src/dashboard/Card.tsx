/** The frame of a chart: its title, what it counts, the drawing, the same as a table, and its ways out: PNG and CSV. */
import { useRef, type ReactElement, type ReactNode } from 'react';
import type { PageText } from '../pages/texts';
import { saveCsv, savePng } from './saving';

export interface Row {
  label: string;
  said: string;
  count: number;
  share?: string;
  pressed?: boolean;
  choose?: () => void;
}

interface CardProps {
  name: string;
  span: number;
  title: string;
  about: string;
  rows: Row[];
  t: PageText;
  children: ReactNode;
}

export function Card({ name, span, title, about, rows, t, children }: CardProps): ReactElement {
  const place = useRef<HTMLElement>(null);
  const save = (): void => {
    const svg = place.current?.querySelector<SVGSVGElement>('.drawn svg');
    if (svg) void savePng(svg, `${title} · ${about}`, name);
  };
  return (
    <section ref={place} className="card" style={{ gridColumn: `span ${span}` }} data-chart={name} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="sub grow">{about}</span>
        <span className="ways">
          <button type="button" className="btn ghost" aria-label={`PNG: ${title}`} onClick={save}>
            PNG
          </button>
          <button type="button" className="btn ghost" aria-label={`CSV: ${title}`} onClick={() => saveCsv(rows, name)}>
            CSV
          </button>
        </span>
      </header>
      {rows.some(row => row.count > 0) ? (
        <div className="drawn" role="img" aria-label={`${title}, ${about}`}>
          {children}
        </div>
      ) : (
        <p className="t2 t12">{t('nothing')}</p>
      )}
      <Table title={title} rows={rows} />
    </section>
  );
}

function Table({ title, rows }: { title: string; rows: Row[] }): ReactElement {
  return (
    <table className="vh-table">
      <caption>{title}</caption>
      <tbody>
        {rows.map(row => (
          <tr key={row.label}>
            <th scope="row">
              {row.choose ? (
                <button type="button" aria-pressed={row.pressed} onClick={row.choose}>
                  {row.said}
                </button>
              ) : (
                row.said
              )}
            </th>
            <td>{row.count}</td>
            <td>{row.share}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
