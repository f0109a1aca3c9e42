/** One item: its name, its control, help, and what is wrong with it. */
import { useId, type ReactElement, type ReactNode } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { OtherSources, SourceOf } from '../panels/Provenance';
import { answer, getState, type Problem } from '../store';
import type { Json } from '../types/api';
import type { Proposal } from './control';
import { CONTROLS } from './controls';
import { isAnswered, type Item } from './model';
import { shownNumber } from './numbers';
import { problemAt, tooLow, type AtItem } from './problems';
import { proposalFor } from './proposals';

/** Controls that need the whole width, and those that may be taller than a line. */
const STACKED = ['tiles', 'liver_map', 'badges', 'text'];
const TALL = ['chips', 'lookup'];
/** Controls of several inputs: a fieldset with a legend; the others have a label. */
const GROUPS: Record<string, 'radiogroup' | 'group'> = {
  segmented: 'radiogroup',
  tiles: 'radiogroup',
  badges: 'radiogroup',
  chips: 'group',
  liver_map: 'group',
};
/** These show their name themselves. */
const TITLED_INSIDE = ['liver_map'];

export interface FieldProps {
  group: string;
  index: number | null;
  item: Item;
  value: Json | undefined;
  problem: Problem | null;
  titled?: boolean;
  /** Required here and now, though not by the template. */
  needed?: boolean;
  /** Beside what the template proposes. */
  proposal?: Proposal | null | undefined;
}

export function Field(props: FieldProps): ReactElement | null {
  const { group, index, item, value, titled = true, needed = false } = props;
  const { language, t } = useSurroundings();
  const id = useId();
  const hints = item.schema['x-hepatia'];
  const Control = CONTROLS[hints.control];
  const path = index === null ? `${group}.${item.name}` : `${group}.${index}.${item.name}`;
  const wrong = useWrong(path, props);
  const proposal = useProposal(path, props);
  if (!Control) return null;
  const required = hints.required || needed;
  const help = needed && !isAnswered(value) ? t('reasonNeeded') : hints.help?.[language];
  const change = (next: Json | undefined): void => answer(group, index, item.name, next);
  const described = [help && `${id}-help`, wrong && `${id}-wrong`].filter(Boolean).join(' ');
  return (
    <Frame
      id={id}
      className={`item${shapeOf(hints.control, titled)}${wrong ? ' bad' : required && !isAnswered(value) ? ' missing' : ''}`}
      path={path}
      role={GROUPS[hints.control]}
      required={required}
      invalid={wrong !== null}
      name={<Name item={item} required={required} />}
      hidden={!titled || TITLED_INSIDE.includes(hints.control)}
    >
      <div className="ctl">
        <Control schema={item.schema} describedBy={described || undefined} invalid={wrong !== null} onChange={change} {...{ value, path, id, required, proposal }} />
        {hints.control === 'number' && <SourceOf group={group} index={index} item={item.name} value={value} />}
      </div>
      {hints.control === 'number' && <OtherSources group={group} index={index} item={item.name} value={value} />}
      {help && (
        <p id={`${id}-help`} className={needed || item.schema.type === 'integer' ? 'help below' : 'unseen'}>
          {help}
        </p>
      )}
      {wrong && <Wrong id={`${id}-wrong`} wrong={wrong} item={item} onUse={change} />}
    </Frame>
  );
}

const shapeOf = (control: string, titled: boolean): string =>
  STACKED.includes(control) ? (titled ? ' stack' : ' stack untitled') : TALL.includes(control) ? ' top' : '';

/** What the server refused comes before what is found here. */
function useWrong(path: string, { item, value, problem }: FieldProps): AtItem | null {
  const { language } = useSurroundings();
  const { template, answers } = getState();
  if (problem !== null && (problem.path === path || problem.path.startsWith(`${path}.`))) return { text: problem.message, use: null };
  return problemAt(path, value, item.schema, language, template !== null && tooLow(template.schema, answers).includes(path));
}

function useProposal(path: string, { proposal }: FieldProps): Proposal | null | undefined {
  const { template, answers } = getState();
  return proposal ?? (template ? proposalFor(template.schema, answers, path) : undefined);
}

interface FrameProps {
  id: string;
  className: string;
  path: string;
  role: 'radiogroup' | 'group' | undefined;
  required: boolean;
  invalid: boolean;
  name: ReactNode;
  hidden: boolean;
  children: ReactNode;
}

function Frame({ id, className, path, role, required, invalid, name, hidden, children }: FrameProps): ReactElement {
  const seen = hidden ? 'lbl unseen' : 'lbl';
  if (!role) {
    return (
      <div className={className} data-path={path}>
        <label className={seen} htmlFor={id}>
          {name}
        </label>
        {children}
      </div>
    );
  }
  const asked = role === 'radiogroup' ? { role, 'aria-required': required, 'aria-invalid': invalid } : {};
  return (
    <fieldset className={className} data-path={path} {...asked}>
      <legend className={seen}>{name}</legend>
      {children}
    </fieldset>
  );
}

function Name({ item, required }: { item: Item; required: boolean }): ReactElement {
  const { language, t } = useSurroundings();
  const hints = item.schema['x-hepatia'];
  const [long, short] = [hints.title[language], (hints.short ?? hints.title)[language]];
  return (
    <span title={hints.help ? `${long}. ${hints.help[language]}` : long}>
      {short === long ? (
        long
      ) : (
        <>
          <span aria-hidden="true">{short}</span>
          <span className="unseen">{long}</span>
        </>
      )}{' '}
      {!required && <em>{t('optional')}</em>}
    </span>
  );
}

function Wrong({ id, wrong, item, onUse }: { id: string; wrong: AtItem; item: Item; onUse: (value: number) => void }): ReactElement {
  const { language, writes, t } = useSurroundings();
  const { use } = wrong;
  return (
    <div className="wrong">
      <p id={id} className="msg err" role="alert">
        <Icon name="warn" />
        {wrong.text}
      </p>
      {use !== null && writes && (
        <button type="button" className="btn ghost" data-cy="use-meant" onClick={() => onUse(use)}>
          {t('use')} {shownNumber(use, item.schema, language)}
        </button>
      )}
    </div>
  );
}
