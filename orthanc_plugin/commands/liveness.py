"""Whether a server answers, and whether one that does not is busy or hangs."""

import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final


class Answer(Enum):
    """What a server says when it is asked."""

    NONE = 0
    #: It answers, yet cannot work: it is starting, or has too many clients.
    ALIVE = 1
    READY = 2


#: Between two questions: to a server that we wait for, and to one that works.
OFTEN_S: Final = 0.2
SELDOM_S: Final = 2.0

#: A server that says nothing for so long hangs if it does nothing either, and after the second time in any case.
QUIET_S: Final = 30.0
LONGEST_QUIET_S: Final = 900.0

#: Over so long we look what it does; less than this share of a core and so many bytes is nothing.
LOOK_S: Final = 10.0
LEAST_CPU: Final = 0.03
LEAST_BYTES: Final = 256 * 1024

TICKS: Final = os.sysconf("SC_CLK_TCK")


class Pulse:
    """Asks one server again and again, in a thread of its own: no question holds up the supervisor."""

    def __init__(self, name: str, ask: Callable[[], Answer]) -> None:
        self._ask = ask
        self._stopping = threading.Event()
        self._alive = self._ready = 0.0
        self._thread = threading.Thread(target=self._run, name=f"pulse of {name}", daemon=True)
        self._thread.start()

    def is_ready(self, since: float) -> bool:
        """Whether it could work when it was asked after a time."""
        return self._ready > since

    def last(self) -> float:
        """Return when the last question was asked that it has answered."""
        return self._alive

    def stop(self) -> None:
        """Ask no more."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            asked = time.monotonic()
            answer = self._ask()
            if answer is not Answer.NONE:
                self._alive = asked
            if answer is Answer.READY:
                self._ready = asked
            self._stopping.wait(SELDOM_S if answer is Answer.READY else OFTEN_S)


@dataclass(frozen=True)
class Effort:
    """What a process has done so far."""

    cpu_s: float
    bytes: int
    waits_for_disk: bool


def effort(pid: int) -> Effort:
    """Return what a process has done since it began; nothing when it is gone."""
    cpu, moved, waits = 0.0, 0, False
    with contextlib.suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        cpu = (int(fields[11]) + int(fields[12])) / TICKS
        for task in Path(f"/proc/{pid}/task").iterdir():
            waits |= (task / "stat").read_text().rpartition(")")[2].split()[0] == "D"
        told = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
        moved = int(told["rchar"]) + int(told["wchar"])
    return Effort(cpu, moved, waits)


class Hang:
    """Tells whether a silent process hangs; `look` is called again and again while it is silent."""

    def __init__(self) -> None:
        self._before: tuple[float, Effort] | None = None

    def look(self, now: float, quiet_s: float, pid: int) -> bool:
        """Return whether a process that has said nothing for a while hangs."""
        if quiet_s < QUIET_S - LOOK_S:
            self._before = None
            return False
        done = effort(pid)
        if self._before is None:
            self._before = (now, done)
            return False
        began, before = self._before
        if now - began >= LOOK_S:
            self._before = (now, done)
            if quiet_s >= QUIET_S and (not is_work(before, done, now - began) or quiet_s >= LONGEST_QUIET_S):
                return True
        return False


def is_work(before: Effort, after: Effort, seconds: float) -> bool:
    """Whether a process did something between two looks, or waits for the disk."""
    busy = after.cpu_s - before.cpu_s >= LEAST_CPU * seconds
    return busy or after.bytes - before.bytes >= LEAST_BYTES or after.waits_for_disk
