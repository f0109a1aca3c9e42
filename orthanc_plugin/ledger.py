"""What was done to the instances of each study, attribute by attribute, without values; kept in a SQLite file of DATA.

It is written while an instance arrives, so that no crash loses it, and never read on that way. PostgreSQL would not do:
it may be away, and it is made again from DICOM, which does not hold this.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
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

#: Numbers of studies and actions that are remembered between two instances.
LONGEST_MEMORY: Final = 1000


@dataclass(frozen=True)
class Entry:
    """How many instances of a study had one action done to the attributes of one path."""

    done: Done
    instances: int


class Ledger:
    """The file; `add` is called by one thread at a time, the others by any."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # A power cut may take the last entries with it, the end of the process does not.
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + SCHEMA)
        if self._connection.execute(FORMER).fetchone():
            self._connection.executescript(TAKE_OVER)
        self._studies: dict[str, int] = {}
        self._done: dict[frozenset[Done], int] = {}

    def add(self, one: Deidentified) -> None:
        """Enter an instance; one that is there already is entered anew."""
        study = self._study(one.identity.study_instance_uid)
        row = (study, one.identity.sop_instance_uid, self._actions(one.done))
        self._connection.execute("INSERT OR REPLACE INTO deidentified VALUES (?, ?, ?)", row)

    def study(self, study_instance_uid: str) -> tuple[int, tuple[Entry, ...]]:
        """Return how many instances of a study have arrived, and what was done to them, by path."""
        query = (
            "SELECT actions, count(*) FROM deidentified JOIN done ON done.id = deidentified.done"
            " WHERE study = (SELECT id FROM study WHERE study_instance_uid = ?) GROUP BY done.id"
        )
        counts: dict[Done, int] = {}
        total = 0
        with closing(sqlite3.connect(self._path)) as connection:
            for actions, count in connection.execute(query, (study_instance_uid,)):
                total += count
                for done in _read(actions):
                    counts[done] = counts.get(done, 0) + count
        ordered = sorted(counts, key=lambda one: (one.path, one.action.name))
        return total, tuple(Entry(done, counts[done]) for done in ordered)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

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
