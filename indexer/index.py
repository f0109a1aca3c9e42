"""The index: a pool of connections to PostgreSQL; each method is one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from importlib import resources
from typing import Any

import psycopg2
import psycopg2.errors
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 -- psycopg2 names its class in small letters
from psycopg2.extensions import cursor as Cursor  # noqa: N812
from psycopg2.extras import RealDictCursor
from psycopg2.pool import PoolError, ThreadedConnectionPool

from indexer import layout, pool, tables
from indexer.assigned import Assignments, Known, NoAssignments
from indexer.block import Block
from indexer.errors import IndexUnavailable
from indexer.memory import Memory
from indexer.rows import Counts, Failure
from indexer.writer import Writer
from sr_templates import template
from sr_templates.template import Template


class Index:
    """The index behind one connection string.

    Parameters
    ----------
    dsn
        libpq connection string. No connection is made before it is needed, so PostgreSQL may come later.
    assignments
        Who is to read which study; searches take it from there.
    """

    def __init__(self, dsn: str, assignments: Assignments | None = None) -> None:
        self._dsn = dsn
        self.assigned = Known(assignments or NoAssignments())
        self._pool: ThreadedConnectionPool | None = None
        self._memory = Memory()

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        """Yield a writer; everything it does is committed together, or not at all.

        Raises
        ------
        IndexUnavailable
            PostgreSQL does not answer.
        """
        with self.cursor() as cursor:
            writer = Writer(cursor)
            yield writer
            writer.flush()

    @contextmanager
    def exams(self, template: Template) -> Iterator[tuple[Block, Cursor]]:
        """Yield the columns of all exams, and the transaction that sees the same.

        Raises
        ------
        IndexUnavailable
            PostgreSQL does not answer.
        """
        with self.cursor() as cursor, self._memory.following(template, cursor) as block:
            yield block, cursor

    def read_columns(self, templates: Sequence[Template]) -> None:
        """Read the columns of all exams, so that the first search need not: some 7 s for a million exams.

        Raises
        ------
        IndexUnavailable
            PostgreSQL does not answer.
        """
        for one in templates:
            with self.exams(one):
                pass

    def ensure_schema(self, templates: Sequence[Template] = ()) -> bool:
        """Make the tables, or make them anew when their definition has changed; return whether they were made.

        New tables are empty and their position is 0, so that the index fills itself from DICOM.
        """
        chosen = templates or [template.load(name) for name in template.names()]
        statements = _definition(chosen)
        with self.cursor() as cursor:
            told = [part.as_string(cursor.connection) for part in statements]
            # Records are bytes: their layout is as much of the definition as the tables are.
            told += [repr((one, layout.exam_type(one))) for one in map(layout.of, chosen)]
            hash_now = sha256("\n".join(told).encode()).hexdigest()
            # Two starts at once must not make the tables twice.
            cursor.execute("SELECT pg_advisory_xact_lock(4870)")
            cursor.execute("SELECT to_regclass('hepatia.bookkeeping') IS NOT NULL")
            if _value(cursor):
                cursor.execute("SELECT schema_hash FROM bookkeeping")
                if _value(cursor) == hash_now:
                    return False
            self._make(cursor, statements, hash_now)
        return True

    def begin_rebuild(self, position: int, *, anew: bool) -> str:
        """Empty every table and set the position, or take up a rebuild that was interrupted.

        Returns
        -------
        str
            What `Writer.set_rebuilt` was last given; empty at the beginning.
        """
        with self.cursor() as cursor:
            cursor.execute("SELECT rebuilt_to FROM bookkeeping")
            reached = _value(cursor)
            if reached is not None and not anew:
                return str(reached)
            self._empty(cursor)
            begun = "rebuilt_to = '', rebuild_started = now(), rebuild_finished = NULL"
            cursor.execute(f"UPDATE bookkeeping SET position = %s, {begun}", (position,))  # noqa: S608
            return ""

    def is_incomplete(self) -> bool:
        """Whether a rebuild is under way or was interrupted."""
        return self.query("SELECT rebuilt_to FROM bookkeeping")[0]["rebuilt_to"] is not None

    def last_rebuild(self) -> tuple[datetime, datetime | None] | None:
        """Return when the last rebuild began and when it was complete; None when there was none."""
        row = self.query("SELECT rebuild_started, rebuild_finished FROM bookkeeping")[0]
        return (row["rebuild_started"], row["rebuild_finished"]) if row["rebuild_started"] else None

    def version(self) -> str:
        """Return the version of PostgreSQL."""
        return str(self.query("SHOW server_version")[0]["server_version"]).split()[0]

    def size(self) -> int:
        """Return how many bytes the database has."""
        return int(self.query("SELECT pg_database_size(current_database()) AS size")[0]["size"])

    def clear(self) -> None:
        """Empty every table; the position becomes 0."""
        with self.cursor() as cursor:
            self._empty(cursor)
            cursor.execute("UPDATE bookkeeping SET position = 0, rebuilt_to = NULL")

    def position(self) -> int:
        """Return the number of the last change of the archive that is indexed."""
        return int(self.query("SELECT position FROM bookkeeping")[0]["position"])

    def counts(self) -> Counts:
        """Return how much is indexed."""
        row = self.query(
            "SELECT (SELECT count(*) FROM study) AS studies, (SELECT count(*) FROM report) AS reports,"
            " (SELECT count(*) FROM segmentation) AS segmentations"
        )[0]
        return Counts(row["studies"], row["reports"], row["segmentations"])

    def failed(self) -> tuple[Failure, ...]:
        """Return the objects that could not be indexed."""
        return tuple(Failure(**row) for row in self.query("SELECT * FROM failure ORDER BY sop_instance_uid"))

    def report(self, sop_instance_uid: str) -> Mapping[str, Any] | None:
        """Return the row of a report."""
        found = self.query("SELECT * FROM report WHERE sop_instance_uid = %s", (sop_instance_uid,))
        return found[0] if found else None

    def reports_of(self, study_instance_uid: str) -> list[Mapping[str, Any]]:
        """Return the rows of a study's reports, the oldest first."""
        return self.query(
            "SELECT * FROM report WHERE study_instance_uid = %s ORDER BY created, sop_instance_uid",
            (study_instance_uid,),
        )

    def segmentations_of(self, study_instance_uid: str) -> list[Mapping[str, Any]]:
        """Return the rows of a study's segmentations, the oldest first."""
        return self.query(
            "SELECT * FROM segmentation WHERE study_instance_uid = %s ORDER BY created, sop_instance_uid",
            (study_instance_uid,),
        )

    def query(self, query: str | sql.Composable, values: Sequence[Any] = ()) -> list[Mapping[str, Any]]:
        """Return the rows of a SELECT as dictionaries."""
        with self.cursor(RealDictCursor) as cursor:
            cursor.execute(query, values)
            return [dict(row) for row in cursor.fetchall()]

    def close(self) -> None:
        """Close every connection."""
        if self._pool:
            self._pool.closeall()
            self._pool = None

    @contextmanager
    def cursor(self, kind: type[Cursor] | None = None) -> Iterator[Cursor]:
        """Yield the cursor of one transaction.

        Raises
        ------
        IndexUnavailable
            PostgreSQL does not answer.
        """
        connection = self._connect()
        broken = True
        try:
            with connection, connection.cursor(cursor_factory=kind) as cursor:
                yield cursor
            broken = False
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            raise IndexUnavailable("PostgreSQL does not answer; the index catches up when it is back.") from error
        except psycopg2.errors.UndefinedTable as error:
            broken = False
            raise IndexUnavailable("The index is being made; it is there in a moment.") from error
        except BaseException:
            broken = bool(connection.closed)
            raise
        finally:
            # A connection that has died must not be handed out again.
            if self._pool:
                self._pool.putconn(connection, close=broken or bool(connection.closed))

    def _connect(self) -> Connection:
        try:
            if self._pool is None:
                self._pool = pool.opened(self._dsn)
            return pool.living(self._pool)
        except (psycopg2.OperationalError, psycopg2.InterfaceError, PoolError) as error:
            raise IndexUnavailable("PostgreSQL cannot be reached; the index catches up when it is back.") from error

    @staticmethod
    def _empty(cursor: Cursor) -> None:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (tables.SCHEMA,))
        names = [name for (name,) in cursor.fetchall() if name != "bookkeeping"]
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, names))))
        cursor.execute("UPDATE bookkeeping SET emptied = pg_current_xact_id()")

    @staticmethod
    def _make(cursor: Cursor, statements: Sequence[sql.Composable], schema_hash: str) -> None:
        schema = sql.Identifier(tables.SCHEMA)
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        for statement in statements:
            cursor.execute(statement)
        _index_texts(cursor)
        cursor.execute("INSERT INTO bookkeeping VALUES (0, %s)", (schema_hash,))


def _index_texts(cursor: Cursor) -> None:
    """Make the index for texts where PostgreSQL's contrib is installed; without it, they are read through."""
    cursor.execute("SAVEPOINT before")
    try:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
        cursor.execute("CREATE INDEX ON record_text USING gin (content public.gin_trgm_ops)")
    except psycopg2.Error:
        cursor.execute("ROLLBACK TO SAVEPOINT before")


def _definition(templates: Sequence[Template]) -> list[sql.Composable]:
    fixed = resources.files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")
    statements: list[sql.Composable] = [sql.SQL(fixed)]
    for one in templates:
        statements += tables.definition(one)
    return statements


def _value(cursor: Cursor) -> Any:  # noqa: ANN401 -- of any column
    row = cursor.fetchone()
    assert row is not None
    return row[0]
