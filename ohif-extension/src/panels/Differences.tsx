/** What differs between two versions: the old answer struck through, the new one beside it. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { differences, inWords, memberInWords, type Difference } from '../differences';
import { suffix } from '../form/controls';
import type { Answers, Json, Member, Template } from '../types/api';
import { filled } from '../words/reports';

export interface DifferencesProps {
  template: Template;
  before: Answers;
  after: Answers;
  /** What the two are called. */
  from: string;
  to: string;
}

export function Differences({ template, before, after, from, to }: DifferencesProps): ReactElement {
  const { t } = useSurroundings();
  const found = differences(template, before, after);
  if (found.length === 0) return <p className="help">{t('sameAnswers')}</p>;
  return (
    <table className="tbl diff" data-cy="differences" aria-label={filled(t('differencesOf'), { from, to })}>
      <thead>
        <tr>
          <th>{t('item')}</th>
          <th>{from}</th>
          <th>{to}</th>
        </tr>
      </thead>
      <tbody>
        {found.map(one => (
          <Row key={`${one.path} ${one.after === undefined}`} template={template} one={one} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ template, one }: { template: Template; one: Difference }): ReactElement {
  const { t, language } = useSurroundings();
  const title = one.title[language];
  const member = one.member === null ? '' : `${t('nodule')} ${one.member}`;
  const absent = (why: 'came' | 'went'): string => (one.item ? '–' : t(why));
  const words = [member, one.item && (member ? title.toLowerCase() : title)].filter(Boolean).join(' · ');
  return (
    <tr data-path={`difference:${one.path}`}>
      <td className="t2">{words}</td>
      <td>{one.before === undefined ? absent('came') : <del>{<Answered template={template} one={one} value={one.before} />}</del>}</td>
      <td>{one.after === undefined ? absent('went') : <ins>{<Answered template={template} one={one} value={one.after} />}</ins>}</td>
    </tr>
  );
}

function Answered({ template, one, value }: { template: Template; one: Difference; value: Json }): ReactElement {
  const { language } = useSurroundings();
  const group = template.schema.properties[one.path.split('.')[0] ?? ''];
  if (!one.item) return <>{group ? memberInWords(group, value as Member, language) : ''}</>;
  if (one.item['x-hepatia'].control === 'badges' && typeof value === 'string') return <span className={`lr lr-${suffix(value)}`}>{value}</span>;
  return <>{inWords(one.item, value, language)}</>;
}
