"""What the bench of the viewer runs in the page."""

#: Watches the page from its first moment: when the first picture is on the canvas, when the panel can be used, and
#: for how long the page was busy.
WATCH = """
window.__seen = {};
window.__tasks = [];
window.__keys = [];
const isDrawn = canvas => {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const { width, height } = canvas;
  if (!context || !width || !height) return false;
  const row = context.getImageData(0, Math.floor(height / 2), width, 1).data;
  for (let at = 0; at < row.length; at += 4) if (row[at] > 40) return true;
  return false;
};
document.addEventListener('CORNERSTONE_IMAGE_RENDERED', event => {
  const canvas = event.target.querySelector?.('canvas.cornerstone-canvas') ?? event.target.querySelector?.('canvas');
  if (!window.__seen.image && canvas && isDrawn(canvas)) window.__seen.image = performance.now();
}, true);
const look = () => {
  const choice = document.querySelector('[data-cy="patient.cirrhosis:yes"]');
  if (!window.__seen.panel && choice && !choice.disabled) window.__seen.panel = performance.now();
};
new MutationObserver(look).observe(document, { subtree: true, childList: true });
new PerformanceObserver(list => window.__tasks.push(...list.getEntries().map(one => one.duration)))
  .observe({ type: 'longtask', buffered: true });
new PerformanceObserver(list => window.__keys.push(...list.getEntries().map(one => one.duration)))
  .observe({ type: 'event', durationThreshold: 16 });
"""

#: Whether the centre of the picture is another than it was; a mask may be drawn as an outline, in any colour.
LOOK = """() => {
  const canvas = document.querySelector('[data-cy="viewport-pane"] canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return context.getImageData((canvas.width >> 1) - 30, (canvas.height >> 1) - 30, 60, 60).data.join();
}"""
CHANGED = f"() => ({LOOK})() !== window.__before"

#: Whether the panel says that the report is saved; it says so of the one before until something is typed.
SAVED = """() => /^(Saved|Salvo)/.test(document.querySelector('[data-cy="kept"]')?.textContent ?? '')"""

#: Milliseconds from now until a condition holds, looked at in each frame.
UNTIL = """async ([condition, limit]) => {
  const holds = eval(condition);
  const began = window.__clicked ?? performance.now();
  while (performance.now() - began < limit) {
    if (holds()) return performance.now() - began;
    await new Promise(resolve => requestAnimationFrame(resolve));
  }
  throw new Error('not in time: ' + condition);
}"""

CLICKED = "document.addEventListener('click', () => { window.__clicked = performance.now(); }, true)"
