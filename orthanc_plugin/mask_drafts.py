"""Masks that are being painted, kept for their user until saved; in a SQLite file of DATA.

A draft is what a crash of the browser's tab would lose: nothing in it counts before it is saved as a segmentation.
"""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

#: Of one user: far more than anybody paints without saving.
MOST_DRAFTS: Final = 100
#: Of one draft, compressed; a mask of 500 slices takes some hundred kilobytes.
MOST_BYTES: Final = 32 * 1024 * 1024

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS draft (
    login TEXT NOT NULL, series_instance_uid TEXT NOT NULL, study_instance_uid TEXT NOT NULL, saved TEXT NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (login, series_instance_uid)
)
"""


class TooMany(ValueError):  # noqa: N818 -- says what is the case
    """The user has as many drafts as one may have."""


@dataclass(frozen=True)
class Draft:
    """That there is one; `saved` ISO in UTC, `bytes` as it is kept."""

    series_instance_uid: str
    saved: str
    bytes: int


class MaskDrafts:
    """The file; a connection for each call, so that any thread may call."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, login: str, study_uid: str) -> tuple[Draft, ...]:
        """Return which drafts a user has of a study, the newest first."""
        query = (
            "SELECT series_instance_uid, saved, length(body) FROM draft WHERE login = ? AND study_instance_uid = ?"
            " ORDER BY saved DESC"
        )
        with self._open() as connection:
            return tuple(Draft(*row) for row in connection.execute(query, (login, study_uid)))

    def body(self, login: str, series_uid: str) -> bytes | None:
        """Return the draft of a user, as it was sent."""
        query = "SELECT body FROM draft WHERE login = ? AND series_instance_uid = ?"
        with self._open() as connection:
            row = connection.execute(query, (login, series_uid)).fetchone()
        return bytes(row[0]) if row else None

    def keep(self, login: str, series_uid: str, study_uid: str, body: bytes) -> Draft:
        """Keep a draft; it takes the place of the one before.

        Raises
        ------
        TooMany
            It would be one more than a user may have.
        """
        saved = datetime.now(UTC).isoformat(timespec="seconds")
        with self._open() as connection:
            others = "SELECT count(*) FROM draft WHERE login = ? AND series_instance_uid <> ?"
            if connection.execute(others, (login, series_uid)).fetchone()[0] >= MOST_DRAFTS:
                raise TooMany(f"You have {MOST_DRAFTS} masks that are not saved; save or discard some first.")
            connection.execute(
                "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?)", (login, series_uid, study_uid, saved, body)
            )
        return Draft(series_uid, saved, len(body))

    def discard(self, login: str, series_uid: str) -> bool:
        """Discard the draft of a user; return whether there was one."""
        with self._open() as connection:
            query = "DELETE FROM draft WHERE login = ? AND series_instance_uid = ?"
            return connection.execute(query, (login, series_uid)).rowcount > 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # Nobody else on the machine reads what a reader has not saved.
        os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR))
        with closing(sqlite3.connect(self._path, timeout=10)) as connection, connection:
            connection.execute(SCHEMA)
            yield connection
