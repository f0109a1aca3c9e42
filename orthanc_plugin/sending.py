"""What we send to Orthanc over loopback, so that arrival, which sees nothing but bytes, knows it again."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class OwnWrites:
    """SHA-256 of files that we are about to store, so that arrival knows them and keeps them as they are."""

    _announced: set[bytes] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def announce(self, data: bytes) -> bytes:
        """Remember a file; return what `withdraw` needs."""
        digest = hashlib.sha256(data).digest()
        with self._lock:
            self._announced.add(digest)
        return digest

    def withdraw(self, digest: bytes) -> None:
        """Forget a file."""
        with self._lock:
            self._announced.discard(digest)

    def take(self, data: bytes) -> bool:
        """Whether this very file was announced; the announcement holds once."""
        if not self._announced:
            return False
        with self._lock:
            digest = hashlib.sha256(data).digest()
            known = digest in self._announced
            self._announced.discard(digest)
        return known


@dataclass
class Refusals:
    """Why arrival refused files that we pass on for a sender: Orthanc's own answer does not say it."""

    _watched: Counter[bytes] = field(default_factory=Counter)
    _reasons: dict[bytes, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def watch(self, data: bytes) -> Iterator[Callable[[], str | None]]:
        """Have the reason remembered while a file is under way; yields what gives it, None when there is none."""
        digest = hashlib.sha256(data).digest()
        with self._lock:
            self._watched[digest] += 1
        try:
            yield lambda: self._reasons.get(digest)
        finally:
            with self._lock:
                self._watched[digest] -= 1
                if not self._watched[digest]:
                    del self._watched[digest]
                    self._reasons.pop(digest, None)

    def is_watched(self, data: bytes) -> bool:
        """Whether we pass a file on for a sender just now."""
        return bool(self._watched) and hashlib.sha256(data).digest() in self._watched

    def tell(self, data: bytes, reason: str) -> None:
        """Say why arrival refused a file; forgotten at once when nobody watches it."""
        if not self._watched:
            return
        digest = hashlib.sha256(data).digest()
        with self._lock:
            if digest in self._watched:
                self._reasons[digest] = reason
