"""Searches that users have saved, each for its user alone; kept in a SQLite file of DATA."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from orthanc_plugin.private_databases import opened

#: Of one user.
MOST_SEARCHES: Final = 200

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS search (
    id INTEGER PRIMARY KEY, login TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL, created TEXT NOT NULL,
    UNIQUE (login, name)
)
"""


class TooMany(ValueError):  # noqa: N818 -- says what is the case
    """The user has as many searches as one may have."""


@dataclass(frozen=True)
class Saved:
    """One search: `query` as in the URL, `created` ISO in UTC."""

    id: int
    name: str
    query: str
    created: str


class SavedSearches:
    """The file; a connection for each call, so that any thread may call."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, login: str) -> tuple[Saved, ...]:
        """Return the searches of a user, by name."""
        query = "SELECT id, name, query, created FROM search WHERE login = ? ORDER BY name COLLATE NOCASE, name"
        with opened(self._path, SCHEMA) as connection:
            return tuple(Saved(*row) for row in connection.execute(query, (login,)))

    def save(self, login: str, name: str, query: str) -> Saved:
        """Save a search; it takes the place of an earlier one of that name.

        Raises
        ------
        TooMany
            It would be one more than a user may have.
        """
        created = datetime.now(UTC).isoformat(timespec="seconds")
        with opened(self._path, SCHEMA) as connection:
            others = "SELECT count(*) FROM search WHERE login = ? AND name <> ?"
            if connection.execute(others, (login, name)).fetchone()[0] >= MOST_SEARCHES:
                raise TooMany(f"You have {MOST_SEARCHES} saved searches, as many as one may have; delete some first.")
            saved = connection.execute(
                "INSERT INTO search (login, name, query, created) VALUES (?, ?, ?, ?) ON CONFLICT (login, name)"
                " DO UPDATE SET query = excluded.query, created = excluded.created RETURNING id",
                (login, name, query, created),
            )
            return Saved(int(saved.fetchone()[0]), name, query, created)

    def delete(self, login: str, identifier: int) -> bool:
        """Delete a search of a user; return whether there was one."""
        with opened(self._path, SCHEMA) as connection:
            deleted = connection.execute("DELETE FROM search WHERE login = ? AND id = ?", (login, identifier))
            return deleted.rowcount > 0
