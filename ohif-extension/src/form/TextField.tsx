/** Free text. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import type { ControlProps } from './control';

export function TextField({ schema, value, path, id, describedBy, invalid, required, onChange }: ControlProps): ReactElement {
  const { writes } = useSurroundings();
  const text = typeof value === 'string' ? value : '';
  return (
    <span className={`field area${invalid ? ' invalid' : ''}`}>
      <textarea
        id={id}
        data-cy={path}
        rows={2}
        maxLength={schema.maxLength}
        readOnly={!writes}
        aria-describedby={describedBy}
        aria-invalid={invalid}
        aria-required={required}
        value={text}
        onChange={event => onChange(event.target.value || undefined)}
        // A text in DICOM keeps no spaces at its ends.
        onBlur={() => text.trim() !== text && onChange(text.trim() || undefined)}
      />
    </span>
  );
}
