"""`hepatia restore`: an installation from a backup, in an empty DATA; `hepatia repair`: single stored files."""

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from orthanc_plugin.commands import backup, backup_store, rebuild, run, snapshot
from orthanc_plugin.commands.backup_store import PIECE, Kept, Summing, sums_of
from orthanc_plugin.commands.service import ServiceError
from orthanc_plugin.commands.site import REPOSITORY, Site
from orthanc_plugin.private_files import write_private

DATA: Final = "data/"

#: What a new disk has.
NOTHING: Final = frozenset({"lost+found"})


def restore(site: Site, path: Path) -> int:
    """Bring DATA back from a backup, each file checked on the way, then start all and make the index again.

    Raises
    ------
    ServiceError
        DATA is not empty, or the backup is damaged: DATA is empty then, as before.
    """
    if site.data.exists() and any(one.name not in NOTHING for one in site.data.iterdir()):
        raise ServiceError(f"{site.data} is not empty; a backup is restored into an empty DATA only.")
    site.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    one = backup_store.kept(path)
    try:
        wrong = _unpack(one, site.data)
        if wrong:
            raise ServiceError(f"{one.path} is damaged ({wrong[0]}, {len(wrong)} in all); restore another backup.")
    except BaseException:
        _clear(site.data)
        raise
    _drop_unknown(site.data)
    stored = backup.known(site.data / "orthanc" / "index")
    print(f"{len(stored)} stored files are back. The index is made again from them:", flush=True)
    with run.while_running(site):
        rebuild.rebuild(site, anew=True)
    _compare_settings(one)
    print(f"{site.data} is ready: start it with `make run` or `hepatia run`.")
    return 0


def repair(site: Site, path: Path) -> int:
    """Bring stored files back that are lost or damaged, from a backup; all else stays, and Orthanc may run."""
    with tempfile.TemporaryDirectory(prefix="hepatia-repair-") as folder:
        copy = Path(folder) / "index"
        snapshot.of_orthanc(site.data / "orthanc" / "index", copy, site.notes)
        there = backup.known(copy)
    wanted = {name: md5 for name, (_, md5) in there.items() if not _is_whole(_live(site, name), md5)}
    for name, content in backup_store.kept(path).files():
        if name in wanted and _brought_back(_live(site, name), content.read(), wanted[name]):
            print(f"{_live(site, name)} is whole again")
            del wanted[name]
    for name in wanted:
        print(f"!! {_live(site, name)} is damaged, and the backup has no better one")
    write_private(site.data / "files.json", json.dumps({"damaged": len(wanted)}))
    if not wanted:
        print(f"All {len(there)} stored files are whole")
    return 1 if wanted else 0


def damaged(site: Site, index: Path) -> list[str]:
    """Return the stored files that are lost or not as Orthanc has stored them; `index` is a copy of its index."""
    there = backup.known(index)
    return [name.removeprefix(DATA) for name, (_, md5) in there.items() if not _is_whole(_live(site, name), md5)]


def _live(site: Site, name: str) -> Path:
    return site.data / name.removeprefix(DATA)


def _is_whole(path: Path, md5: str) -> bool:
    with contextlib.suppress(OSError):
        return sums_of(path).md5 == md5
    return False


def _brought_back(path: Path, content: bytes, md5: str) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    if not _is_whole(new, md5):
        new.unlink()
        return False
    new.replace(path)
    return True


def _unpack(one: Kept, data: Path) -> list[str]:
    """Write the files of DATA; return the names of those that are not as they were written, or are missing."""
    sums: dict[str, str] = {}
    for name, content in one.files():
        summing = Summing(content)
        target = data / name.removeprefix(DATA) if name.startswith(DATA) else Path(os.devnull)
        if target.parent.is_relative_to(data):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            while piece := summing.read(PIECE):
                file.write(piece)
        sums[name] = summing.sums().sha256
    os.sync()
    wanted = one.manifest()
    return sorted(name for name in wanted.keys() | sums.keys() if sums.get(name) != wanted.get(name))


def _drop_unknown(data: Path) -> None:
    """Remove files that were deleted from the archive while the backup was made, if a tar file has them still."""
    there = backup.known(data / "orthanc" / "index")
    for path in (data / "orthanc").glob("??/??/*"):
        if f"{DATA}{path.relative_to(data)}" not in there:
            path.unlink()


def _clear(data: Path) -> None:
    for one in data.iterdir():
        if one.name not in NOTHING:
            shutil.rmtree(one) if one.is_dir() else one.unlink()


def _compare_settings(one: Kept) -> None:
    kept = next((content.read() for name, content in one.files() if name == "settings/orthanc.json"), b"")
    if kept != (REPOSITORY / "orthanc.json").read_bytes():
        print("orthanc.json here is not the one of the backup (settings/orthanc.json in it): compare them.")
