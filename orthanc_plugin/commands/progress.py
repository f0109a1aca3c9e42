"""A bar on a terminal; in a log, one line at the end."""

import sys

WIDTH = 40


def show(done: int, total: int, unit: str) -> None:
    """Draw how far a piece of work is."""
    if sys.stderr.isatty() or done == total:
        filled = WIDTH * done // total if total else WIDTH
        end = "\n" if done == total else ""
        bar = "#" * filled + "." * (WIDTH - filled)
        print(f"\r[{bar}] {done}/{total} {unit}", end=end, file=sys.stderr, flush=True)
