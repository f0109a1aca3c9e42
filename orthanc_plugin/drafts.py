"""What readers have answered and not saved yet: one draft for each user and study, kept in a SQLite file of DATA.

It is no report: nobody but its user sees it, and DICOM does not hold it.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from orthanc_plugin.private_databases import opened

#: Of one user: more than anybody reads at a time.
MOST_DRAFTS: Final = 1000
#: Of one draft as JSON; that of a report with a hundred nodules has some 60 kB.
LARGEST_BYTES: Final = 256 * 1024

#: `revision` never comes back, also not after a deletion: whoever has seen one knows whether it is still the same.
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS draft (
    revision INTEGER PRIMARY KEY AUTOINCREMENT, login TEXT NOT NULL, study_instance_uid TEXT NOT NULL,
    kept TEXT NOT NULL, content TEXT NOT NULL, UNIQUE (login, study_instance_uid)
)
"""


class TooManyDrafts(ValueError):  # noqa: N818 -- says what is the case
    """The user has as many drafts as one may have."""


class TooLarge(ValueError):  # noqa: N818
    """The draft is larger than one may be."""


class Changed(ValueError):  # noqa: N818
    """The draft is not the one that the request is about: another tab or machine of the user has kept or removed it."""


@dataclass(frozen=True)
class Draft:
    """One draft: `revision` is another after every change, `kept` ISO in UTC."""

    revision: int
    kept: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Expected:
    """What a request takes for granted; `revision` None: that there is no draft yet."""

    revision: int | None


class Drafts:
    """The file; a connection for each call, so that any thread may call."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, login: str, study_instance_uid: str) -> Draft | None:
        """Return the draft of a user."""
        with opened(self._path, SCHEMA) as connection:
            return _found(connection, login, study_instance_uid)

    def put(
        self, login: str, study_instance_uid: str, content: Mapping[str, Any], expected: Expected | None = None
    ) -> Draft:
        """Keep a draft; it takes the place of the user's earlier one of the study.

        Raises
        ------
        Changed
            Another draft than the expected one is there, or none.
        TooLarge, TooManyDrafts
            It would be more than a user may have.
        """
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) > LARGEST_BYTES:
            raise TooLarge(f"A draft has at most {LARGEST_BYTES // 1024} kB.")
        kept = datetime.now(UTC).isoformat(timespec="milliseconds")
        with opened(self._path, SCHEMA) as connection:
            connection.execute("BEGIN IMMEDIATE")
            _check(_found(connection, login, study_instance_uid), expected)
            _remove(connection, login, study_instance_uid)
            [count] = connection.execute("SELECT count(*) FROM draft WHERE login = ?", (login,)).fetchone()
            if count >= MOST_DRAFTS:
                raise TooManyDrafts(f"You have {MOST_DRAFTS} drafts, as many as one may have; save or discard some.")
            added = connection.execute(
                "INSERT INTO draft (login, study_instance_uid, kept, content) VALUES (?, ?, ?, ?) RETURNING revision",
                (login, study_instance_uid, kept, text),
            )
            return Draft(int(added.fetchone()[0]), kept, content)

    def remove(self, login: str, study_instance_uid: str, expected: Expected | None = None) -> bool:
        """Remove the draft of a user; return whether there was one.

        Raises
        ------
        Changed
            Another draft than the expected one is there.
        """
        with opened(self._path, SCHEMA) as connection:
            connection.execute("BEGIN IMMEDIATE")
            found = _found(connection, login, study_instance_uid)
            if found:
                _check(found, expected)
                _remove(connection, login, study_instance_uid)
            return found is not None


def _found(connection: sqlite3.Connection, login: str, study_instance_uid: str) -> Draft | None:
    query = "SELECT revision, kept, content FROM draft WHERE login = ? AND study_instance_uid = ?"
    row = connection.execute(query, (login, study_instance_uid)).fetchone()
    return Draft(int(row[0]), str(row[1]), json.loads(row[2])) if row else None


def _remove(connection: sqlite3.Connection, login: str, study_instance_uid: str) -> None:
    connection.execute("DELETE FROM draft WHERE login = ? AND study_instance_uid = ?", (login, study_instance_uid))


def _check(found: Draft | None, expected: Expected | None) -> None:
    if expected is not None and (found.revision if found else None) != expected.revision:
        raise Changed("The draft was changed in another tab or on another machine of yours; GET tells what is there.")
