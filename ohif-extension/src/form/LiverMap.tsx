/** Couinaud's segments, frontal view, the patient's right on the left. */
import { useId, type KeyboardEvent, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import type { ControlProps } from './controls';
import { toggled } from './model';

const OUTLINE =
  'M24 46C31 19 62 9 95 12C111 13.5 121 21 133 24C152 20 180 17 205 25C224 31 234 40 231 49C227 60 206 67 187 75C170 82 157 90 147 97C133 107 117 117 99 127C79 138 51 143 37 133C20 120 15 81 24 46Z';

/** Segment, its path, where its name stands, and the key that toggles it. */
const SEGMENTS = [
  { name: 'VII', path: 'M-9-9H74C68 26 58 56 60 79C40 79 15 82-9 86Z', x: 42, y: 55.5, key: '7' },
  { name: 'VI', path: 'M-9 86C15 82 40 79 60 79C60 100 58 130 62 160H-9Z', x: 40, y: 111.5, key: '6' },
  { name: 'VIII', path: 'M74-9H111C108 26 101 52 102 75C88 78 74 79 60 79C58 56 68 26 74-9Z', x: 84, y: 51.5, key: '8' },
  { name: 'V', path: 'M60 79C74 79 88 78 102 75C102 100 103 130 106 160H62C58 130 60 100 60 79Z', x: 82, y: 107.5, key: '5' },
  { name: 'IVa', path: 'M111-9H141C138 20 138 42 140 62C130 67 116 72 102 75C101 52 108 26 111-9Z', x: 120, y: 33.5, key: '4' },
  { name: 'IVb', path: 'M102 75C116 72 130 67 140 62C141 90 144 130 148 160H106C103 130 102 100 102 75Z', x: 121, y: 95.5, key: '$' },
  { name: 'II', path: 'M141-9H250V40C215 41 172 47 140 62C138 42 138 20 141-9Z', x: 182, y: 41.5, key: '2' },
  { name: 'III', path: 'M140 62C172 47 215 41 250 40V160H148C144 130 141 90 140 62Z', x: 178, y: 69.5, key: '3' },
  {
    name: 'I',
    path: 'M117 44C121 36 132 33 139 38C145 43 143 55 136 60C129 65 119 63 116 57C114 53 115 48 117 44Z',
    x: 128.5,
    y: 56.5,
    key: '1',
  },
] as const;

export function LiverMap({ schema, value, path, onChange }: ControlProps): ReactElement {
  const { language, writes, t } = useSurroundings();
  const clip = useId();
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const toggle = (name: string): void => {
    if (writes) onChange(toggled(chosen, name, []));
  };
  const press = (event: KeyboardEvent): void => {
    const wanted = event.shiftKey && event.code === 'Digit4' ? '$' : event.key;
    const segment = SEGMENTS.find(one => one.key === wanted);
    if (segment) {
      event.preventDefault();
      toggle(segment.name);
    }
  };
  return (
    <div className="line" style={{ alignItems: 'flex-start' }}>
      <svg className="livermap" viewBox="10 4 228 138" role="group" aria-label={schema['x-hepatia'].title[language]} tabIndex={0} onKeyDown={press}>
        <defs>
          <clipPath id={clip}>
            <path d={OUTLINE} />
          </clipPath>
        </defs>
        {SEGMENTS.map(one => (
          <path
            key={one.name}
            className={`s${one.name === 'I' ? ' caud' : ''}${chosen.includes(one.name) ? ' on' : ''}`}
            clipPath={one.name === 'I' ? undefined : `url(#${CSS.escape(clip)})`}
            d={one.path}
            role="checkbox"
            aria-checked={chosen.includes(one.name)}
            aria-label={`Segment ${one.name}`}
            data-cy={`${path}:${one.name}`}
            onClick={() => toggle(one.name)}
          />
        ))}
        <path className="rim" d={OUTLINE} />
        {SEGMENTS.map(one => (
          <text key={one.name} x={one.x} y={one.y} className={chosen.includes(one.name) ? 'on' : ''}>
            {one.name}
          </text>
        ))}
      </svg>
      <div style={{ display: 'grid', gap: 4 }}>
        <span className="t12 t2">{schema['x-hepatia'].title[language]}</span>
        <div className="chips">
          {chosen.map(name => (
            <button key={name} type="button" className="chip token" disabled={!writes} aria-label={`${t('remove')} ${name}`} onClick={() => toggle(name)}>
              {name} <Icon name="close" />
            </button>
          ))}
        </div>
        {chosen.length === 0 && <span className="help">{t('clickMap')}</span>}
      </div>
    </div>
  );
}
