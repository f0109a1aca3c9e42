"""Servers that an earlier `hepatia run` on the same DATA has left behind because it was killed.

The kernel tells our servers to end when we are killed; some need a while for that, and hold ports and files as
long. Each is written down with the time of its start, so that no other process is ever taken for it.
"""

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from orthanc_plugin.private_files import write_private

#: How long an orderly end may take.
PATIENCE_S: Final = 8.0


def note(folder: Path, name: str, pid: int) -> None:
    """Write down that a server of ours runs; a full disk does not keep it from running."""
    with contextlib.suppress(OSError):
        write_private(folder / f"{name}.json", json.dumps({"pid": pid, "began": began(pid)}))


def forget(folder: Path, name: str) -> None:
    """Take back what `note` wrote."""
    with contextlib.suppress(OSError):
        (folder / f"{name}.json").unlink(missing_ok=True)


def noted(folder: Path, name: str) -> int | None:
    """Return the process of a server of ours that runs."""
    return next((pid for path, pid in _noted(folder) if path.stem == name), None)


def end(folder: Path, say: Callable[[str], None]) -> None:
    """End what an earlier supervisor has left: asked first, then by force. Only who holds the lock of DATA may."""
    for path, pid in list(_noted(folder)):
        say(f"An earlier start left {path.stem} running (process {pid}); ending it")
        _send(pid, signal.SIGINT if path.stem == "PostgreSQL" else signal.SIGTERM)
        # One that was stopped (SIGSTOP) could not end.
        _send(pid, signal.SIGCONT)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and any(True for _ in _noted(folder)):
        time.sleep(0.1)
    for _, pid in _noted(folder):
        _send(pid, signal.SIGKILL)
    while any(True for _ in _noted(folder)):
        time.sleep(0.05)
    for path in folder.glob("*.json"):
        path.unlink(missing_ok=True)


def began(pid: int) -> int | None:
    """Return when a process began, in the kernel's ticks since the boot; None when there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name, in parentheses, may hold anything.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def drop_stale_lock(cluster: Path) -> None:
    """Remove a lock file of PostgreSQL's whose process is none of PostgreSQL's any more.

    In a container, numbers of processes come back after a restart: PostgreSQL would take another server of the same
    account for itself and refuse to start. Only who holds the lock of DATA may.
    """
    path = cluster / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(path.read_text().splitlines()[0])
        if began(pid) is None or b"postgres" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            path.unlink()


def _noted(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in folder.glob("*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(path.read_text())
            if told["began"] is not None and began(int(told["pid"])) == told["began"]:
                yield path, int(told["pid"])


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
