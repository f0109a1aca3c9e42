/** How well models' pre-annotations stand up to readers, by model and version. */
import type { ReactElement } from 'react';
import type { ModelQuality } from '../types/api';
import type { PageText } from '../pages/texts';
import { decimal } from '../pages/numbers';

export function Models({ models, t }: { models: ModelQuality[]; t: PageText }): ReactElement {
  return (
    <section className="card wide" data-cy="models" aria-label={t('models')}>
      <header>
        <h2>{t('models')}</h2>
        <span className="sub grow">{t('modelsHelp')}</span>
      </header>
      {models.length === 0 ? <p className="t2 t12">{t('noModels')}</p> : <Figures models={models} t={t} />}
    </section>
  );
}

function Figures({ models, t }: { models: ModelQuality[]; t: PageText }): ReactElement {
  return (
    <table className="tbl models">
      <thead>
        <tr>
          <th>{t('model')}</th>
          <th>{t('version')}</th>
          <th>{t('structure')}</th>
          <th className="num">{t('masks')}</th>
          <th aria-hidden="true" />
          <th className="num">{t('average')}</th>
          <th className="num">{t('median')}</th>
          <th className="num">{t('minimum')}</th>
        </tr>
      </thead>
      <tbody>
        {models.map(one => (
          <tr key={`${one.model} ${one.version} ${one.kind}`}>
            <td>{one.model}</td>
            <td>{one.version}</td>
            <td>{t(one.kind)}</td>
            <td className="num">{one.masks}</td>
            <td className="dice" aria-hidden="true">
              <i style={{ width: `${100 * one.mean}%` }} />
            </td>
            {[one.mean, one.median, one.minimum].map((value, place) => (
              <td key={place} className="num">
                {decimal(value, 3)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
