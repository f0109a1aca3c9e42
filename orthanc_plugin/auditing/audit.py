"""The audit: a SQLite file of DATA to which rows are only ever added, each on the disk before the work goes on."""

import json
import os
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from orthanc_plugin.auditing.pace import Pace
from orthanc_plugin.auditing.row import GENESIS, Entry, Row, broken, digest

#: Rows that wait until they can be written; beyond it the oldest goes.
MOST_WAITING: Final = 10_000

COLUMNS: Final = "id, time, login, role, action, request, objects, outcome, details, begun, previous, digest"


class AuditError(Exception):
    """A row cannot be written: the disk is full, or the file is not ours any more."""


class Audit:
    """The file; rows are written one after the other by a thread of its own, whose stack is large enough for SQLite."""

    def __init__(self, path: Path, warn: Callable[[str], None] = lambda _: None) -> None:
        self.path, self._warn, self._fails = path, warn, False
        self._file: _File | None = None
        self._waiting: deque[tuple[str, Entry]] = deque(maxlen=MOST_WAITING)
        self._pace = Pace()
        self._thread = ThreadPoolExecutor(1, "audit")

    def enter(self, entry: Entry) -> int:
        """Write a row, and those that wait, and return its number once it is on the disk.

        Raises
        ------
        AuditError
            It is not written.
        """
        return self._thread.submit(self._write, _now(), entry).result()

    def enter_late(self, entry: Entry) -> None:
        """Write a row, or keep it until it can be written: what it tells has happened, or shall happen all the same."""
        self._thread.submit(self._write_or_keep, _now(), entry).result()

    def enter_refusal(self, entry: Entry) -> None:
        """Write the row of a refusal as `enter_late` does; of too many in a minute, only how many there were."""
        self._thread.submit(self._write_refusal, _now(), entry).result()

    def waiting(self) -> int:
        """Return how many rows could not be written yet."""
        return len(self._waiting)

    def is_failing(self) -> bool:
        """Whether the last row could not be written."""
        return self._fails

    def close(self) -> None:
        """Close the file."""
        self._thread.submit(self._shut).result()
        self._thread.shutdown()

    def _write(self, time: str, entry: Entry) -> int:
        try:
            connection = self._connection()
            while self._waiting:
                _append(connection, *self._waiting[0])
                self._waiting.popleft()
            number = _append(connection, time, entry)
        except (sqlite3.Error, OSError) as error:
            self._shut()
            if not self._fails:
                self._warn(f"HepatIA cannot write the audit ({type(error).__name__}): nothing is saved or given away.")
            self._fails = True
            raise AuditError(f"The audit cannot be written ({type(error).__name__}).") from error
        self._fails = False
        return number

    def _connection(self) -> sqlite3.Connection:
        """Return the open file; it is opened anew after an error, and when it was moved away."""
        if self._file and self._file.inode != _inode(self.path):
            self._shut()
        if self._file is None:
            self._file = _opened(self.path)
        return self._file.connection

    def _shut(self) -> None:
        opened, self._file = self._file, None
        if opened:
            opened.connection.close()

    def _write_refusal(self, time: str, entry: Entry) -> None:
        passed_over = self._pace.take(entry.user)
        if passed_over is not None:
            more = {"passed_over": passed_over} if passed_over else {}
            self._write_or_keep(time, replace(entry, details={**entry.details, **more}))

    def _write_or_keep(self, time: str, entry: Entry) -> None:
        try:
            self._write(time, entry)
        except AuditError:
            self._waiting.append((time, entry))


def head(path: Path) -> tuple[int, str]:
    """Return number and digest of the last row; kept elsewhere, they prove that nothing before it was changed."""
    with closing(read_only(path)) as connection:
        return _last(connection)


def verify(path: Path) -> str:
    """Return what is wrong with the file, in a sentence; nothing when the chain is whole.

    Raises
    ------
    sqlite3.Error
        It cannot be read.
    """
    with closing(read_only(path)) as connection:
        connection.execute("BEGIN")
        given = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
        found = connection.execute(f"SELECT {COLUMNS} FROM audit ORDER BY id")  # noqa: S608
        return broken(map(as_row, found), given[0] if given else 0)


@dataclass(frozen=True)
class _File:
    connection: sqlite3.Connection
    inode: int | None


def _inode(path: Path) -> int | None:
    return path.stat().st_ino if path.exists() else None


def _opened(path: Path) -> _File:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    connection.executescript(files("orthanc_plugin.auditing").joinpath("audit.sql").read_text())
    return _File(connection, _inode(path))


def read_only(path: Path) -> sqlite3.Connection:
    """Open the file to read it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=10)


def _append(connection: sqlite3.Connection, time: str, entry: Entry) -> int:
    """Write one row after the last one, whoever else writes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        last, previous = _last(connection)
        number = last + 1
        texts = (json.dumps(entry.objects), entry.outcome, json.dumps(dict(entry.details)))
        who = (number, time, entry.user, entry.role, entry.action, entry.request)
        proof = (previous, digest(number, time, entry, previous))
        connection.execute(
            f"INSERT INTO audit ({COLUMNS}) VALUES ({', '.join('?' * 12)})",  # noqa: S608
            (*who, *texts, entry.begun, *proof),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return number


def _last(connection: sqlite3.Connection) -> tuple[int, str]:
    found = connection.execute("SELECT id, digest FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return (found[0], found[1]) if found else (0, GENESIS)


def as_row(found: tuple[object, ...]) -> Row:
    """Return what COLUMNS of a row give as a value."""
    number, time, login, role, action, request, objects, outcome, details, begun, previous, own = found
    entry = Entry(
        *(str(login), str(role), str(action), str(request), tuple(json.loads(str(objects))), str(outcome)),
        details=json.loads(str(details)),
        begun=begun if isinstance(begun, int) else None,
    )
    return Row(int(str(number)), str(time), entry, str(previous), str(own))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
