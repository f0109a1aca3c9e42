/** Any of a set: native checkboxes, one stop for Tab, arrows between them, a letter toggles. */
import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { asList, optionsOf, pickedBy, type ControlProps } from './control';
import { toggled } from './model';
import { useUndo } from './useUndo';

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function Chips({ schema, value, path, id, describedBy, invalid, onChange }: ControlProps): ReactElement {
  const { language, writes } = useSurroundings();
  const options = optionsOf(schema);
  const names = options.map(([name]) => name);
  const chosen = asList(value);
  const place = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState(0);
  const [before, remember] = useUndo<string[]>();
  const toggle = (name: string): void => {
    if (!writes) return;
    const next = toggled(chosen, name, schema['x-hepatia'].alone);
    const drivenOut = chosen.some(one => one !== name && !next.includes(one));
    remember(drivenOut ? chosen : null);
    onChange(next);
  };
  const focus = (at: number): void => {
    setStop(at);
    place.current?.querySelectorAll('input')[at]?.focus();
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || (event.target as HTMLElement).matches('button')) return;
    const step = STEPS[event.key];
    const picked = event.key.length === 1 && event.key !== ' ' ? pickedBy(event.key, options, names[stop], language) : undefined;
    if (step === undefined && picked === undefined) return;
    event.preventDefault();
    if (picked !== undefined) toggle(picked);
    focus(picked !== undefined ? names.indexOf(picked) : (stop + (step ?? 0) + names.length) % names.length);
  };
  return (
    <div ref={place} className={`chips${invalid ? ' invalid' : ''}`} onKeyDown={press}>
      {options.map(([key, hints], at) => (
        <label key={key} className={`chip${chosen.includes(key) ? ' on' : ''}`} title={hints[language]} data-cy={`${path}:${key}`}>
          <input
            id={at === 0 ? id : undefined}
            className="hidden-input"
            type="checkbox"
            tabIndex={at === stop ? 0 : -1}
            checked={chosen.includes(key)}
            disabled={!writes}
            aria-label={hints[language]}
            aria-describedby={describedBy}
            onFocus={() => setStop(at)}
            onChange={() => toggle(key)}
          />
          {chosen.includes(key) && <Icon name="check" />}
          {(hints.short ?? hints)[language]}
        </label>
      ))}
      {before && (
        <Undo
          onUndo={() => {
            onChange(before);
            remember(null);
          }}
        />
      )}
    </div>
  );
}

export function Undo({ onUndo }: { onUndo: () => void }): ReactElement {
  const { t } = useSurroundings();
  return (
    <span role="status">
      <button type="button" className="btn ghost undo" data-cy="undo" onClick={onUndo}>
        {t('undo')}
      </button>
    </span>
  );
}
