"""What must be there so that an instance can be let in: the secret it is de-identified with, and room on the disk."""

import os
from dataclasses import dataclass
from pathlib import Path

from orthanc_plugin.deidentification.arrival import Refuse

NO_SECRET = Refuse(
    "secret_missing",
    "DATA/secret.key is gone or has changed since the start; put it back, or restart to go on with another secret. "
    "What would be stored now could not be told apart by patient after the next start.",
)
NO_ROOM = Refuse("disk_full", "The disk is nearly full; make room, or lower the setting LeastFreeMegabytes.")


@dataclass(frozen=True)
class Safeguards:
    """Checked for every instance; a few microseconds.

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

    def refusal(self) -> Refuse | None:
        """Return why nothing may be let in now, or None."""
        try:
            if state_of(self.secret) != self.secret_state:
                return NO_SECRET
        except OSError:
            return NO_SECRET
        room = os.statvfs(self.storage)
        return NO_ROOM if room.f_bavail * room.f_frsize < self.least_free_bytes else None


def state_of(path: Path) -> tuple[int, int, int]:
    """Return inode, size and time of change of a file."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
