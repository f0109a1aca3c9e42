/** The controls of the form. Inside each are native inputs, so that keys and screen readers work by themselves. */
import { useEffect, useId, useState, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import type { ItemSchema, Json, ValueHints } from '../types/api';
import { parseNumber, toggled } from './model';

export interface ControlProps {
  schema: ItemSchema;
  value: Json | undefined;
  path: string;
  invalid: boolean;
  onChange: (value: Json | undefined) => void;
}

const asList = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

function useValues(schema: ItemSchema): [string, ValueHints][] {
  return Object.entries(schema['x-hepatia'].values);
}

export function Segmented({ schema, value, path, invalid, onChange }: ControlProps): ReactElement {
  const { language, writes } = useSurroundings();
  const name = useId();
  return (
    <div className={`seg fill${writes ? '' : ' readonly'}${invalid ? ' invalid' : ''}`} role="radiogroup" aria-label={schema['x-hepatia'].title[language]}>
      {useValues(schema).map(([key, hints]) => (
        <label key={key} className={value === key ? 'on' : ''} title={hints[language]} data-cy={`${path}:${key}`}>
          <input
            className="hidden-input"
            type="radio"
            name={name}
            checked={value === key}
            disabled={!writes}
            aria-label={hints[language]}
            onChange={() => onChange(key)}
            // A second click on the chosen one clears it.
            onClick={() => value === key && onChange(undefined)}
          />
          {(hints.short ?? hints)[language]}
        </label>
      ))}
    </div>
  );
}

export function Chips({ schema, value, path, onChange }: ControlProps): ReactElement {
  const { language, writes } = useSurroundings();
  const chosen = asList(value);
  return (
    <div className="chips" role="group" aria-label={schema['x-hepatia'].title[language]}>
      {useValues(schema).map(([key, hints]) => (
        <label key={key} className={`chip${chosen.includes(key) ? ' on' : ''}`} title={hints[language]} data-cy={`${path}:${key}`}>
          <input
            className="hidden-input"
            type="checkbox"
            checked={chosen.includes(key)}
            disabled={!writes}
            aria-label={hints[language]}
            onChange={() => onChange(toggled(chosen, key, schema['x-hepatia'].alone))}
          />
          {chosen.includes(key) && <Icon name="check" />}
          {(hints.short ?? hints)[language]}
        </label>
      ))}
    </div>
  );
}

export function Tiles({ schema, value, path, onChange }: ControlProps): ReactElement {
  const { language, writes } = useSurroundings();
  const name = useId();
  return (
    <div className="radios" role="radiogroup" aria-label={schema['x-hepatia'].title[language]}>
      {useValues(schema).map(([key, hints]) => (
        <label key={key} className={`rd${value === key ? ' on' : ''}`} title={hints[language]} data-cy={`${path}:${key}`}>
          <input
            className="hidden-input"
            type="radio"
            name={name}
            checked={value === key}
            disabled={!writes}
            aria-label={hints[language]}
            onChange={() => onChange(key)}
            onClick={() => value === key && onChange(undefined)}
          />
          <i />
          {(hints.short ?? hints)[language]}
        </label>
      ))}
    </div>
  );
}

export function Badges({ schema, value, path, onChange }: ControlProps): ReactElement {
  const { language, writes } = useSurroundings();
  const name = useId();
  return (
    <div className="badges" role="radiogroup" aria-label={schema['x-hepatia'].title[language]}>
      {useValues(schema).map(([key, hints]) => (
        <label key={key} className={`lr choice lr-${suffix(key)}${value === key ? ' on' : ''}`} title={hints.detail?.[language] ?? hints[language]} data-cy={`${path}:${key}`}>
          <input
            className="hidden-input"
            type="radio"
            name={name}
            checked={value === key}
            disabled={!writes}
            aria-label={`${hints[language]}, ${hints.detail?.[language] ?? ''}`}
            onChange={() => onChange(key)}
            onClick={() => value === key && onChange(undefined)}
          />
          {hints[language]}
        </label>
      ))}
    </div>
  );
}

/** `LR-TIV` → `tiv`, the end of the badge's class. */
export const suffix = (category: string): string => category.replace(/^LR-/, '').toLowerCase();

export function Lookup({ schema, value, path, onChange }: ControlProps): ReactElement {
  const { language, writes, t } = useSurroundings();
  const values = useValues(schema);
  const several = schema.type === 'array';
  const chosen = several ? asList(value) : [];
  const choose = (key: string): void => onChange(several ? toggled(chosen, key, schema['x-hepatia'].alone) : key || undefined);
  const left = values.filter(([key]) => !chosen.includes(key));
  return (
    <div style={{ display: 'grid', gap: 5, width: '100%' }}>
      {chosen.length > 0 && (
        <div className="chips">
          {chosen.map(key => (
            <button key={key} type="button" className="chip token" disabled={!writes} onClick={() => choose(key)} aria-label={`${t('remove')} ${title(schema, key)[language]}`}>
              {title(schema, key)[language]} <Icon name="close" />
            </button>
          ))}
        </div>
      )}
      <span className="field select quiet">
        <select
          data-cy={path}
          aria-label={schema['x-hepatia'].title[language]}
          disabled={!writes}
          value={several ? '' : String(value ?? '')}
          onChange={event => choose(event.target.value)}
        >
          <option value="">{several ? t('addCondition') : t('chooseOne')}</option>
          {left.map(([key, hints]) => (
            <option key={key} value={key}>
              {hints[language]}
            </option>
          ))}
        </select>
      </span>
    </div>
  );
}

function title(schema: ItemSchema, key: string): { en: string; pt: string } {
  return schema['x-hepatia'].values[key] ?? { en: key, pt: key };
}

export function NumberField({ schema, value, path, invalid, onChange }: ControlProps): ReactElement {
  const { language, writes, t } = useSurroundings();
  const [text, setText] = useState(shown(value, language));
  const [problem, setProblem] = useState('');
  useEffect(() => {
    setText(shown(value, language));
    setProblem('');
  }, [value, language]);
  const leave = (): void => {
    const parsed = parseNumber(text, schema);
    if (parsed && 'problem' in parsed) setProblem(`${t(parsed.problem)} ${parsed.limit ?? ''}`.trim());
    else {
      setProblem('');
      const next = parsed?.value;
      if (next !== (value ?? undefined)) onChange(next);
    }
  };
  return (
    <div>
      <span className={`field num-in${invalid || problem ? ' invalid' : ''}`}>
        <input
          data-cy={path}
          inputMode="decimal"
          value={text}
          disabled={!writes}
          aria-label={schema['x-hepatia'].title[language]}
          aria-invalid={invalid || problem !== ''}
          onChange={event => setText(event.target.value)}
          onBlur={leave}
          onKeyDown={event => event.key === 'Enter' && leave()}
        />
        <span className="unit">{schema['x-hepatia'].unit_label?.[language] ?? schema['x-hepatia'].unit}</span>
      </span>
      {problem && (
        <p className="msg err" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

const shown = (value: Json | undefined, language: 'en' | 'pt'): string =>
  typeof value === 'number' ? String(value).replace('.', language === 'pt' ? ',' : '.') : '';

export function TextField({ schema, value, path, onChange }: ControlProps): ReactElement {
  const { language, writes } = useSurroundings();
  return (
    <span className="field area">
      <textarea
        data-cy={path}
        rows={2}
        maxLength={schema.maxLength}
        disabled={!writes}
        aria-label={schema['x-hepatia'].title[language]}
        value={typeof value === 'string' ? value : ''}
        onChange={event => onChange(event.target.value || undefined)}
      />
    </span>
  );
}
