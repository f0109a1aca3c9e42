"""What must be there so that an instance can be let in: the secret it is de-identified with, and room on the disk."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from orthanc_plugin.deidentification.arrival import Refuse

NO_SECRET = Refuse(
    "secret_missing",
    "DATA/secret.key is gone or has changed since the start; put it back, or restart to go on with another secret. "
    "What would be stored now could not be told apart by patient after the next start.",
)
NO_ROOM = Refuse("disk_full", "The disk is nearly full; make room, or lower the setting LeastFreeMegabytes.")

#: So long there is room on a disk that had room: at most some ten instances.
HOLDS_S = 0.05


@dataclass
class Safeguards:
    """Asked for every instance.

    Parameters
    ----------
    secret
        The file of the secret.
    secret_state
        Of `state_of`, when the secret was read.
    storage
        A folder on the disk that instances are stored on.
    """

    secret: Path
    secret_state: tuple[int, int, int]
    storage: Path
    least_free_bytes: int
    _has_room_until: float = field(default=0.0, init=False)

    def refusal(self) -> Refuse | None:
        """Return why nothing may be let in now, or None."""
        try:
            if state_of(self.secret) != self.secret_state:
                return NO_SECRET
        except OSError:
            return NO_SECRET
        now = time.monotonic()
        if now < self._has_room_until:
            return None
        room = os.statvfs(self.storage)
        if room.f_bavail * room.f_frsize < self.least_free_bytes:
            return NO_ROOM
        self._has_room_until = now + HOLDS_S
        return None


def state_of(path: Path) -> tuple[int, int, int]:
    """Return inode, size and time of change of a file."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
