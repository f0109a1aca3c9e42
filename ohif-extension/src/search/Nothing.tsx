/** No exam fits: which filter, taken away, would give the most. */
import { useEffect, useState, type ReactElement } from 'react';
import { getFound } from '../client';
import { valueSaid } from '../pages/Tokens';
import { go, isFilter, pathOf, withoutPaths, write } from '../pages/filters';
import { titleOf } from '../pages/labels';
import type { ResultsProps } from './Results';
import { grouped } from '../pages/numbers';

interface Way {
  path: string;
  total: number;
}

export function Nothing({ filters, template, language, t }: Omit<ResultsProps, 'found'>): ReactElement {
  const [ways, setWays] = useState<Way[]>([]);
  const asked = write(filters.filter(isFilter));
  useEffect(() => {
    let current = true;
    const paths = [...new Set(filters.filter(isFilter).map(([name]) => pathOf(name)))];
    const count = async (path: string): Promise<Way> => {
      const query = write([...withoutPaths(filters, [path]), ['page_size', '1']]);
      return { path, total: (await getFound(query, language)).total };
    };
    Promise.all(paths.map(count)).then(
      found => current && setWays(found.filter(way => way.total > 0).sort((a, b) => b.total - a.total)),
      () => current && setWays([]),
    );
    return () => {
      current = false;
    };
    // The filters are what `asked` says.
  }, [asked, language]);
  const said = (path: string): string => `${titleOf(path, template, language)} ${valueSaid(path, filters, template, language)}`;
  return (
    <div className="nothing" data-cy="nothing">
      <p className="strong">{t(filters.some(isFilter) ? 'none' : 'empty')}</p>
      <ul>
        {ways.map(({ path, total }) => (
          <li key={path}>
            <button type="button" className="btn ghost" onClick={() => go(withoutPaths(filters, [path]))}>
              {t('without')} “{said(path)}”: {grouped(total)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
