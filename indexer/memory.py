"""The columns in memory, which each search brings up to date with PostgreSQL before it looks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters

from indexer import block, layout
from indexer.block import Block, Records
from sr_templates.template import Template

#: Exams that are fetched at once.
CHUNK = 50_000

#: Transactions that may still be under way have this number or a higher one. What they change is fetched by the next
#: look, and what is fetched twice does no harm.
STATE = "SELECT emptied::text AS emptied, pg_snapshot_xmin(pg_current_snapshot())::text AS oldest FROM bookkeeping"

CHANGED = """
SELECT number, changed::text AS changed, exam IS NULL AS removed FROM record
WHERE template = %s AND changed >= %s::xid8
"""

#: Members of a template without repeated groups are empty arrays, which no aggregate takes.
RECORDS = """
SELECT coalesce(string_agg(int4send(number) || exam, ''::bytea ORDER BY number), '') AS exams{members}
FROM record WHERE template = %s AND exam IS NOT NULL AND {which}
"""
MEMBERS = ", coalesce(string_agg(members[{place}], ''::bytea ORDER BY number), '') AS members_{place}"


@dataclass(frozen=True)
class _Known:
    """A block, and up to where it holds what PostgreSQL has.

    Attributes
    ----------
    oldest
        The oldest transaction that was under way.
    applied
        What was fetched of that transaction and later ones: number → transaction.
    """

    block: Block
    emptied: str
    oldest: str
    applied: Mapping[int, str]


class Memory:
    """The columns of every template; a value for each moment, so that many may read while one brings up to date."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._lock = Lock()

    @contextmanager
    def following(self, template: Template, cursor: Cursor) -> Iterator[Block]:
        """Yield the columns as the transaction of a cursor sees them.

        The snapshot must not be older than the columns: so it is taken here, by the first query.
        """
        with self._lock:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            known = self._followed(template, cursor)
            self._known[template.id] = known
        yield known.block

    def _followed(self, template: Template, cursor: Cursor) -> _Known:
        cursor.execute(STATE)
        emptied, oldest = _row(cursor)
        known = self._known.get(template.id)
        described = layout.of(template)
        if known is None or known.emptied != emptied or known.block.layout != described:
            return _Known(_all(template, described, cursor), emptied, oldest, _changed(template, oldest, cursor)[0])
        changed, removed = _changed(template, known.oldest, cursor)
        if changed == known.applied:
            return known if known.oldest == oldest else _Known(known.block, emptied, oldest, _since(changed, oldest))
        new = [number for number, at in changed.items() if known.applied.get(number) != at]
        fetched = [number for number in new if number not in removed]
        fresh = block.of_records(described, _fetch(template, described, cursor, "number = ANY(%s)", (fetched,)))
        return _Known(block.merged(known.block, fresh, new), emptied, oldest, _since(changed, oldest))


def _since(changed: Mapping[int, str], oldest: str) -> Mapping[int, str]:
    return {number: at for number, at in changed.items() if int(at) >= int(oldest)}


def _changed(template: Template, since: str, cursor: Cursor) -> tuple[dict[int, str], set[int]]:
    cursor.execute(CHANGED, (template.id, since))
    rows = cursor.fetchall()
    return {number: at for number, at, _ in rows}, {number for number, _, removed in rows if removed}


def _all(template: Template, described: layout.Layout, cursor: Cursor) -> Block:
    cursor.execute("SELECT coalesce(max(number), 0) FROM record WHERE template = %s", (template.id,))
    (last,) = _row(cursor)
    chunks = [
        _fetch(template, described, cursor, "number BETWEEN %s AND %s", (start, start + CHUNK - 1))
        for start in range(1, last + 1, CHUNK)
    ]
    exams = b"".join(chunk.exams for chunk in chunks)
    members = [b"".join(chunk.members[place] for chunk in chunks) for place in range(len(described.members))]
    return block.of_records(described, Records(exams, members))


def _fetch(
    template: Template, described: layout.Layout, cursor: Cursor, which: str, values: tuple[Any, ...]
) -> Records:
    members = "".join(MEMBERS.format(place=place) for place in range(1, len(described.members) + 1))
    cursor.execute(RECORDS.format(members=members, which=which), (template.id, *values))
    exams, *found = _row(cursor)
    return Records(bytes(exams), [bytes(one) for one in found])


def _row(cursor: Cursor) -> tuple[Any, ...]:
    row = cursor.fetchone()
    assert row is not None
    return row
