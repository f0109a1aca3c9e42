/** A button with something below it, which closes with Esc or a click elsewhere. */
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';

interface PopoverProps {
  name: string;
  title: ReactNode;
  label?: string;
  className?: string;
  children: ReactNode;
}

export function Popover({ name, title, label, className = 'btn', children }: PopoverProps): ReactElement {
  const place = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const details = place.current;
      if (!details?.open) return;
      const isKey = event instanceof KeyboardEvent;
      if (isKey ? event.key !== 'Escape' : details.contains(event.target as Node)) return;
      details.open = false;
      if (!isKey) return;
      event.stopPropagation();
      details.querySelector('summary')?.focus();
    };
    for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, close, true);
    return () => {
      for (const kind of ['pointerdown', 'keydown']) document.removeEventListener(kind, close, true);
    };
  }, []);
  return (
    <details ref={place} className="popover" data-cy={name}>
      <summary className={className} aria-label={label}>
        {title}
      </summary>
      <div className="menu">{children}</div>
    </details>
  );
}
