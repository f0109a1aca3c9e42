/** The tabs of the panel; each tells how much of what is required is answered, and what is to be corrected. */
import type { KeyboardEvent, ReactElement } from 'react';
import { useSurroundings } from '../context';
import { count } from '../form/model';
import { invalidPaths } from '../form/problems';
import { Icon } from '../icons';
import { missingReasons } from '../lirads';
import { getState, set } from '../store';
import type { Template } from '../types/api';

type Tab = Template['schema']['x-hepatia']['tabs'][number];

const groupOf = (path: string): string => path.split('.')[0] ?? '';

export function Tabs({ template }: { template: Template }): ReactElement {
  const tabs = template.schema['x-hepatia'].tabs;
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const at = tabs.findIndex(one => one.name === getState().tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const name = tabs[(to + tabs.length) % tabs.length]?.name;
    if (!name) return;
    set({ tab: name });
    document.getElementById(`hepatia-tab-${name}`)?.focus();
  };
  return (
    <div className="p-tabs" role="tablist" onKeyDown={press}>
      {tabs.map(tab => (
        <OneTab key={tab.name} template={template} tab={tab} />
      ))}
    </div>
  );
}

function OneTab({ template, tab }: { template: Template; tab: Tab }): ReactElement {
  const { language } = useSurroundings();
  const on = getState().tab === tab.name;
  return (
    <button
      id={`hepatia-tab-${tab.name}`}
      type="button"
      role="tab"
      className={`p-tab${on ? ' on' : ''}`}
      aria-selected={on}
      aria-controls="hepatia-tabpanel"
      tabIndex={on ? 0 : -1}
      data-cy={`tab-${tab.name}`}
      onClick={() => set({ tab: tab.name })}
    >
      {tab.title[language]}
      <Meter template={template} tab={tab} />
    </button>
  );
}

function Meter({ template, tab }: { template: Template; tab: Tab }): ReactElement {
  const { answers, problem } = getState();
  const { language, t } = useSurroundings();
  const here = (path: string): boolean => tab.groups.includes(groupOf(path));
  const { answered, required: always } = count(template.schema, answers, tab.groups);
  const required = always + missingReasons(answers, language).filter(here).length;
  const toFix = new Set([...invalidPaths(template.schema, answers), ...(problem?.path ? [problem.path] : [])].filter(here)).size;
  const full = required > 0 && answered === required;
  return (
    <>
      <small className={toFix ? 'err' : full ? 'ok' : ''}>
        {(toFix > 0 || full) && <Icon name={toFix ? 'warn' : 'check'} />}
        {toFix > 0 ? `${toFix} ${t('toFix')}` : required > 0 ? `${answered} / ${required}` : t('none').toLowerCase()}
      </small>
      <span className="meter">
        <i className={full && !toFix ? 'full' : ''} style={{ width: `${required > 0 ? (100 * answered) / required : 0}%` }} />
      </span>
    </>
  );
}
