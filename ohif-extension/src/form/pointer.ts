/** What happens between pressing and releasing: rows that move then take the click away from what was pressed. */
let isDown = false;

if (typeof window !== 'undefined') {
  window.addEventListener('pointerdown', () => (isDown = true), true);
  for (const event of ['pointerup', 'pointercancel']) window.addEventListener(event, () => (isDown = false), true);
}

/** Run at once, or as soon as the pointer is released: before the click that it makes. */
export function whenReleased(run: () => void): void {
  if (!isDown) return run();
  const released = (): void => {
    for (const event of ['pointerup', 'pointercancel']) window.removeEventListener(event, released, true);
    run();
  };
  for (const event of ['pointerup', 'pointercancel']) window.addEventListener(event, released, true);
}
