"""Copies of databases that are in use, as they were at one moment.

SQLite gives a copy of a database by itself, where it can open it. Orthanc keeps its index for itself (locking mode
EXCLUSIVE), so that nobody else can. Its files are copied instead: the write-ahead log is only appended to until a
checkpoint moves it into the database and it begins anew; while neither has happened, database and log as copied are
what a killed Orthanc would have left, which SQLite reads without loss. Both are seen from outside: by the time of
change of the one and the first bytes of the other.
"""

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from orthanc_plugin.commands import leftovers
from orthanc_plugin.commands.service import ServiceError

MAGIC: Final = b"SQLite format 3\0"
WAL_HEADER_BYTES: Final = 32

#: Attempts to find a moment without a checkpoint; then Orthanc is stopped for as long as the copy takes.
ATTEMPTS: Final = 20
#: The time of change is as coarse as the kernel's clock: a file that has just changed may be changing.
SETTLED_S: Final = 0.05

PIECE: Final = 1 << 20


def is_sqlite(path: Path) -> bool:
    """Whether a file is a database of SQLite."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def of_sqlite(source: Path, target: Path) -> None:
    """Copy a database that others may be writing to."""
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as opened,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        opened.backup(copy)


def of_orthanc(index: Path, target: Path, notes: Path) -> None:
    """Copy Orthanc's index; `notes` says which process is ours (leftovers.py).

    Raises
    ------
    ServiceError
        So much arrives that there was no moment for it, and Orthanc is not ours to be stopped; or the copy is damaged.
    """
    for _ in range(ATTEMPTS):
        if _copied(index, target):
            break
        time.sleep(SETTLED_S)
    else:
        with _stopped(notes):
            time.sleep(2 * SETTLED_S)
            if not _copied(index, target):
                raise ServiceError("Orthanc's index changes all the time; try again when less arrives.")
    _close(target)


def _copied(index: Path, target: Path) -> bool:
    """Copy database and log; return whether no checkpoint came in between."""
    log = index.with_name(index.name + "-wal")
    before = _state(index, log)
    if time.time_ns() - index.stat().st_mtime_ns < SETTLED_S * 1e9:
        return False
    _copy(index, target)
    with contextlib.suppress(FileNotFoundError):
        _copy(log, target.with_name(target.name + "-wal"))
    return _state(index, log) == before


def _state(index: Path, log: Path) -> tuple[int, int, bytes]:
    found, first = index.stat(), b""
    with contextlib.suppress(FileNotFoundError), log.open("rb") as file:
        first = file.read(WAL_HEADER_BYTES)
    return found.st_mtime_ns, found.st_size, first


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as opened, target.open("wb") as copy:
        while piece := opened.read(PIECE):
            copy.write(piece)


def _close(copy: Path) -> None:
    """Have SQLite read the log into the copy and look over it."""
    try:
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        found = (str(error),)
    if found != ("ok",):
        raise ServiceError(f"Orthanc's index is damaged ({found[0]}): keep the last backup that was well.")
    for ending in ("-wal", "-shm"):
        copy.with_name(copy.name + ending).unlink(missing_ok=True)


@contextlib.contextmanager
def _stopped(notes: Path) -> Iterator[None]:
    """Stop Orthanc for a moment: senders wait. Were we killed now, the supervisor would start it again after 30 s."""
    pid = leftovers.noted(notes, "Orthanc")
    if pid is None:
        yield
        return
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
