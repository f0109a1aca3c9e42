"""Masks that are being painted, kept for their user until saved; in a SQLite file of DATA.

A draft is what a crash of the browser's tab would lose: nothing in it counts before it is saved as a segmentation.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from orthanc_plugin.private_databases import opened

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
        with opened(self._path, SCHEMA) as connection:
            return tuple(Draft(*row) for row in connection.execute(query, (login, study_uid)))

    def body(self, login: str, series_uid: str) -> bytes | None:
        """Return the draft of a user, as it was sent."""
        query = "SELECT body FROM draft WHERE login = ? AND series_instance_uid = ?"
        with opened(self._path, SCHEMA) as connection:
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
        with opened(self._path, SCHEMA) as connection:
            others = "SELECT count(*) FROM draft WHERE login = ? AND series_instance_uid <> ?"
            if connection.execute(others, (login, series_uid)).fetchone()[0] >= MOST_DRAFTS:
                raise TooMany(f"You have {MOST_DRAFTS} masks that are not saved; save or discard some first.")
            connection.execute(
                "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?)", (login, series_uid, study_uid, saved, body)
            )
        return Draft(series_uid, saved, len(body))

    def discard(self, login: str, series_uid: str) -> bool:
        """Discard the draft of a user; return whether there was one."""
        with opened(self._path, SCHEMA) as connection:
            query = "DELETE FROM draft WHERE login = ? AND series_instance_uid = ?"
            return connection.execute(query, (login, series_uid)).rowcount > 0
