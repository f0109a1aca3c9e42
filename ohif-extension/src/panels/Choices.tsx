/** A button that opens a short list of things to do; arrows move in it, Escape closes it. */
import { useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';

export interface Choice {
  name: string;
  label: ReactNode;
  run: () => void;
  danger?: boolean;
}

export interface ChoicesProps {
  label: string;
  children: ReactNode;
  choices: Choice[];
  className?: string;
  name: string;
}

export function Choices({ label, children, choices, className = 'btn icon bare', name }: ChoicesProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const close = (): void => {
    setOpen(false);
    root.current?.querySelector('button')?.focus();
  };
  const keys = (event: KeyboardEvent): void => {
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape' && isOpen) close();
    else if (step && isOpen) items[(at + step + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const leave = (to: EventTarget | null): void => {
    if (!(to instanceof Node && root.current?.contains(to))) setOpen(false);
  };
  return (
    <span className="menu-at" ref={root} onKeyDown={keys} onBlur={event => leave(event.relatedTarget)}>
      <button type="button" className={className} aria-label={label} title={label} aria-haspopup="menu" aria-expanded={isOpen} data-cy={name} onClick={() => setOpen(!isOpen)}>
        {children}
      </button>
      {isOpen && (
        <span className="menu" role="menu" aria-label={label}>
          {choices.map((one, index) => (
            <button
              key={one.name}
              type="button"
              role="menuitem"
              className={`mi${one.danger ? ' err' : ''}`}
              data-cy={one.name}
              autoFocus={index === 0}
              onClick={() => {
                close();
                one.run();
              }}
            >
              {one.label}
            </button>
          ))}
        </span>
      )}
    </span>
  );
}
