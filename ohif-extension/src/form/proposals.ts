/** Answers that follow from others, as the template says: proposed, never chosen silently. */
import type { Alternative, Answers, Json, Member, ProposalRule, TemplateSchema, Wanted } from '../types/api';
import type { Proposal } from './control';
import { isAnswered, membersOf } from './model';

/** What is proposed for an item; null where its rules propose nothing yet, undefined where it has none. */
export function proposalFor(schema: TemplateSchema, answers: Answers, path: string): Proposal | null | undefined {
  const rules = (schema['x-hepatia'].proposals ?? []).filter(rule => rule.path === path);
  if (rules.length === 0) return undefined;
  return rules.find(rule => isReady(rule, schema, answers) && holds(rule.when, schema, answers) && !holds(rule.unless, schema, answers)) ?? null;
}

/** Whether every member has answered what the rule asks of it: one more nodule could change what is proposed. */
function isReady(rule: ProposalRule, schema: TemplateSchema, answers: Answers): boolean {
  return rule.when.flatMap(one => Object.keys(one)).every(asked => {
    const [group = '', item = ''] = asked.split('.');
    return members(group, schema, answers).every(member => isAnswered(member[item]));
  });
}

const holds = (alternatives: Alternative[], schema: TemplateSchema, answers: Answers): boolean =>
  alternatives.some(one =>
    [...new Set(Object.keys(one).map(path => path.split('.')[0] ?? ''))].every(group =>
      members(group, schema, answers).some(member => memberHas(member, group, one)),
    ),
  );

const memberHas = (member: Member, group: string, alternative: Alternative): boolean =>
  Object.entries(alternative).every(([path, wanted]) => {
    const [of, item = ''] = path.split('.');
    return of !== group || has(member[item], wanted);
  });

function has(answer: Json | undefined, wanted: Wanted): boolean {
  if (!isAnswered(answer)) return false;
  if (Array.isArray(wanted)) return (Array.isArray(answer) ? answer : [answer]).some(one => wanted.includes(String(one)));
  return typeof answer === 'number' && answer >= (wanted.min ?? answer) && answer <= (wanted.max ?? answer);
}

function members(group: string, schema: TemplateSchema, answers: Answers): Member[] {
  const described = schema.properties[group];
  return described ? membersOf(answers, group, described) : [];
}
