"""The bodies of requests, before they are read: how long they are, and what becomes of their memory afterwards."""

import ctypes
import threading
import time
from collections.abc import Mapping
from typing import Final

#: Smaller ones leave little, and their room is needed again soon.
LARGE_BYTES: Final = 32 * 2**20

#: Bodies beyond so many times the limit are not even read: 403 of Orthanc's, where 413 of ours would need reading.
UNREAD: Final = 2

#: So long after the last large one has come nobody has it in hand any more, as a rule.
PAUSE_S: Final = 5.0


class Bodies:
    """What each of Orthanc's threads receives; it calls the arrival callback in the same thread.

    Parameters
    ----------
    largest_bytes
        Of a body, as the settings have it.
    """

    def __init__(self, largest_bytes: int) -> None:
        self._largest_bytes, self._lengths, self._heap = largest_bytes, dict[int, int](), Heap()

    def may_be_read(self, headers: Mapping[str, str]) -> bool:
        """Whether Orthanc shall read the body of a request; names of headers in lower case."""
        length = int(headers.get("content-length", -1))
        self._lengths[threading.get_ident()] = length
        # Of chunks nobody knows how many there will be.
        self._heap.request(LARGE_BYTES if "transfer-encoding" in headers else length)
        return length <= UNREAD * self._largest_bytes

    def is_whole(self, data: bytes) -> bool:
        """Whether a file is all of the body that this thread received last, by its length."""
        return self._lengths.get(threading.get_ident()) == len(data)


class Heap:
    """Gives memory back: Orthanc collects bodies in many small pieces, of which the allocator keeps gigabytes.

    Asked with every request, of which there are some even where nobody works: the supervisor's.
    """

    def __init__(self) -> None:
        self._trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        self._due = float("inf")
        self._lock = threading.Lock()

    def request(self, body_bytes: int) -> None:
        """Note a request's body, and give back what those before have left."""
        now = time.monotonic()
        with self._lock:
            is_due = now >= self._due
            if body_bytes >= LARGE_BYTES or is_due:
                self._due = now + PAUSE_S if body_bytes >= LARGE_BYTES else float("inf")
        if is_due and self._trim:
            self._trim(0)
