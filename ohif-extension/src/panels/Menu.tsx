/** What happens once a week: history of the versions, copy a link. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { set } from '../store';

export function Menu(): ReactElement {
  const { t } = useSurroundings();
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    place.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const close = (event: Event): void => void (place.current?.contains(event.target as Node) || setOpen(false));
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, [isOpen]);
  const choose = (action: () => void) => (): void => {
    setOpen(false);
    action();
  };
  return (
    <div className="more" ref={place} onKeyDown={event => move(event, () => setOpen(false))}>
      <button type="button" className="btn icon bare" aria-label={t('more')} aria-haspopup="menu" aria-expanded={isOpen} data-cy="more" onClick={() => setOpen(!isOpen)}>
        <Icon name="more" />
      </button>
      {isOpen && (
        <div className="menu" role="menu">
          <Item name="menu-history" text={t('history')} onClick={choose(showVersions)} />
          <Item name="menu-copy-link" text={t('copyLink')} onClick={choose(() => void navigator.clipboard?.writeText(window.location.href))} />
        </div>
      )}
    </div>
  );
}

const Item = ({ name, text, onClick }: { name: string; text: string; onClick: () => void }): ReactElement => (
  <button type="button" role="menuitem" tabIndex={-1} className="mi" data-cy={name} onClick={onClick}>
    {text}
  </button>
);

function showVersions(): void {
  set({ tab: 'report' });
  requestAnimationFrame(() => document.getElementById('hepatia-versions')?.scrollIntoView({ block: 'start' }));
}

function move(event: KeyboardEvent<HTMLElement>, close: () => void): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  if (items.length === 0) return;
  const at = items.indexOf(document.activeElement as HTMLElement);
  if (event.key === 'Escape') {
    close();
    event.currentTarget.querySelector('button')?.focus();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    items[(at + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length]?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
