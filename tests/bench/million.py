"""A large index from a small one: rows multiplied within PostgreSQL, as if so many exams had been indexed.

The answers of the copies are those of their originals (table report), of which a search reads one page only.
"""

import time
from collections.abc import Iterator

from psycopg2 import sql

from indexer import tables
from indexer.index import Index
from sr_templates.template import Template
from tests import cohorts

#: Exams that go the usual way, as objects.
ORIGINALS = 20_000
SEED = 1

RECORDS = """
INSERT INTO record (template, study_instance_uid, changed, report, state, exam, members, listed)
SELECT template, study_instance_uid || '.' || copy, pg_current_xact_id(), report, state,
  -- Another hash within the order, and another patient: see indexer/layout.py.
  substring(decode(md5(study_instance_uid || copy), 'hex') FROM 1 FOR 5) || substring(exam FROM 6 FOR 3)
    || substring(patient FROM 4 FOR 1) || substring(patient FROM 3 FOR 1) || substring(patient FROM 2 FOR 1)
    || substring(patient FROM 1 FOR 1) || substring(exam FROM 13), members, listed
FROM record CROSS JOIN generate_series(%(first)s, %(last)s) AS copy
CROSS JOIN LATERAL int4send(get_byte(exam, 8) + get_byte(exam, 9) * 256 + get_byte(exam, 10) * 65536
  + copy * %(originals)s) AS patient
WHERE study_instance_uid NOT LIKE '2.25.1.%%.%%'
"""

TEXTS = """
INSERT INTO record_text SELECT record.number, record.template, record.study_instance_uid, content
FROM record_text JOIN record ON record.template = record_text.template
  AND substring(record.study_instance_uid FROM '^2\\.25\\.1\\.\\d+') = record_text.study_instance_uid
WHERE record.study_instance_uid LIKE '2.25.1.%%.%%' AND record_text.study_instance_uid NOT LIKE '2.25.1.%%.%%'
ON CONFLICT DO NOTHING
"""


def fill(index: Index, template: Template, count: int, already: int) -> float:
    """Fill an index up to a number of exams, a multiple of ORIGINALS; return how many a second went the usual way."""
    began = time.perf_counter()
    if not already:
        cohorts.put(index, template, cohorts.exams(template, ORIGINALS, SEED))
    rate = ORIGINALS / (time.perf_counter() - began)
    values = {"first": max(1, already // ORIGINALS), "last": count // ORIGINALS - 1, "originals": ORIGINALS}
    with index.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(RECORDS, values)
        cursor.execute(TEXTS, values)
        for statement in _copies(index, template):
            cursor.execute(statement, values)
        for table in ("study", "record", "record_text", *_typed(template)):
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    return rate


def _typed(template: Template) -> list[str]:
    members = [tables.member_table(template, group) for group in template.groups if group.repeats]
    return [tables.exam_table(template), *members]


def _copies(index: Index, template: Template) -> Iterator[sql.Composed]:
    """Yield what multiplies the tables that stand beside the records."""
    for table in ("study", *_typed(template)):
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position"
        _, *names = [row["column_name"] for row in index.query(query, (table,))]
        yield sql.SQL(
            "INSERT INTO {table} SELECT study_instance_uid || '.' || copy, {names} FROM {table}"
            " CROSS JOIN generate_series(%(first)s, %(last)s) AS copy"
            " WHERE study_instance_uid NOT LIKE '2.25.1.%%.%%'"
        ).format(table=sql.Identifier(table), names=sql.SQL(", ").join(map(sql.Identifier, names)))
