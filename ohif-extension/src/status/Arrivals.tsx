/** What arrived in the last 24 hours, by the hour; what was refused on top. */
import type { ReactElement } from 'react';
import type { PageText } from '../pages/texts';
import type { Language } from '../types/api';
import type { Hour, StatusDetails } from '../types/pages';
import { grouped } from '../pages/numbers';

const WIDTH = 640;
const HEIGHT = 104;
const GAP = 4;
const LABELS = 28;

export function Arrivals({ arrivals, language, t }: { arrivals: StatusDetails['arrivals']; language: Language; t: PageText }): ReactElement {
  const studies = arrivals.hours.reduce((sum, one) => sum + one.studies, 0);
  return (
    <section className="card" aria-label={t('arrivals')} data-cy="arrivals">
      <header>
        <h2>{t('arrivals')}</h2>
        <span className="sub grow">{t('arrivalsHelp')}</span>
      </header>
      <div className="line figures">
        <Figure value={arrivals.stored} of={t('stored')} />
        <Figure value={arrivals.refused} of={t('refusedCount')} />
        <Figure value={studies} of={t('studiesArrived')} />
        <span className="grow" />
        <span className="line t11 t2">
          <i className="lg stored" /> {t('storedShort')} <i className="lg refused" /> {t('refusedCount')}
        </span>
      </div>
      <Hours hours={arrivals.hours} language={language} t={t} />
    </section>
  );
}

const Figure = ({ value, of }: { value: number; of: string }): ReactElement => (
  <div className="kpi">
    <b>{grouped(value)}</b>
    <span>{of}</span>
  </div>
);

const clock = (iso: string, language: Language): string =>
  new Date(iso).toLocaleTimeString(language === 'pt' ? 'pt-BR' : 'en-GB', { hour: '2-digit', minute: '2-digit' });

function Hours({ hours, language, t }: { hours: Hour[]; language: Language; t: PageText }): ReactElement {
  const most = Math.max(1, ...hours.map(one => one.stored + one.refused));
  const step = WIDTH / Math.max(1, hours.length);
  const high = (count: number): number => (count ? Math.max(1.5, ((HEIGHT - 8) * count) / most) : 0);
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + LABELS}`} className="hours" aria-hidden="true">
        {[1 / 3, 2 / 3, 1].map(part => (
          <line key={part} x1={0} x2={WIDTH} y1={HEIGHT - (HEIGHT - 8) * part} y2={HEIGHT - (HEIGHT - 8) * part} />
        ))}
        <line x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        {hours.map((one, place) => {
          const [stored, refused] = [high(one.stored), high(one.refused)];
          const x = place * step + GAP / 2;
          return (
            <g key={one.hour}>
              <title>{`${clock(one.hour, language)}: ${one.stored} + ${one.refused}`}</title>
              <rect className="stored" x={x} y={HEIGHT - stored} width={step - GAP} height={stored} rx={1.5} />
              <rect className="refused" x={x} y={HEIGHT - stored - refused - (refused ? 1 : 0)} width={step - GAP} height={refused} rx={1.5} />
              {place % 4 === 0 && (
                <text x={x} y={HEIGHT + 18}>
                  {clock(one.hour, language)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <table className="unseen">
        <caption>{t('arrivals')}</caption>
        <tbody>
          {hours.map(one => (
            <tr key={one.hour}>
              <th scope="row">{clock(one.hour, language)}</th>
              <td>{one.stored}</td>
              <td>{one.refused}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
