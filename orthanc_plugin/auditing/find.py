"""Finds rows of the audit; what was entered before the work and after it is told as one."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from orthanc_plugin.auditing.audit import COLUMNS, as_row, read_only
from orthanc_plugin.auditing.row import Row

#: A day, as `to`, is meant with its whole length.
END_OF_DAY = "T23:59:59.999Z"


@dataclass(frozen=True)
class Asked:
    """What is looked for; None: whatever it is."""

    user: str | None = None
    action: str | None = None
    object: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Found:
    """A row with how it ended: the outcome and objects of the row that came after the work, if there is one."""

    row: Row
    outcome: str
    objects: tuple[str, ...]
    details: Mapping[str, object]


def find(path: Path, asked: Asked, limit: int, offset: int = 0) -> tuple[int, list[Found]]:
    """Return how many rows there are, and those of a page, the newest first."""
    where, given = _where(asked)
    with closing(read_only(path)) as connection:
        connection.execute("BEGIN")
        total = connection.execute(f"SELECT count(*) FROM audit WHERE {where}", given).fetchone()[0]  # noqa: S608
        query = f"SELECT {COLUMNS} FROM audit WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?"  # noqa: S608
        rows = [as_row(found) for found in connection.execute(query, (*given, limit, offset))]
        return total, [_with_end(connection, row) for row in rows]


def _where(asked: Asked) -> tuple[str, tuple[str, ...]]:
    until = asked.until + END_OF_DAY if asked.until and "T" not in asked.until else asked.until
    # A UID in quotation marks is a whole one; rows before and after the work have the number of the first in common.
    one_object = "id IN (SELECT coalesce(begun, id) FROM audit WHERE instr(objects, ?))"
    quoted = json.dumps(asked.object) if asked.object is not None else None
    conditions = (
        *(("login = ?", asked.user), ("action = ?", asked.action), (one_object, quoted)),
        *(("time >= ?", asked.since), ("time <= ?", until)),
    )
    used = [(condition, value) for condition, value in conditions if value is not None]
    return " AND ".join(["begun IS NULL", *(one for one, _ in used)]), tuple(value for _, value in used)


def _with_end(connection: sqlite3.Connection, row: Row) -> Found:
    found = connection.execute(f"SELECT {COLUMNS} FROM audit WHERE begun = ?", (row.id,)).fetchone()  # noqa: S608
    last = as_row(found).entry if found else row.entry
    return Found(row, last.outcome, tuple(dict.fromkeys((*row.entry.objects, *last.objects))), last.details)
