"""Logs that do not grow for ever: when one is large it is put aside, and the oldest is dropped.

The servers write into files that they keep open, and each in its own way of having them opened anew, or none. So a log
is copied and then emptied; all of them are opened for appending, and go on at the beginning.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

#: Of one file, and how many are kept beside the one that is written: 80 MB for each server.
LARGEST_BYTES: Final = 20 * 2**20
KEPT: Final = 3


def keep_small(folder: Path, largest_bytes: int = LARGEST_BYTES) -> None:
    """Put aside every log of a folder that has grown too large."""
    for log in folder.glob("*.log"):
        # On a full disk the log stays as it is; the next look tries again.
        with suppress(OSError):
            if log.stat().st_size > largest_bytes:
                _put_aside(log)


def _put_aside(log: Path) -> None:
    for number in range(KEPT - 1, 0, -1):
        older = _aside(log, number)
        if older.exists():
            older.replace(_aside(log, number + 1))
    copy = _aside(log, 1)
    shutil.copyfile(log, copy)
    shutil.copystat(log, copy)
    os.truncate(log, 0)


def _aside(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
