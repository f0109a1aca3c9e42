/** What the index holds, against what is in DICOM. */
import { useState, type ReactElement } from 'react';
import { postRebuild } from '../client';
import { momentSaid } from '../exports/format';
import { reasonOf } from '../exports/useExports';
import type { PageText } from '../pages/texts';
import type { Language } from '../types/api';
import type { IndexDetails } from '../types/pages';
import { decimal, grouped } from '../pages/numbers';

interface IndexProps {
  index: IndexDetails;
  isAdmin: boolean;
  again: () => void;
  language: Language;
  t: PageText;
}

const KINDS = ['reports', 'segmentations', 'studies'] as const;

export function IndexCard({ index, isAdmin, again, language, t }: IndexProps): ReactElement {
  const [problem, setProblem] = useState<string | null>(null);
  const rebuild = (): void =>
    void postRebuild().then(
      () => {
        setProblem(null);
        again();
      },
      (error: unknown) => setProblem(reasonOf(error)),
    );
  return (
    <section className="card" aria-label={t('index')} data-cy="index">
      <header>
        <h2>{t('index')}</h2>
        <span className="sub grow">
          {t('indexHelp')} · {grouped(index.pending)} {t('pending')}
          {index.lag_s !== null && `, ${t('lag')} ${decimal(index.lag_s, 1)} s`}
        </span>
      </header>
      <div className="kinds">
        {KINDS.map(kind => (
          <Kind key={kind} name={t(`kind.${kind}`)} {...index.counts[kind]} t={t} />
        ))}
      </div>
      <div className="line foot">
        <span className="t12 t2 grow">{rebuildSaid(index, language, t)}</span>
        {isAdmin && (
          <button type="button" className="btn" disabled={index.rebuilding !== null} onClick={rebuild}>
            {t('rebuild')}
          </button>
        )}
      </div>
      {problem !== null && <p role="alert">{problem || t('failed')}</p>}
    </section>
  );
}

function rebuildSaid({ rebuilding, last_rebuild: last }: IndexDetails, language: Language, t: PageText): string {
  if (rebuilding) return `${t('rebuilding')} ${grouped(rebuilding.done)} ${t('of')} ${grouped(rebuilding.of)}`;
  if (!last) return t('neverRebuilt');
  const took = last.seconds === null ? '' : `, ${Math.round(last.seconds)} s`;
  return `${t('lastRebuild')} ${momentSaid(last.started, language)}${took}`;
}

function Kind({ name, indexed, dicom, t }: { name: string; indexed: number; dicom: number; t: PageText }): ReactElement {
  const share = dicom ? Math.min(100, (100 * indexed) / dicom) : 100;
  return (
    <div>
      <div className="line t12">
        <span className="grow">{name}</span>
        <span className="num">
          {grouped(indexed)} <span className="t2">{t('of')} {grouped(dicom)} {t('inDicom')}</span>
        </span>
      </div>
      <div className="bar" aria-hidden="true">
        <i style={{ width: `${share}%`, background: indexed < dicom ? 'var(--hep-warn)' : 'var(--hep-ok)' }} />
      </div>
    </div>
  );
}
