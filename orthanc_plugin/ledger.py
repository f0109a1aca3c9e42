"""What was done to the instances of each study, attribute by attribute, without values; kept in a SQLite file of DATA.

It is written while an instance arrives, so that no crash loses it, and never read on that way: first as a line of a
journal beside the file, then many lines in one transaction. PostgreSQL would not do: it may be away, and it is made
again from DICOM, which does not hold this.
"""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from orthanc_plugin.deidentification.rules import Action
from orthanc_plugin.deidentification.trace import Deidentified, Done

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS done (id INTEGER PRIMARY KEY, actions TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS study (id INTEGER PRIMARY KEY, study_instance_uid TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS deidentified (
    study INTEGER NOT NULL, sop_instance_uid TEXT NOT NULL, done INTEGER NOT NULL, PRIMARY KEY (study, sop_instance_uid)
) WITHOUT ROWID;
"""

#: Files of earlier versions had two trees of instances, which took twice as long to enter one.
FORMER: Final = "SELECT 1 FROM sqlite_schema WHERE name = 'instance'"
TAKE_OVER: Final = """
BEGIN;
INSERT INTO deidentified SELECT study, sop_instance_uid, done FROM instance;
DROP TABLE instance;
COMMIT;
"""

#: So many lines are folded in at once.
LONGEST_JOURNAL: Final = 256

#: No file; writing to it fails.
CLOSED: Final = -1

#: Study, SOP Instance UID, what was done.
Row = tuple[int, str, int]
LINE: Final = re.compile(r"([0-9]+) (\S+) ([0-9]+)\n")

#: Numbers of studies and actions that are remembered between two instances.
LONGEST_MEMORY: Final = 1000


@dataclass(frozen=True)
class Entry:
    """How many instances of a study had one action done to the attributes of one path."""

    done: Done
    instances: int


class Ledger:
    """The file, and its journal beside it; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # A power cut may take the last entries with it, the end of the process does not.
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + SCHEMA)
        if self._connection.execute(FORMER).fetchone():
            self._connection.executescript(TAKE_OVER)
        self._studies: dict[str, int] = {}
        self._done: dict[frozenset[Done], int] = {}
        journal = path.with_suffix(".journal")
        self._rows = _complete_rows(journal)
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._fold()

    def add(self, one: Deidentified) -> None:
        """Enter an instance; one that is there already is entered anew.

        Raises
        ------
        OSError, sqlite3.Error
            It could not be written down, or those before it could not be folded in.
        """
        with self._lock:
            study, done = self._study(one.identity.study_instance_uid), self._actions(one.done)
            row = (study, one.identity.sop_instance_uid, done)
            os.write(self._journal, f"{study} {row[1]} {done}\n".encode())
            self._rows.append(row)
            if len(self._rows) >= LONGEST_JOURNAL:
                self._fold()

    def study(self, study_instance_uid: str) -> tuple[int, tuple[Entry, ...]]:
        """Return how many instances of a study have arrived, and what was done to them, by path."""
        query = (
            "SELECT actions, count(*) FROM deidentified JOIN done ON done.id = deidentified.done"
            " WHERE study = (SELECT id FROM study WHERE study_instance_uid = ?) GROUP BY done.id"
        )
        counts: dict[Done, int] = {}
        total = 0
        with self._lock:
            self._fold()
        with closing(sqlite3.connect(self._path)) as connection:
            for actions, count in connection.execute(query, (study_instance_uid,)):
                total += count
                for done in _read(actions):
                    counts[done] = counts.get(done, 0) + count
        ordered = sorted(counts, key=lambda one: (one.path, one.action.name))
        return total, tuple(Entry(done, counts[done]) for done in ordered)

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            self._fold()
            # The number may be that of another file from now on; what still comes must not be written there.
            closed, self._journal = self._journal, CLOSED
            os.close(closed)
            self._connection.close()

    def _fold(self) -> None:
        """Put the lines of the journal into the file; when the process ends between the two, it is done once more."""
        self._connection.execute("BEGIN")
        try:
            self._connection.executemany("INSERT OR REPLACE INTO deidentified VALUES (?, ?, ?)", self._rows)
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        os.ftruncate(self._journal, 0)
        self._rows.clear()

    def _study(self, uid: str) -> int:
        known = self._studies.get(uid)
        if known is None:
            known = self._number("study", "study_instance_uid", uid)
            _forget(self._studies)[uid] = known
        return known

    def _actions(self, done: frozenset[Done]) -> int:
        known = self._done.get(done)
        if known is None:
            known = self._number("done", "actions", _written(done))
            _forget(self._done)[done] = known
        return known

    def _number(self, table: str, column: str, value: str) -> int:
        self._connection.execute(f"INSERT OR IGNORE INTO {table} ({column}) VALUES (?)", (value,))  # noqa: S608
        found = self._connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (value,))  # noqa: S608
        return int(found.fetchone()[0])


def _complete_rows(journal: Path) -> list[Row]:
    """Return what stands in a journal; a line that was cut off is passed over."""
    text = journal.read_text("ascii") if journal.exists() else ""
    found = (LINE.fullmatch(line) for line in text.splitlines(keepends=True))
    return [(int(one[1]), one[2], int(one[3])) for one in found if one]


def _written(done: frozenset[Done]) -> str:
    entries = sorted(["/".join(f"{tag:08X}" for tag in one.path), one.action.name] for one in done)
    return json.dumps(entries, separators=(",", ":"))


def _read(actions: str) -> Iterator[Done]:
    for path, action in json.loads(actions):
        yield Done(tuple(int(tag, 16) for tag in path.split("/")), Action[action])


Key = TypeVar("Key")


def _forget(memory: dict[Key, int]) -> dict[Key, int]:
    if len(memory) > LONGEST_MEMORY:
        memory.clear()
    return memory
