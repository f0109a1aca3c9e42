"""One hash over everything that is indexed, to compare an index with its rebuild."""

from hashlib import sha256

from psycopg2 import sql

from indexer import tables
from indexer.index import Index

#: Tables about the index itself, not about what is in the archive; and what depends on the order of its filling.
BOOKKEEPING = frozenset({"bookkeeping", "failure", "record", "record_text", "patient_number", "acquisition"})

#: What of a record depends on the archive alone, and is in no other table.
LISTED = """
SELECT concat_ws(' ', template, study_instance_uid, state, listed) AS row FROM record
WHERE exam IS NOT NULL ORDER BY 1
"""


def fingerprint(index: Index) -> str:
    """Return a hash over all rows of all tables, whatever the order in which they were put."""
    digest = sha256()
    named = index.query("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", (tables.SCHEMA,))
    for table in (row["tablename"] for row in named):
        if table not in BOOKKEEPING:
            query = sql.SQL("SELECT to_jsonb(t)::text AS row FROM {} AS t ORDER BY 1").format(sql.Identifier(table))
            digest.update(f"\0{table}\0".encode())
            for row in index.query(query):
                digest.update(str(row["row"]).encode())
    for row in index.query(LISTED):
        digest.update(str(row["row"]).encode())
    return digest.hexdigest()
