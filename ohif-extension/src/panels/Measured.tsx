/** What the server measured on the masks, as the saved report says it: single values, and a table of what has phases. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { itemsOf, membersOf, type Item } from '../form/model';
import { getState } from '../store';
import type { Json, Language, Member, Template } from '../types/api';

export interface MeasuredProps {
  template: Template;
  group: string;
  /** Of a member of a repeated group; one that was never saved has none, and nothing measured. */
  trackingUid?: Json | undefined;
}

export function Measured({ template, group, trackingUid }: MeasuredProps): ReactElement | null {
  const { language, t } = useSurroundings();
  const schema = template.schema.properties[group];
  const member = schema && savedMember(template, group, trackingUid);
  if (!schema || !member) return null;
  const items = itemsOf(schema).filter(item => item.schema['x-hepatia'].measured && typeof member[item.name] === 'number');
  if (items.length === 0) return null;
  const section = items[0]?.schema['x-hepatia'].section ?? '';
  return (
    <section className="p-sec" data-cy={`measured-${group}`}>
      <header>
        <h3>{template.schema['x-hepatia'].sections[section]?.[language]}</h3>
        <span className="grow">{t('asSaved')}</span>
      </header>
      {items.filter(item => !item.schema['x-hepatia'].phase).map(item => (
        <div className="item" key={item.name} data-path={`${group}.${item.name}`}>
          <span className="lbl" title={item.schema['x-hepatia'].help?.[language]}>
            {item.schema['x-hepatia'].title[language]}
          </span>
          <span className="num">{shown(item, member, language)}</span>
        </div>
      ))}
      <PhaseTable template={template} member={member} items={items.filter(item => item.schema['x-hepatia'].phase)} />
    </section>
  );
}

function PhaseTable({ template, member, items }: { template: Template; member: Member; items: Item[] }): ReactElement | null {
  const { language } = useSurroundings();
  if (items.length === 0) return null;
  const phases = Object.entries(template.schema['x-hepatia'].phases ?? {});
  const quantities = [...new Set(items.map(item => item.schema['x-hepatia'].measured))];
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th />
          {phases.map(([name, phase]) => (
            <th key={name} className="num" title={phase[language]}>
              {(phase.short ?? phase)[language]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {quantities.map(quantity => {
          const row = items.filter(item => item.schema['x-hepatia'].measured === quantity);
          const hints = row[0]?.schema['x-hepatia'];
          return (
            <tr key={quantity} title={hints?.help?.[language]}>
              <th scope="row">
                {(hints?.short ?? hints?.title)?.[language]} ({hints?.unit_label?.[language]})
              </th>
              {phases.map(([name]) => {
                const item = row.find(one => one.schema['x-hepatia'].phase === name);
                return (
                  <td key={name} className="num">
                    {item ? number(item, member, language) : '–'}
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function savedMember(template: Template, group: string, trackingUid: Json | undefined): Member | undefined {
  const { report } = getState();
  const schema = template.schema.properties[group];
  if (!report || !schema) return undefined;
  const members = membersOf(report.answers, group, schema);
  return schema.type === 'array' ? members.find(one => trackingUid && one.tracking_uid === trackingUid) : members[0];
}

function number(item: Item, member: Member, language: Language): string {
  const digits = item.schema['x-hepatia'].decimals ?? 0;
  const locale = language === 'pt' ? 'pt-BR' : 'en-GB';
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false };
  return Number(member[item.name]).toLocaleString(locale, options);
}

const shown = (item: Item, member: Member, language: Language): string =>
  `${number(item, member, language)} ${item.schema['x-hepatia'].unit_label?.[language].replace('cm3', 'cm³') ?? ''}`;
