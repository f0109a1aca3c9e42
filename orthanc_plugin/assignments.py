"""Who is to read which study: readers assigned to studies, kept in a SQLite file of DATA.

An assignment is workflow and no finding: DICOM does not hold it, and no rebuild of the index touches it. Several
readers may be assigned to one study (double reading). Searches ask this file itself, by way of `indexer.assigned`:
PostgreSQL has no copy that could fall behind it.
"""

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from indexer.assigned import Everything
from orthanc_plugin.private_databases import opened

#: `login` is the reader's, `assigned_by` of who assigned him; logins as in users.json.
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS assignment (
    study_instance_uid TEXT NOT NULL, login TEXT NOT NULL, assigned_by TEXT NOT NULL, created TEXT NOT NULL,
    PRIMARY KEY (study_instance_uid, login)
) WITHOUT ROWID
"""


@dataclass(frozen=True)
class Assignment:
    """One reader of one study: `created` ISO in UTC."""

    study_instance_uid: str
    login: str
    assigned_by: str
    created: str


class Assignments:
    """The file; a connection for each call, so that any thread may call."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, study_uids: Collection[str]) -> Mapping[str, tuple[Assignment, ...]]:
        """Return the assignments of studies, of each the oldest first; studies without any are left out."""
        query = (
            "SELECT study_instance_uid, login, assigned_by, created FROM assignment"
            " WHERE study_instance_uid IN (SELECT value FROM json_each(?)) ORDER BY created, login"
        )
        found: dict[str, tuple[Assignment, ...]] = {}
        with opened(self._path, SCHEMA) as connection:
            for row in connection.execute(query, (json.dumps(list(study_uids)),)):
                found[row[0]] = (*found.get(row[0], ()), Assignment(*row))
        return found

    def change(
        self, study_uids: Iterable[str], assign: Collection[str], withdraw: Collection[str], assigned_by: str
    ) -> tuple[int, int]:
        """Assign readers to studies and withdraw others, all together or not at all; what is so already stays as it is.

        Returns
        -------
        assigned, withdrawn : int
            How many assignments were added, and how many removed.
        """
        created = datetime.now(UTC).isoformat(timespec="milliseconds")
        uids = list(study_uids)
        added = [(uid, login, assigned_by, created) for uid in uids for login in assign]
        removed = [(uid, login) for uid in uids for login in withdraw]
        with opened(self._path, SCHEMA) as connection:
            connection.execute("BEGIN IMMEDIATE")
            before = connection.total_changes
            connection.executemany("DELETE FROM assignment WHERE study_instance_uid = ? AND login = ?", removed)
            withdrawn = connection.total_changes - before
            connection.executemany("INSERT INTO assignment VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", added)
            assigned = connection.total_changes - before - withdrawn
            if assigned or withdrawn:
                # A number in the file's own header, part of the transaction as all else. By chance: the changes that
                # follow a restored backup must not get the numbers of those that it has undone.
                connection.execute(f"PRAGMA user_version = {secrets.randbelow(2**31)}")
        return assigned, withdrawn

    def revision(self) -> int:
        """Return a number that is another after every change."""
        with opened(self._path, SCHEMA) as connection:
            return _revision(connection)

    def everything(self) -> Everything:
        """Return all assignments."""
        with opened(self._path, SCHEMA) as connection:
            rows = connection.execute("SELECT login, study_instance_uid FROM assignment").fetchall()
        return Everything([login for login, _ in rows], [uid for _, uid in rows])


def _revision(connection: sqlite3.Connection) -> int:
    [revision] = connection.execute("PRAGMA user_version").fetchone()
    return int(revision)
