"""Why a server does not start or stay: causes that can go away, found on this machine, with what to do about each."""

import contextlib
import errno
import os
import pwd
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from orthanc_plugin import secret, users
from orthanc_plugin.commands import postgresql
from orthanc_plugin.commands.site import Site
from orthanc_plugin.errors import HepatiaError

#: Less room than this is none: PostgreSQL alone writes 16 MB at a time.
NO_ROOM_BYTES: Final = 32 * 2**20

#: What the ends of logs say, and what that means.
ORTHANC_SAYS: Final = (
    (
        r"malformed|not a database|disk I/O error|SQLite: Unable to",
        "Orthanc's database {data}/orthanc/index cannot be read: it is damaged, or the disk is. Restore the "
        "last backup into a new DATA (`hepatia restore`).",
    ),
)
POSTGRESQL_SAYS: Final = (
    (
        r"PANIC|could not locate a valid checkpoint|invalid (?:page|magic|contents)|incorrect checksum"
        r"|database files are incompatible|could not read file|is not a valid data directory",
        "PostgreSQL's files are damaged or of another version. They are only an index: they are put aside, and it "
        "is made again from DICOM by itself.",
    ),
)


def of_data(site: Site) -> list[str]:
    """Return what keeps anything from being written to DATA."""
    return [*_room(site.data), *_not_writable(site.data)]


def of_orthanc(site: Site, log: str = "") -> list[str]:
    """Return why Orthanc may not start; `log` is what it has said."""
    folder = site.data / "orthanc"
    found = [*of_data(site), *(_not_writable(folder) if folder.exists() else ())]
    found += _taken(site.http_port, "HTTP_PORT") + _taken(site.dicom_port, "DICOM_PORT")
    with contextlib.suppress(OSError):
        found += _of_files(site)
    return found + _said(log, ORTHANC_SAYS, site)


def of_postgresql(site: Site, log: str = "") -> list[str]:
    """Return why PostgreSQL may not start; `log` is what it has said."""
    cluster = site.data / "postgresql" / "cluster"
    found = [*of_data(site), *_foreign(cluster)]
    return found or _said(log, POSTGRESQL_SAYS, site)


def is_damaged(log: str) -> bool:
    """Whether PostgreSQL says that its files are damaged; not when it merely has no room or may not read them."""
    lacks = re.search(r"No space left|Permission denied|Read-only file system|could not write", log)
    return not lacks and any(re.search(pattern, log) for pattern, _ in POSTGRESQL_SAYS)


def _room(folder: Path) -> Iterator[str]:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    found = os.statvfs(there)
    if found.f_bavail * found.f_frsize < NO_ROOM_BYTES:
        yield f"The disk of {folder} is full ({shutil.disk_usage(there).free // 2**20} MB free): make room."
    elif found.f_files and not found.f_favail:
        yield f"The disk of {folder} can hold no more files: delete some, or make it anew with more inodes."


def _not_writable(folder: Path) -> Iterator[str]:
    try:
        with tempfile.TemporaryFile(dir=folder if folder.exists() else folder.parent):
            pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            account = pwd.getpwuid(os.geteuid()).pw_name if os.geteuid() < 65534 else str(os.geteuid())
            yield f"{folder} cannot be written to ({error.strerror}): give it to the account {account}, with mode 700."


def _of_files(site: Site) -> list[str]:
    try:
        users.load(site.users_file)
        if (site.data / "secret.check").exists():
            secret.load_or_create(site.data)
    except HepatiaError as error:
        return [str(error)]
    return []


def _taken(port: int, variable: str) -> list[str]:
    """Return a sentence when somebody else listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError as error:
            who = listener(port)
            held = f"by {who}" if who else "by another program"
            if error.errno == errno.EACCES:
                return [f"The port {port} ({variable}) may not be used by this account; choose one above 1023."]
            return [f"The port {port} ({variable}) is taken {held}: stop it, or choose another {variable}."]
    return []


def listener(port: int) -> str:
    """Return name and number of the process that listens on a TCP port; nothing when it cannot be told."""
    inodes = {
        fields[9]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for fields in map(str.split, Path(table).read_text().splitlines()[1:])
        if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port
    }
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(os.readlink(file) in wanted for file in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return ""


def _foreign(cluster: Path) -> Iterator[str]:
    """Yield a sentence when PostgreSQL's files are not its account's."""
    account = postgresql.SERVER_ACCOUNT if os.geteuid() == 0 else ""
    owner = pwd.getpwnam(account).pw_uid if account else os.geteuid()
    for name in ("PG_VERSION", "base", "global", "pg_wal", "global/pg_control"):
        path = cluster / name
        with contextlib.suppress(OSError):
            if path.stat().st_uid != owner:
                who = account or pwd.getpwuid(owner).pw_name
                yield f"{path} belongs to another account: run `chown -R {who} {cluster}`."
                return


def _said(log: str, table: tuple[tuple[str, str], ...], site: Site) -> list[str]:
    return [told.format(data=site.data) for pattern, told in table if re.search(pattern, log)]
