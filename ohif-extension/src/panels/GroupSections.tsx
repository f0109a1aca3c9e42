/** A group that stands once, or one member of a group that repeats: its items, gathered by section. */
import { Fragment, type ReactElement, type ReactNode } from 'react';
import { useSurroundings } from '../context';
import { Field } from '../form/Field';
import { RestNo } from '../form/RestNo';
import type { Proposal } from '../form/control';
import { isAnswered, membersOf, sections, type Section } from '../form/model';
import { getState } from '../store';
import type { Member, Template } from '../types/api';

export interface Arrangement {
  /** Items that are not drawn. */
  hidden?: string[];
  /** Items that are required though the template does not say so. */
  needed?: string[];
  /** Sections that are closed until something in them is answered. */
  folded?: string[];
  /** What stands before a section, and what stands in its place. */
  before?: Record<string, ReactNode>;
  instead?: Record<string, ReactNode>;
  /** What stands below an item. */
  below?: Record<string, ReactNode>;
  /** What is proposed for items, beside what the template proposes. */
  proposals?: Record<string, Proposal | null>;
}

export interface GroupSectionsProps {
  template: Template;
  name: string;
  index?: number | null;
  arrangement?: Arrangement;
}

export function GroupSections({ template, name, index = null, arrangement = {} }: GroupSectionsProps): ReactElement | null {
  const { answers } = getState();
  const { language } = useSurroundings();
  const group = template.schema.properties[name];
  if (!group) return null;
  const member = membersOf(answers, name, group)[index ?? 0] ?? {};
  return (
    <>
      {sections(group).map(section => {
        const items = section.items.filter(item => !arrangement.hidden?.includes(item.name));
        const title = template.schema['x-hepatia'].sections[section.name]?.[language] ?? '';
        const fields = { section: { ...section, items }, title, name, index, member, arrangement };
        const instead = arrangement.instead?.[section.name];
        const Shape = arrangement.folded?.includes(section.name) ? Folded : Open;
        return (
          <Fragment key={section.name}>
            {arrangement.before?.[section.name]}
            {instead ?? <Shape {...fields} />}
          </Fragment>
        );
      })}
    </>
  );
}

interface FieldsProps {
  section: Section;
  title: string;
  name: string;
  index: number | null;
  member: Member;
  arrangement: Arrangement;
}

function Folded(fields: FieldsProps): ReactElement {
  const { section, title, member } = fields;
  return (
    <details className="p-sec folded" open={section.items.some(item => isAnswered(member[item.name]))} data-cy={`section-${section.name}`}>
      <summary>{title}</summary>
      <Fields {...fields} />
    </details>
  );
}

function Open(fields: FieldsProps): ReactElement {
  const { section, title, name, index, member } = fields;
  const [first] = section.items;
  const missing = isAlone(section) && first && first.schema['x-hepatia'].required && !isAnswered(member[first.name]);
  return (
    <section className="p-sec">
      <header>
        <h3>
          {missing && <span className="missing-dot" />}
          {title}
        </h3>
        <span className="grow" />
        <RestNo group={name} index={index} items={section.items} member={member} />
      </header>
      <Fields {...fields} />
    </section>
  );
}

function Fields({ section, name, index, member, arrangement }: FieldsProps): ReactElement {
  const { problem } = getState();
  return (
    <>
      {section.items.map(item => (
        <Fragment key={item.name}>
          <Field
            group={name}
            index={index}
            item={item}
            value={member[item.name]}
            problem={problem}
            titled={!isAlone(section)}
            needed={arrangement.needed?.includes(item.name) ?? false}
            proposal={arrangement.proposals?.[item.name]}
          />
          {arrangement.below?.[item.name]}
        </Fragment>
      ))}
    </>
  );
}

/** One wide control alone is titled by its section. */
const isAlone = (section: Section): boolean =>
  section.items.length === 1 && section.items[0]?.schema['x-hepatia'].control === 'tiles';
