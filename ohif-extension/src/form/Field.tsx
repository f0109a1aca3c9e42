/** One item: label, control, help, and what is wrong with it. */
import type { ComponentType, ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { OtherSources, SourceOf } from '../panels/Provenance';
import { answer, type Problem } from '../store';
import type { Json } from '../types/api';
import { Badges, Chips, Lookup, NumberField, Segmented, TextField, Tiles, type ControlProps } from './controls';
import { LiverMap } from './LiverMap';
import { isAnswered, type Item } from './model';

const CONTROLS: Record<string, ComponentType<ControlProps>> = {
  segmented: Segmented,
  chips: Chips,
  tiles: Tiles,
  lookup: Lookup,
  number: NumberField,
  liver_map: LiverMap,
  badges: Badges,
  text: TextField,
};
/** Controls that need the whole width, and those that may be taller than a line. */
const STACKED = ['tiles', 'liver_map', 'badges', 'text'];
const TALL = ['chips', 'lookup'];

export interface FieldProps {
  group: string;
  index: number | null;
  item: Item;
  value: Json | undefined;
  problem: Problem | null;
  titled?: boolean;
  /** Required here and now, though not by the template. */
  needed?: boolean;
}

export function Field({ group, index, item, value, problem, titled = true, needed = false }: FieldProps): ReactElement | null {
  const { language, t } = useSurroundings();
  const hints = item.schema['x-hepatia'];
  const Control = CONTROLS[hints.control];
  if (!Control) return null;
  const path = index === null ? `${group}.${item.name}` : `${group}.${index}.${item.name}`;
  const bad = problem !== null && (problem.path === path || problem.path.startsWith(`${path}.`));
  const mark = bad ? ' bad' : (hints.required || needed) && !isAnswered(value) ? ' missing' : '';
  const shape = STACKED.includes(hints.control) ? ' stack' : TALL.includes(hints.control) ? ' top' : '';
  return (
    <div className={`item${shape}${mark}`} data-path={path}>
      {titled && hints.control !== 'liver_map' && (
        <span className="lbl" title={hints.title[language]}>
          {(hints.short ?? hints.title)[language]} {!hints.required && !needed && <em>{t('optional')}</em>}
        </span>
      )}
      <div className="ctl">
        <Control schema={item.schema} value={value} path={path} invalid={bad} onChange={next => answer(group, index, item.name, next)} />
        {hints.control === 'number' && <SourceOf group={group} index={index} item={item.name} value={value} />}
      </div>
      {hints.control === 'number' && <OtherSources group={group} index={index} item={item.name} value={value} />}
      {needed && !isAnswered(value) && <p className="help">{t('reasonNeeded')}</p>}
      {bad && (
        <p className="msg err" role="alert">
          <Icon name="warn" />
          {problem.message}
        </p>
      )}
    </div>
  );
}
