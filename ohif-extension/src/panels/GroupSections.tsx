/** A group that stands once: its items, gathered by section. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Field } from '../form/Field';
import { isAnswered, membersOf, sections } from '../form/model';
import { getState } from '../store';
import type { Template } from '../types/api';

export function GroupSections({ template, name, index = null }: { template: Template; name: string; index?: number | null }): ReactElement | null {
  const { answers, problem } = getState();
  const { language } = useSurroundings();
  const group = template.schema.properties[name];
  if (!group) return null;
  const member = membersOf(answers, name, group)[index ?? 0] ?? {};
  return (
    <>
      {sections(group).map(section => {
        const [first] = section.items;
        // One wide control alone is titled by its section.
        const alone = section.items.length === 1 && first?.schema['x-hepatia'].control === 'tiles';
        const missing = alone && first && first.schema['x-hepatia'].required && !isAnswered(member[first.name]);
        return (
          <section key={section.name} className="p-sec">
            <header>
              <h3>
                {missing && <span className="missing-dot" />}
                {template.schema['x-hepatia'].sections[section.name]?.[language]}
              </h3>
            </header>
            {section.items.map(item => (
              <Field key={item.name} group={name} index={index} item={item} value={member[item.name]} problem={problem} titled={!alone} />
            ))}
          </section>
        );
      })}
    </>
  );
}
