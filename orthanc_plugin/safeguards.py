"""What must be there so that an instance can be let in: the secret it is de-identified with, and room on the disk."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from orthanc_plugin.deidentification.arrival import Refuse
from orthanc_plugin.secret import fingerprint

NO_SECRET = Refuse(
    "secret_missing",
    "DATA/secret.key is gone or has changed since the start; put it back, from the backup. "
    "What would be stored now could not be told apart by patient after the next start.",
)
NO_ROOM = Refuse(
    "disk_full",
    "The disk is nearly full, or takes no files; make room, lower LeastFreeMegabytes, or see who owns DATA.",
)

#: An instance takes three folders and two files at most.
LEAST_FREE_FILES = 100

#: So long there is room on a disk that had room: at most some ten instances.
HOLDS_S = 0.05


@dataclass
class Safeguards:
    """Asked for every instance.

    Parameters
    ----------
    secret
        The file of the secret, from which it was read just before.
    storage
        A folder on the disk that instances are stored on.
    """

    secret: Path
    storage: Path
    least_free_bytes: int
    _fingerprint: str = field(init=False)
    _state: tuple[int, int, int] = field(init=False)
    _has_room_until: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._state, self._fingerprint = state_of(self.secret), fingerprint(self.secret)

    def refusal(self) -> Refuse | None:
        """Return why nothing may be let in now, or None."""
        if not self.has_secret():
            return NO_SECRET
        now = time.monotonic()
        if now < self._has_room_until:
            return None
        if not self.has_room():
            return NO_ROOM
        self._has_room_until = now + HOLDS_S
        return None

    def has_secret(self) -> bool:
        """Whether the secret is there, and the one that was read; put back from a backup, it is another file."""
        try:
            state = state_of(self.secret)
            if state != self._state:
                if fingerprint(self.secret) != self._fingerprint:
                    return False
                self._state = state
        except OSError:
            return False
        return True

    def has_room(self) -> bool:
        """Whether the disk has as much room as is wanted, and takes files at all.

        Orthanc ends when it cannot make a folder for what a plugin gives it to store.
        """
        room = os.statvfs(self.storage)
        has_files = room.f_files == 0 or room.f_favail >= LEAST_FREE_FILES
        folder = self.storage / "orthanc"
        is_writable = os.access(folder if folder.exists() else self.storage, os.W_OK)
        return is_writable and has_files and room.f_bavail * room.f_frsize >= self.least_free_bytes


def state_of(path: Path) -> tuple[int, int, int]:
    """Return inode, size and time of change of a file."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
