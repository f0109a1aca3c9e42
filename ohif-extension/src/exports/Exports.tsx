/** The exports page: datasets that were asked for, how far they are, and what there is to fetch. */
import type { ReactElement } from 'react';
import { deleteExport } from '../client';
import { Page } from '../pages/Page';
import { addressOf } from '../pages/Navigation';
import { useQuery } from '../pages/filters';
import { useLanguage } from '../pages/language';
import { followed } from '../pages/opening';
import { addStyles } from '../styles';
import { words, type PageText } from '../pages/texts';
import { useLoaded } from '../pages/useLoaded';
import styles from '../styles/exports.css?inline';
import type { Language } from '../types/api';
import type { Export, ExportsData } from '../types/pages';
import { Downloads, Progress } from './Progress';
import { bytesSaid, momentSaid } from './format';
import { useExports, type Exporting } from './useExports';
import { grouped } from '../pages/numbers';

addStyles('exports', styles);

/** The exports are asked for by themselves, again and again; this is for who asks. */
const nothing = (): Promise<null> => Promise.resolve(null);

export function Exports(): ReactElement {
  const language = useLanguage();
  const query = useQuery();
  const t = words(language);
  const [loaded, wrong] = useLoaded('', language, nothing);
  const { data, problem, act } = useExports();
  return (
    <Page name="exports" me={loaded?.me ?? null} problem={problem ?? wrong} {...{ query, language, t }}>
      <main>
        <h1>{t('exports')}</h1>
        {data && <List data={data} act={act} language={language} t={t} />}
      </main>
    </Page>
  );
}

interface ListProps {
  data: ExportsData;
  act: Exporting['act'];
  language: Language;
  t: PageText;
}

function List({ data, act, language, t }: ListProps): ReactElement {
  return (
    <>
      <p className="t2 t12">
        {t('exportsKept')} {data.kept_days} {t('days')} · {bytesSaid(data.disk.free, language)} {t('free')}
      </p>
      {data.exports.length === 0 ? (
        <p>
          {t('noExports')} <a href={addressOf('search')} onClick={followed}>{t('search')}</a>
        </p>
      ) : (
        <table className="tbl res" data-cy="exports">
          <thead>
            <tr>
              <th>{t('dataset')}</th>
              <th>{t('contents')}</th>
              <th>{t('asked')}</th>
              <th>{t('expires')}</th>
              <th className="num">{t('exams')}</th>
              <th>{t('state')}</th>
              <th>
                <span className="unseen">{t('delete')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.exports.map(one => (
              <Row key={one.id} one={one} act={act} language={language} t={t} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Row({ one, act, language, t }: Omit<ListProps, 'data'> & { one: Export }): ReactElement {
  const { images, masks, answers } = one.include;
  const contents = [
    images !== 'none' && `${t('include.images')}: ${t(`form.${images}`)}`,
    masks !== 'none' && `${t('include.masks')}: ${t(`form.${masks}`)}`,
    answers && t('include.answers'),
  ].filter(Boolean);
  return (
    <tr data-cy="export">
      <td className="what">
        <a href={`${addressOf('search')}?${one.query}`} onClick={followed}>
          {one.name || one.words}
        </a>
        {one.name && <span className="t2 t11">{one.words}</span>}
      </td>
      <td className="t2">{contents.join(' · ')}</td>
      <td className="t2">{momentSaid(one.created, language)}</td>
      <td className="t2">{one.expires ? momentSaid(one.expires, language) : '–'}</td>
      <td className="num">{grouped(one.exams)}</td>
      <td>
        <How one={one} act={act} language={language} t={t} />
      </td>
      <td className="num">
        {one.state !== 'running' && (
          <button type="button" className="btn ghost" aria-label={`${t('delete')}: ${one.name || one.words}`} onClick={() => void act(deleteExport(one.id))}>
            {t('delete')}
          </button>
        )}
      </td>
    </tr>
  );
}

function How(props: Omit<ListProps, 'data'> & { one: Export }): ReactElement {
  const { one, t } = props;
  if (one.state === 'running') return <Progress {...props} />;
  if (one.state === 'done')
    return (
      <span className="line downloads">
        <Downloads {...props} />
      </span>
    );
  return (
    <span className={one.state === 'failed' ? 'err' : 't2'}>
      {t(`export.${one.state}`)} {one.error?.message}
    </span>
  );
}
