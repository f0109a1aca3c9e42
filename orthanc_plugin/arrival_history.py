"""What arrived in each hour, and by which way in; kept in a SQLite file of DATA, so that no restart forgets it.

Counting must not cost an instance anything: it is done in memory, and written once a second at most.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

HOUR_S: Final = 3600
HOURS: Final = 24

#: Older hours are deleted; days of the disk after so many.
KEPT_HOURS: Final = 7 * 24
KEPT_DAYS: Final = 60
DAY_S: Final = 86_400

#: Between two writes.
FLUSH_S: Final = 1.0

#: Stands for "let in".
STORED: Final = ""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS arrival (
    hour INTEGER NOT NULL, way TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL, last REAL NOT NULL,
    PRIMARY KEY (hour, way, reason)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS study (hour INTEGER NOT NULL, uid TEXT NOT NULL, PRIMARY KEY (hour, uid)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS disk (day INTEGER PRIMARY KEY, used INTEGER NOT NULL);
"""

ARRIVED: Final = "SELECT * FROM arrival WHERE hour BETWEEN ? AND ? ORDER BY hour, way, reason"
STUDIES: Final = "SELECT hour, count(*) FROM study WHERE hour BETWEEN ? AND ? GROUP BY 1"

ADD: Final = """
INSERT INTO arrival VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET count = count + excluded.count, last = excluded.last
"""


@dataclass(frozen=True)
class Arrived:
    """How many instances came in one hour by one way; `reason` says why they were refused, or nothing."""

    hour: int
    way: str
    reason: str
    count: int
    last: float


class History:
    """The file; safe to use from several threads.

    Parameters
    ----------
    now
        Seconds of the epoch.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._path, self._now = path, now
        self._lock = Lock()
        self._counts: Counter[tuple[int, str, str]] = Counter()
        self._last: dict[tuple[int, str, str], float] = {}
        self._studies: set[tuple[int, str]] = set()
        self._known: set[tuple[int, str]] = set()
        self._flushed = 0.0

    def add(self, way: str, reason: str = STORED, study_instance_uid: str = "") -> None:
        """Count an instance.

        Raises
        ------
        sqlite3.Error
            It could not be written down; it is tried again with the next.
        """
        now = self._now()
        key = (int(now) // HOUR_S, way, reason)
        with self._lock:
            self._counts[key] += 1
            self._last[key] = now
            of_study = (key[0], study_instance_uid)
            if study_instance_uid and of_study not in self._known:
                self._studies.add(of_study)
            # The clock may have been put back.
            if abs(now - self._flushed) >= FLUSH_S:
                self._flush(now)

    def recent(self) -> tuple[list[Arrived], Mapping[int, int]]:
        """Return what came in the last hours, and the number of studies of each hour."""
        now = self._now()
        first = int(now) // HOUR_S - HOURS + 1
        with self._lock:
            self._flush(now)
        with closing(self._open()) as connection:
            # A clock that was put back has hours that are still to come.
            hours = (first, int(now) // HOUR_S)
            found = [Arrived(*row) for row in connection.execute(ARRIVED, hours)]
            studies = dict(connection.execute(STUDIES, hours))
        return found, studies

    def used(self, size: int) -> float | None:
        """Remember what is used of the disk today; return by how many bytes it grows a day, None when not known yet."""
        today = int(self._now()) // DAY_S
        with self._lock, closing(self._open()) as connection, connection:
            connection.execute("INSERT OR REPLACE INTO disk VALUES (?, ?)", (today, size))
            connection.execute("DELETE FROM disk WHERE day < ?", (today - KEPT_DAYS,))
            oldest = connection.execute("SELECT day, used FROM disk WHERE day >= ? ORDER BY day", (today - 14,))
            day, was = oldest.fetchone()
        return (size - was) / (today - day) if day < today else None

    def close(self) -> None:
        """Write what is not written yet."""
        with self._lock:
            self._flush(self._now())

    def _flush(self, now: float) -> None:
        self._flushed = now
        if not self._counts:
            return
        with closing(self._open()) as connection, connection:
            rows = [(*key, count, self._last[key]) for key, count in self._counts.items()]
            connection.executemany(ADD, rows)
            connection.executemany("INSERT OR IGNORE INTO study VALUES (?, ?)", self._studies)
            oldest = int(now) // HOUR_S - KEPT_HOURS
            connection.execute("DELETE FROM arrival WHERE hour < ?", (oldest,))
            connection.execute("DELETE FROM study WHERE hour < ?", (oldest,))
        hour = int(now) // HOUR_S
        self._known = {one for one in self._known | self._studies if one[0] == hour}
        self._counts.clear()
        self._last.clear()
        self._studies.clear()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=5)
        # A power cut may take the last second with it, the end of the process does not.
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + SCHEMA)
        return connection
