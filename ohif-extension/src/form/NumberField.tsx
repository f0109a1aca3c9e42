/** A number with its unit. It is a text field: the wheel never changes it, and both separators are understood. */
import { useEffect, useState, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import type { ControlProps } from './control';
import { inRange } from './model';
import { parseNumber, shownNumber } from './numbers';
import { whenReleased } from './pointer';
import { keepTyped, typedText } from './typed';

export function NumberField({ schema, value, path, id, describedBy, invalid, required, onChange }: ControlProps): ReactElement {
  const { language, writes } = useSurroundings();
  const kept = typedText(path) ?? shownNumber(value, schema, language);
  const [text, setText] = useState(kept);
  useEffect(() => setText(kept), [kept]);
  const hints = schema['x-hepatia'];
  const unit = hints.unit_label?.[language] ?? hints.unit;
  const leave = (): void => {
    if (text === kept) return;
    const next = parseNumber(text, schema);
    const isFine = next === undefined || (next !== null && inRange(next, schema));
    // A sentence that comes or goes moves the rows below, where the reader is about to click.
    if (isFine && !invalid) take(next);
    else whenReleased(() => take(next));
  };
  const take = (next: number | null | undefined): void => {
    keepTyped(path, next === null ? text : undefined);
    if ((next ?? undefined) !== (value ?? undefined)) onChange(next ?? undefined);
    else setText(next === null ? text : shownNumber(next, schema, language));
  };
  if (!writes) {
    return (
      <span className="field num-in readonly">
        <span className="val">{kept || '–'}</span>
        <span className="unit">{unit}</span>
      </span>
    );
  }
  return (
    <span className={`field num-in${invalid ? ' invalid' : ''}`}>
      <input
        id={id}
        data-cy={path}
        inputMode="decimal"
        autoComplete="off"
        placeholder="–"
        value={text}
        aria-describedby={describedBy}
        aria-invalid={invalid}
        aria-required={required}
        onChange={event => setText(event.target.value)}
        onBlur={leave}
        onKeyDown={event => event.key === 'Enter' && leave()}
      />
      <span className="unit">{unit?.replace('cm3', 'cm³')}</span>
    </span>
  );
}
