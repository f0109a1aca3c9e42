/** A long set, or one of many: a combobox that searches; what is chosen of a set are tokens. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import type { ItemSchema } from '../types/api';
import { asList, optionsOf, type ControlProps } from './control';
import { lookUp, type Found } from './lookup';
import { toggled } from './model';

export function Lookup(props: ControlProps): ReactElement {
  const { schema, value, onChange } = props;
  const { language, writes } = useSurroundings();
  const several = schema.type === 'array';
  const chosen = several ? asList(value) : typeof value === 'string' ? [value] : [];
  const titleOf = (name: string): string => schema['x-hepatia'].values[name]?.[language] ?? name;
  const choose = (name: string): void => onChange(several ? toggled(chosen, name, schema['x-hepatia'].alone) : name);
  const remove = (name: string): void => onChange(several ? chosen.filter(one => one !== name) : undefined);
  return (
    <div className="lookup">
      {chosen.length > 0 && (
        <div className="chips">
          {chosen.map(name => (
            <Token key={name} title={titleOf(name)} onRemove={() => remove(name)} />
          ))}
        </div>
      )}
      {writes && (several || chosen.length === 0) && (
        <Combobox {...props} chosen={chosen} onChoose={choose} onBackspace={() => chosen.length > 0 && remove(chosen.at(-1) ?? '')} />
      )}
    </div>
  );
}

/** One that was chosen, with the way to take it away. */
export function Token({ title, onRemove }: { title: string; onRemove: () => void }): ReactElement {
  const { writes, t } = useSurroundings();
  if (!writes) return <span className="chip token">{title}</span>;
  return (
    <button type="button" className="chip token" aria-label={`${t('remove')} ${title}`} onClick={onRemove}>
      {title} <Icon name="close" />
    </button>
  );
}

interface ComboboxProps extends ControlProps {
  chosen: string[];
  onChoose: (name: string) => void;
  onBackspace: () => void;
}

function Combobox({ schema, path, id, describedBy, invalid, required, chosen, onChoose, onBackspace }: ComboboxProps): ReactElement {
  const { language, t } = useSurroundings();
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const options = optionsOf(schema).filter(([name]) => !chosen.includes(name));
  const found = open ? lookUp(options, query, language) : [];
  const close = (): void => {
    setOpen(false);
    setQuery('');
    setAt(0);
  };
  const choose = (name: string | undefined): void => {
    if (name) onChoose(name);
    close();
  };
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      setAt(open ? (at + step + found.length) % Math.max(found.length, 1) : 0);
      setOpen(true);
    } else if (event.key === 'Enter' && open) choose(found[at]?.option[0]);
    else if (event.key === 'Escape' && open) close();
    else if (event.key === 'Backspace' && query === '') onBackspace();
    else return;
    event.preventDefault();
  };
  return (
    <div className="combobox">
      <span className={`field quiet${invalid ? ' invalid' : ''}`}>
        <Icon name="search" small />
        <input
          id={id}
          data-cy={path}
          role="combobox"
          autoComplete="off"
          aria-autocomplete="list"
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-activedescendant={open && found[at] ? `${id}-${at}` : undefined}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          aria-required={required}
          placeholder={schema.type === 'array' ? t('addCondition') : t('chooseOne')}
          value={query}
          onChange={event => {
            setQuery(event.target.value);
            setOpen(true);
            setAt(0);
          }}
          onClick={() => setOpen(true)}
          onBlur={close}
          onKeyDown={press}
        />
      </span>
      {open && <List {...{ id, path, schema, found, at }} onChoose={choose} />}
    </div>
  );
}

interface ListProps {
  id: string;
  path: string;
  schema: ItemSchema;
  found: Found[];
  at: number;
  onChoose: (name: string) => void;
}

function List({ id, path, schema, found, at, onChoose }: ListProps): ReactElement {
  const { language, t } = useSurroundings();
  const place = useRef<HTMLUListElement>(null);
  // Newer browsers answer with a promise, which is no clean-up.
  useEffect(() => void place.current?.querySelector('.on')?.scrollIntoView?.({ block: 'nearest' }), [at]);
  if (found.length === 0) return <p className="menu help" role="status">{t('nothingFound')}</p>;
  return (
    <ul ref={place} id={`${id}-list`} className="menu" role="listbox" aria-label={schema['x-hepatia'].title[language]}>
      {found.map(({ option: [name, hints], by }, index) => (
        <li
          key={name}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          className={index === at ? 'mi on' : 'mi'}
          data-cy={`${path}:${name}`}
          // The input keeps the focus.
          onMouseDown={event => event.preventDefault()}
          onClick={() => onChoose(name)}
        >
          {index === at ? <b>{hints[language]}</b> : hints[language]}
          {by ? <span className="t11 t2">{by}</span> : index === at && <kbd>Enter</kbd>}
        </li>
      ))}
    </ul>
  );
}
