/** The answers of two readers: what differs stands open, what agrees is folded with a count. */
import type { ReactElement } from 'react';
import { decimal, inWords, memberInWords } from '../differences';
import { suffix } from '../form/controls';
import { Icon } from '../icons';
import type { PageText } from '../pages/texts';
import type { Json, Language, Member, ReportInfo, Template } from '../types/api';
import { personName } from '../panels/times';
import type { Part, Row } from './comparing';
import { keyOf, nameOfPart } from './structures';

interface AnswersProps {
  parts: Part[];
  a: ReportInfo;
  b: ReportInfo;
  template: Template;
  language: Language;
  t: PageText;
  /** The nodule in the image, and how another one comes there. */
  structure: string;
  onShow: ((key: string) => void) | null;
}

export function Answers(props: AnswersProps): ReactElement {
  const { parts, a, b, t } = props;
  return (
    <table className="cmp" data-cy="answers">
      <thead>
        <tr>
          <th>{t('answer')}</th>
          <th>
            <i className="dot a" /> A · {personName(a.author)}
          </th>
          <th>
            <i className="dot b" /> B · {personName(b.author)}
          </th>
        </tr>
      </thead>
      {parts
        .filter(part => part.rows.length > 0 || part.number !== null)
        .map(part => (
          <OnePart key={keyOf(part)} part={part} {...props} />
        ))}
    </table>
  );
}

function OnePart({ part, ...props }: AnswersProps & { part: Part }): ReactElement {
  const { language, t, structure, onShow } = props;
  const differing = part.rows.filter(row => !row.agrees);
  const agreeing = part.rows.filter(row => row.agrees);
  const alone = part.a && part.b ? '' : `${t('onlyIn')} ${part.a ? 'A' : 'B'}`;
  const how = part.pair?.how ? t(`how.${part.pair.how}`) : '';
  const count = differing.length > 0 ? `${differing.length} ${t(differing.length === 1 ? 'differ.one' : 'differ')}` : '';
  const name = nameOfPart(part, language, t);
  const key = keyOf(part);
  return (
    <tbody data-cy={`part-${key}`} className={structure === key ? 'cur' : ''}>
      <tr className="g">
        <th colSpan={3} scope="rowgroup">
          {part.number !== null && <i className={`swatch sg-${((part.number - 1) % 6) + 1}`} />}{' '}
          {part.number !== null && onShow ? (
            <button type="button" className="cell" onClick={() => onShow(key)}>
              {name}
            </button>
          ) : (
            name
          )}{' '}
          <span className="t2">{[alone || how, count].filter(Boolean).join(', ')}</span>
        </th>
      </tr>
      {alone !== '' && <Alone part={part} {...props} />}
      {differing.map(row => (
        <Line key={row.name} row={row} {...props} />
      ))}
      {agreeing.length > 0 && <Agreeing rows={agreeing} {...props} />}
    </tbody>
  );
}

function Alone({ part, template, language, t }: AnswersProps & { part: Part }): ReactElement {
  const group = template.schema.properties[part.group];
  const told = (member: Member | null): string => (member && group ? memberInWords(group, member, language) : t('notDescribed'));
  return (
    <tr className="row" data-differs>
      <td className="l">{t('nodule')}</td>
      <td>
        <span className="opt">{told(part.a)}</span>
      </td>
      <td>
        <span className="opt">{told(part.b)}</span>
      </td>
    </tr>
  );
}

function Line({ row, language, t }: Pick<AnswersProps, 'language' | 't'> & { row: Row }): ReactElement {
  const isDerived = row.item['x-hepatia'].control === 'badges';
  const unit = row.item['x-hepatia'].unit === '1' ? '' : (row.item['x-hepatia'].unit_label?.[language] ?? row.item['x-hepatia'].unit ?? '');
  return (
    <tr className="row" data-differs data-cy={`row-${row.name}`}>
      <td className="l">
        {row.title[language]}
        {row.by !== null && <span className="t11 t2 under">Δ {[decimal(Number(row.by.toFixed(1)), language), unit].filter(Boolean).join(' ')}</span>}
        {isDerived && <span className="t11 t2 under">{t('fromFeatures')}</span>}
      </td>
      <td>
        <span className="opt">
          <Value row={row} value={row.a} language={language} />
        </span>
      </td>
      <td>
        <span className="opt">
          <Value row={row} value={row.b} language={language} />
        </span>
      </td>
    </tr>
  );
}

/** Folded: a row of their own each, once opened, with the number of each reader where both are only nearly the same. */
function Agreeing({ rows, language, t }: Pick<AnswersProps, 'language' | 't'> & { rows: Row[] }): ReactElement {
  const near = rows.filter(row => row.by !== null && row.by > 0).length;
  return (
    <tr className="ag">
      <td colSpan={3}>
        <details>
          <summary>
            {rows.length} {t(rows.length === 1 ? 'agree.one' : 'agree')}
            {near > 0 && `, ${near} ${t('withinTolerance')}`}
          </summary>
          <dl>
            {rows.map(row => (
              <div key={row.name} className="same">
                <dt>{row.title[language]}</dt>
                <dd>
                  <Value row={row} value={row.a} language={language} />
                  {row.by !== null && row.by > 0 && <span className="t2"> · {inWords(row.item, row.b, language)}</span>} <Icon name="check" small />
                </dd>
              </div>
            ))}
          </dl>
        </details>
      </td>
    </tr>
  );
}

function Value({ row, value, language }: { row: Row; value: Json | undefined; language: Language }): ReactElement {
  if (row.item['x-hepatia'].control === 'badges' && typeof value === 'string') return <span className={`lr lr-${suffix(value)}`}>{value}</span>;
  return <>{inWords(row.item, value, language)}</>;
}
