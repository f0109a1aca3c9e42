"""Where a backup is kept: a folder with one folder for each backup, or one tar file; and how it is read again.

Either holds the same files: `data/…` as in DATA, `settings/…`, `backup.json` about the backup, and `manifest.sha256`,
the last, in the form that `sha256sum --check` takes.
"""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Final, Protocol

from orthanc_plugin.commands.service import ServiceError

MANIFEST: Final = "manifest.sha256"
ABOUT: Final = "backup.json"
PARTIAL: Final = "partial-"
PIECE: Final = 1 << 20


@dataclass(frozen=True)
class Sums:
    """What a file is known by: SHA-256 is ours, MD5 is what Orthanc remembers."""

    size: int
    sha256: str
    md5: str = ""


class Store(Protocol):
    """Takes the files of one backup."""

    sums: dict[str, Sums]

    def has(self, name: str) -> bool:
        """Whether a file is there already, perhaps from the backup before."""

    def add(self, name: str, source: Path) -> Sums:
        """Copy a file; one of that name is replaced. FileNotFoundError when it is gone."""

    def write(self, name: str, text: str) -> None:
        """Write a small file."""

    def drop(self, name: str) -> None:
        """Leave a file out again."""

    def finish(self) -> Path:
        """Write the manifest and make the backup valid; return where it is."""


class Summing:
    """Reads a file and sums it up on the way."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._sha256, self._md5 = source, hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        self.size = 0

    def read(self, count: int = -1) -> bytes:
        """Return the next bytes."""
        piece = self._source.read(count)
        self._sha256.update(piece)
        self._md5.update(piece)
        self.size += len(piece)
        return piece

    def sums(self) -> Sums:
        """Return what was read."""
        return Sums(self.size, self._sha256.hexdigest(), self._md5.hexdigest())


def sums_of(path: Path) -> Sums:
    """Read a file and sum it up."""
    with path.open("rb") as file:
        summing = Summing(file)
        while summing.read(PIECE):
            pass
    return summing.sums()


class FolderStore:
    """A folder of backups; what has not changed since the one before is linked to it, and takes no room."""

    def __init__(self, folder: Path, name: str) -> None:
        self._final, self._made = folder / name, folder / f"{PARTIAL}{name}"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceError(f"Another backup to {folder} is under way.") from None
        for left in folder.glob(f"{PARTIAL}*"):
            shutil.rmtree(left)
        self._before = newest(folder)
        self._known = _good(self._before) if self._before else {}
        self._made.mkdir(mode=0o700)
        self.sums: dict[str, Sums] = {}

    def has(self, name: str) -> bool:
        """Whether a file is there already."""
        if name in self.sums:
            return True
        if name not in self._known or self._before is None:
            return False
        target = self._place(name)
        try:
            os.link(self._before / name, target)
        except OSError:
            return False
        self.sums[name] = Sums(target.stat().st_size, self._known[name])
        return True

    def add(self, name: str, source: Path) -> Sums:
        """Copy a file."""
        target = self._place(name)
        with source.open("rb") as file:
            summing = Summing(file)
            target.unlink(missing_ok=True)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
                while piece := summing.read(PIECE):
                    copy.write(piece)
        self.sums[name] = summing.sums()
        return self.sums[name]

    def write(self, name: str, text: str) -> None:
        """Write a small file."""
        target = self._place(name)
        target.touch(mode=0o600)
        target.write_text(text)
        self.sums[name] = sums_of(target)

    def drop(self, name: str) -> None:
        """Leave a file out again."""
        del self.sums[name]
        (self._made / name).unlink()

    def finish(self) -> Path:
        """Make the backup valid; return where it is."""
        path = self._made / MANIFEST
        path.touch(mode=0o600)
        path.write_text(manifest(self.sums))
        os.sync()
        self._made.rename(self._final)
        os.close(self._lock)
        return self._final

    def _place(self, name: str) -> Path:
        target = self._made / name
        if not target.parent.exists():
            # `parents=True` would give the mode to the last folder alone.
            for folder in reversed(target.relative_to(self._made).parents):
                (self._made / folder).mkdir(exist_ok=True, mode=0o700)
        return target


class TarStore:
    """One tar file; a file that comes again counts, not the one before."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise ServiceError(f"{path} is there already; choose another name.")
        self._path, self._made = path, path.with_name(f"{PARTIAL}{path.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.fdopen(os.open(self._made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._tar = tarfile.open(  # noqa: SIM115 -- open until `finish`
            fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT
        )
        self.sums: dict[str, Sums] = {}

    def has(self, name: str) -> bool:
        """Whether a file is there already."""
        return name in self.sums

    def add(self, name: str, source: Path) -> Sums:
        """Copy a file."""
        with source.open("rb") as file:
            summing = Summing(file)
            self._put(name, os.fstat(file.fileno()).st_size, summing)
        self.sums[name] = summing.sums()
        return self.sums[name]

    def write(self, name: str, text: str) -> None:
        """Write a small file."""
        data = io.BytesIO(text.encode())
        summing = Summing(data)
        self._put(name, len(text.encode()), summing)
        self.sums[name] = summing.sums()

    def drop(self, name: str) -> None:
        """Leave a file out again."""
        del self.sums[name]

    def finish(self) -> Path:
        """Make the backup valid; return where it is."""
        text = manifest(self.sums).encode()
        self._put(MANIFEST, len(text), io.BytesIO(text))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._made.rename(self._path)
        return self._path

    def _put(self, name: str, size: int, content: Summing | IO[bytes]) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, content)


