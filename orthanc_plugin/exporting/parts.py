"""Zip files of bounded size, written one after the other; each is valid by itself, and all unpack into one folder.

Orthanc 1.10 takes what a Python plugin answers in one piece from memory, and answers nothing but 200 to bytes, so that
neither a stream nor ranges of one large file can be given: a download is one part.
"""

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from orthanc_plugin.errors import RequestError

#: The same for every file, so that the same dataset has the same bytes: a zip cannot say an earlier time.
NO_TIME = (1980, 1, 1, 0, 0, 0)

#: What does not become smaller.
COMPRESSED = (".gz", ".dcm")

BLOCK = 1 << 20


class DiskFull(RequestError):  # noqa: N818 -- says what is the case
    """There is no room for what has to be written."""

    def __init__(self, free: int, needed: int, reserve: int) -> None:
        message = (
            f"The disk has {gigabytes(free)} free, and the export needs about {gigabytes(needed)} beside the "
            f"{gigabytes(reserve)} that are kept free (setting ExportReserveMegabytes). Make room, delete old exports, "
            "or choose fewer exams or another form."
        )
        super().__init__(507, "disk_full", message)


def gigabytes(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"


@dataclass(frozen=True)
class Part:
    """One zip file that is complete."""

    number: int
    name: str
    bytes: int
    sha256: str


class Parts:
    """Writes the parts of one dataset.

    Parameters
    ----------
    largest
        A part is ended before what would make it larger than this; a single scan may.
    reserve
        What must stay free on the disk.
    done
        Parts that an interrupted run has completed.
    completed
        Told of each part when it is whole and on the disk.
    """

    def __init__(
        self, folder: Path, name: str, largest: int, reserve: int, done: list[Part], completed: Callable[[Part], None]
    ) -> None:
        self._folder, self._name, self._largest, self._reserve = folder, name, largest, reserve
        self.done, self._completed = done, completed
        self._zip: zipfile.ZipFile | None = None
        self._unfinished = folder / "unfinished.zip"

    @property
    def written(self) -> int:
        """How many bytes are written so far."""
        return sum(part.bytes for part in self.done) + self._size()

    def begin(self, expected: int) -> None:
        """Begin what belongs together: in a new part where this one would become too large.

        Raises
        ------
        DiskFull
            There is no room for it.
        """
        free = free_bytes(self._folder)
        if free - expected < self._reserve:
            raise DiskFull(free, expected, self._reserve)
        if self._size() and self._size() + expected > self._largest:
            self.complete()

    def add(self, path: str, data: bytes) -> str:
        """Add a file; return its SHA-256."""
        self._opened().writestr(_entry(path), data)
        return sha256(data).hexdigest()

    def add_file(self, path: str, source: Path) -> str:
        """Add a file of the disk, block by block; return its SHA-256."""
        digest = sha256()
        with source.open("rb") as file, self._opened().open(_entry(path), "w", force_zip64=True) as target:
            while block := file.read(BLOCK):
                digest.update(block)
                target.write(block)
        return digest.hexdigest()

    def complete(self) -> None:
        """End the part that is being written."""
        if self._zip is None:
            return
        self._zip.close()
        self._zip = None
        number = len(self.done) + 1
        path = self._folder / f"{self._name}-{number}.zip"
        part = Part(number, path.name, self._unfinished.stat().st_size, _digest(self._unfinished))
        self._unfinished.replace(path)
        self.done.append(part)
        self._completed(part)

    def abandon(self) -> None:
        """Leave the part that is being written as it is; nobody will take it for a whole one."""
        if self._zip is not None:
            self._zip.close()
            self._zip = None
        self._unfinished.unlink(missing_ok=True)

    def _size(self) -> int:
        return self._zip.fp.tell() if self._zip is not None and self._zip.fp else 0

    def _opened(self) -> zipfile.ZipFile:
        if self._zip is None:
            self._zip = zipfile.ZipFile(self._unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        return self._zip


def free_bytes(folder: Path) -> int:
    """Return the room on the disk of a folder."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, NO_TIME)
    entry.compress_type = zipfile.ZIP_STORED if path.endswith(COMPRESSED) else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest: Any = sha256()
        while block := file.read(BLOCK):
            digest.update(block)
        os.fsync(file.fileno())
    return str(digest.hexdigest())
