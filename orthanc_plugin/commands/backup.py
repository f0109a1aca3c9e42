"""`hepatia backup`: everything that cannot be made again, while all runs; `--verify` looks whether a backup is whole.

The order makes it whole: drafts come first, for a report that is saved meanwhile takes its draft's place; then
Orthanc's index, as it was at one moment; then the files that this index knows, which Orthanc never changes and had
written before. One that was deleted meanwhile is no longer known to a second look. What only grows comes last: ledger,
audit.
"""

import contextlib
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from orthanc_plugin import version
from orthanc_plugin.commands import backup_store, progress, snapshot
from orthanc_plugin.commands.backup_store import ABOUT, PARTIAL, FolderStore, Store, Summing, TarStore
from orthanc_plugin.commands.service import ServiceError
from orthanc_plugin.commands.site import REPOSITORY, Site

#: What of DATA is left out, and why; everything else is in, also what later versions will put there.
LEFT_OUT: Final[Mapping[str, str]] = {
    "postgresql": "the index; made again from DICOM",
    "exports": "datasets; made again by asking for them",
    "logs": "of this machine",
    "monailabel": "written at each start",
    "configuration": "written at each start",
    "run": "of the running processes",
    "lock": "of the running processes",
    "ready.json": "of the running processes",
    "servers.json": "of the running processes",
    "orthanc": "its index and the files that this knows are in",
}

#: SQLite's own files beside a database, which belong to no copy, and files that are being written.
ENDINGS: Final = ("-wal", "-shm", "-journal", ".new")

#: Looks at Orthanc's index: each after the first finds what was deleted during the one before.
LOOKS: Final = 5

#: Backups in a folder are called by when they were begun.
NAME: Final = "%Y-%m-%dT%H-%M-%SZ"

INDEX: Final = "data/orthanc/index"
ATTACHMENTS: Final = "SELECT uuid, compressedSize, compressedMD5 FROM AttachedFiles"


@dataclass
class Found:
    """What is told at the end: files that are not as Orthanc has stored them."""

    attachments: int = 0
    copied: int = 0
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def backup(site: Site, target: Path) -> int:
    """Make a backup in a folder of backups, or as a tar file; return 1 when a stored file is damaged."""
    index = site.data / "orthanc" / "index"
    if not index.exists():
        raise ServiceError(
            f"There is no {index}. Nothing was ever stored here, or Orthanc keeps its index in a PostgreSQL: back "
            "that up with pg_dump, then its storage."
        )
    began = time.gmtime()
    is_tar = target.suffix == ".tar"
    store: Store = TarStore(target) if is_tar else FolderStore(target, time.strftime(NAME, began))
    with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=target.parent if is_tar else target) as folder:
        scratch = Path(folder)
        rest = list(_rest(site.data))
        _add(store, site.data, [one for one in rest if "draft" in one], scratch)
        found = _archive(store, site, scratch)
        _add(store, site.data, [one for one in rest if "draft" not in one], scratch)
    store.add("settings/orthanc.json", REPOSITORY / "orthanc.json")
    about: dict[str, object] = {
        "format": 1,
        "hepatia": version.VERSION,
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", began),
    }
    store.write(
        ABOUT, json.dumps(about | {"attachments": found.attachments, "damaged": found.damaged}, indent=2) + "\n"
    )
    where = store.finish()
    size = sum(one.size for one in store.sums.values())
    print(
        f"{where}: {found.attachments} stored files ({found.copied} new), {len(store.sums)} files, {size / 1e6:.1f} MB"
    )
    return _told(found)


def describe() -> str:
    """Return what is left out, as a table for the documentation."""
    rows = "".join(f"| `{name}` | {why} |\n" for name, why in LEFT_OUT.items())
    return f"| of DATA | why |\n|---|---|\n{rows}".rstrip("\n")


