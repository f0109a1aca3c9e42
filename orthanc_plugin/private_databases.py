"""SQLite files of DATA that hold what DICOM does not, each for what its module tells: drafts, searches, assignments.

PostgreSQL would not do: it is made again from DICOM. SQLite writes through to the disk before a call returns: what is
kept survives kill -9 and a power cut.
"""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

#: How long a call waits for another thread's.
TIMEOUT_S: Final = 10


@contextmanager
def opened(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """Yield a connection of one call, so that any thread may call; what it did is committed at the end, or not at all.

    Parameters
    ----------
    schema
        One statement, which makes the table where it is not there yet.
    """
    # It is about patients, though under pseudonyms, and about their readers: nobody else on the machine reads it.
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR))
    with closing(sqlite3.connect(path, timeout=TIMEOUT_S)) as connection, connection:
        connection.execute(schema)
        yield connection