@dataclass(frozen=True)
class Kept:
    """A backup that is there."""

    path: Path
    _manifest: dict[str, str] = field(default_factory=dict)

    def files(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Yield all files but the manifest with their contents; in a tar file, some may come more than once."""
        if self.path.is_dir():
            for path in sorted(one for one in self.path.rglob("*") if one.is_file()):
                name = str(path.relative_to(self.path))
                if name != MANIFEST:
                    with path.open("rb") as file:
                        yield name, file
            return
        with self._opened() as opened:
            for entry in opened:
                content = opened.extractfile(entry) if entry.isreg() else None
                if content is None:
                    continue
                if entry.name == MANIFEST:
                    self._manifest.update(read_manifest(content.read().decode()))
                else:
                    yield safe(entry.name), content

    def manifest(self) -> Mapping[str, str]:
        """Return the SHA-256 of each file; of a tar file only after `files`."""
        if self.path.is_dir():
            return read_manifest((self.path / MANIFEST).read_text())
        if not self._manifest:
            raise ServiceError(f"{self.path} is cut off: it has no {MANIFEST}.")
        return self._manifest

    @contextlib.contextmanager
    def _opened(self) -> Iterator[tarfile.TarFile]:
        try:
            with tarfile.open(self.path, "r:") as opened:
                yield opened
        except (tarfile.TarError, EOFError) as error:
            raise ServiceError(f"{self.path} is no backup, or is damaged ({error}).") from None


def kept(path: Path) -> Kept:
    """Return the backup of a tar file, of a folder, or the newest of a folder of backups; ServiceError when none."""
    if path.is_dir() and not (path / MANIFEST).exists():
        found = newest(path)
        if found is None:
            raise ServiceError(f"There is no backup in {path}.")
        return Kept(found)
    if not path.exists():
        raise ServiceError(f"There is no {path}.")
    return Kept(path)


def newest(folder: Path) -> Path | None:
    """Return the last backup of a folder that was finished."""
    found = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}") if not path.parent.name.startswith(PARTIAL))
    return found[-1] if found else None


def _good(backup: Path) -> dict[str, str]:
    """Return the files of a backup that were not damaged before they came into it."""
    damaged = json.loads((backup / ABOUT).read_text())["damaged"]
    listed = read_manifest((backup / MANIFEST).read_text())
    return {name: digest for name, digest in listed.items() if name not in damaged}


def manifest(sums: Mapping[str, Sums]) -> str:
    """Return the manifest's text."""
    return "".join(f"{one.sha256}  {name}\n" for name, one in sorted(sums.items()))


def read_manifest(text: str) -> dict[str, str]:
    """Return the SHA-256 of each file by its name."""
    return {safe(name): digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}


def safe(name: str) -> str:
    """Return the name of a file below the backup; ServiceError for one that leads out of it."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not name:
        raise ServiceError("The backup names a file outside of itself; it is not one of ours.")
    return name
