"""Stored files that an Orthanc which was killed had written, but not yet entered into its index: nobody can reach them.

They were never acknowledged, so their senders send them again, and may be cut off. Removed before the next start; only
what was written around the end is looked at, so that the size of the archive does not matter.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

#: Between the writing of a file and its entry are milliseconds, and more where the disk is slow.
MARGIN_S: Final = 120.0

#: Values in one question to SQLite.
AT_ONCE: Final = 500


def remove(folder: Path) -> int:
    """Remove the unfinished files of a storage area whose Orthanc does not run; return how many there were.

    Nothing is done while another program holds the index, or when the index cannot be read.
    """
    index = folder / "index"
    if not index.exists():
        return 0
    with contextlib.suppress(OSError, sqlite3.Error):
        ended = max(path.stat().st_mtime for path in (index, folder / "index-wal") if path.exists())
        found = {path.name: path for path in _written_since(folder, ended - MARGIN_S)}
        unknown = found.keys() - _known(index, list(found)) if found else set()
        for name in unknown:
            found[name].unlink()
        return len(unknown)
    return 0


def _written_since(folder: Path, moment: float) -> Iterator[Path]:
    for first in _folders(folder, 0):
        # A file that is new has changed the folder that it is in.
        for second in _folders(Path(first.path), moment):
            for file in os.scandir(second.path):
                if file.stat().st_mtime >= moment:
                    yield Path(file.path)


def _folders(folder: Path, moment: float) -> Iterator[os.DirEntry[str]]:
    """Yield the folders of a storage area, of two digits each."""
    for one in os.scandir(folder):
        if len(one.name) == 2 and one.is_dir() and one.stat().st_mtime >= moment:
            yield one


def _known(index: Path, names: list[str]) -> set[str]:
    known: set[str] = set()
    with contextlib.closing(sqlite3.connect(f"file:{index}?mode=rw", uri=True, timeout=1)) as connection:
        # Held to the end: an Orthanc that starts meanwhile would write files that we do not know of.
        connection.execute("BEGIN IMMEDIATE")
        for at in range(0, len(names), AT_ONCE):
            some = names[at : at + AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT uuid FROM AttachedFiles WHERE uuid IN ({marks})"  # noqa: S608 -- question marks alone
            known |= {row[0] for row in connection.execute(query, some)}
    return known
