/** A group that stands once, or one member of a group that repeats: its items, gathered by section. */
import { Fragment, type ReactElement, type ReactNode } from 'react';
import { useSurroundings } from '../context';
import { Field } from '../form/Field';
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
  /** What stands before a section. */
  before?: Record<string, ReactNode>;
  /** What stands below an item. */
  below?: Record<string, ReactNode>;
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
        const shown = { ...section, items };
        return (
          <div key={section.name} style={{ display: 'contents' }}>
            {arrangement.before?.[section.name]}
            {arrangement.folded?.includes(section.name) ? (
              <details className="p-sec folded" open={items.some(item => isAnswered(member[item.name]))} data-cy={`section-${section.name}`}>
                <summary>{title}</summary>
                <Fields section={shown} name={name} index={index} member={member} needed={arrangement.needed} below={arrangement.below} />
              </details>
            ) : (
              <Open section={shown} title={title} name={name} index={index} member={member} needed={arrangement.needed} below={arrangement.below} />
            )}
          </div>
        );
      })}
    </>
  );
}

interface FieldsProps {
  section: Section;
  name: string;
  index: number | null;
  member: Member;
  needed: string[] | undefined;
  below: Record<string, ReactNode> | undefined;
}

function Open({ title, ...fields }: FieldsProps & { title: string }): ReactElement {
  const [first] = fields.section.items;
  const missing = isAlone(fields.section) && first && first.schema['x-hepatia'].required && !isAnswered(fields.member[first.name]);
  return (
    <section className="p-sec">
      <header>
        <h3>
          {missing && <span className="missing-dot" />}
          {title}
        </h3>
      </header>
      <Fields {...fields} />
    </section>
  );
}

function Fields({ section, name, index, member, needed, below }: FieldsProps): ReactElement {
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
            needed={needed?.includes(item.name) ?? false}
          />
          {below?.[item.name]}
        </Fragment>
      ))}
    </>
  );
}

/** One wide control alone is titled by its section. */
const isAlone = (section: Section): boolean =>
  section.items.length === 1 && section.items[0]?.schema['x-hepatia'].control === 'tiles';