def verify(path: Path) -> int:
    """Read a backup to its end; return 1, and say what, when anything is not as it was written."""
    one = backup_store.kept(path)
    sums: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="hepatia-verify-") as folder:
        for name, content in one.files():
            copy = Path(folder) / "index" if name == INDEX else None
            sums[name] = _summed(content, copy)
        wanted = one.manifest()
        wrong = sorted(name for name in wanted if sums.get(name) != wanted[name])
        lost = [] if wrong else sorted(known(Path(folder) / "index").keys() - wanted.keys())
    for name in (*wrong, *lost):
        print(f"{name}: {'missing' if name not in sums else 'damaged'}")
    if wrong or lost:
        print(f"{one.path}: {len(wrong) + len(lost)} of {len(wanted)} files are not as they were; use another backup.")
        return 1
    print(f"{one.path}: all {len(wanted)} files are as they were written")
    return 0


def _summed(content: object, copy: Path | None) -> str:
    summing = Summing(content)  # type: ignore[arg-type]
    with copy.open("wb") if copy else contextlib.nullcontext() as target:
        while piece := summing.read(backup_store.PIECE):
            if target:
                target.write(piece)
    return summing.sums().sha256


def _rest(data: Path) -> Iterator[str]:
    """Yield what is neither Orthanc's nor left out, journals before their databases."""
    found = [path for path in data.rglob("*") if path.is_file() and not path.is_symlink()]
    names = [str(path.relative_to(data)) for path in found]
    wanted = [one for one in names if one.partition("/")[0] not in LEFT_OUT and not one.endswith(ENDINGS)]
    # The lines of a journal are folded into the database: copied after it, they could be gone from both.
    yield from sorted(wanted, key=lambda one: (snapshot.is_sqlite(data / one), one))


def _add(store: Store, data: Path, names: list[str], scratch: Path) -> None:
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            if snapshot.is_sqlite(data / name):
                copy = scratch / "copy.sqlite"
                copy.unlink(missing_ok=True)
                snapshot.of_sqlite(data / name, copy)
                store.add(f"data/{name}", copy)
            else:
                store.add(f"data/{name}", data / name)


def _archive(store: Store, site: Site, scratch: Path) -> Found:
    """Copy Orthanc's index and the files it knows."""
    copy, found = scratch / "index", Found()
    for look in range(LOOKS):
        snapshot.of_orthanc(site.data / "orthanc" / "index", copy, site.notes)
        there = known(copy)
        found.missing = _copy(store, site.data, there, found)
        if not found.missing:
            break
        # Files that go missing again and again were not deleted: they are lost.
        time.sleep(0.2 * look)
    store.add(INDEX, copy)
    for name in [one for one in store.sums if one.startswith("data/orthanc/") and one not in there and one != INDEX]:
        store.drop(name)
    found.attachments = len(there)
    return found


def known(index: Path) -> dict[str, tuple[int, str]]:
    """Return size and MD5 of each file that Orthanc's index knows, by its name in a backup."""
    with contextlib.closing(sqlite3.connect(f"file:{index}?mode=ro", uri=True)) as connection:
        rows = connection.execute(ATTACHMENTS).fetchall()
    return {f"data/orthanc/{uuid[:2]}/{uuid[2:4]}/{uuid}": (size, md5) for uuid, size, md5 in rows}


def _copy(store: Store, data: Path, there: Mapping[str, tuple[int, str]], found: Found) -> list[str]:
    """Copy what is not there yet; return what is gone."""
    missing = []
    for number, (name, (size, md5)) in enumerate(there.items(), 1):
        if store.has(name):
            continue
        try:
            copied = store.add(name, data / name.removeprefix("data/"))
        except FileNotFoundError:
            missing.append(name)
            continue
        found.copied += 1
        if copied.size != size or (md5 and copied.md5 != md5):
            found.damaged.append(name)
        progress.show(number, len(there), "stored files")
    return missing


def _told(found: Found) -> int:
    for what, names in (("is damaged", found.damaged), ("is lost", found.missing)):
        for name in names:
            print(
                f"!! {name.removeprefix('data/')} {what}: `hepatia repair BACKUP` brings it back from an older backup."
            )
    return 1 if found.damaged or found.missing else 0
