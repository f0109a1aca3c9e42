"""Instances that hold nothing to index but what their series says: they need no look of their own."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Final

from orthanc_plugin.deidentification.trace import Identity

#: Modalities of which every instance is read; of the others one header per series is enough.
READ_WHOLE: Final = ("SR", "SEG")

#: When more are known, all are forgotten; what is not known is looked up.
LONGEST_MEMORY: Final = 200_000


@dataclass
class Images:
    """Orthanc's identifiers of known images; one thread tells them, another asks."""

    _known: set[str] = field(default_factory=set)
    # What arrives may not wait: identifiers are reckoned when somebody asks.
    _arrived: deque[Identity] = field(default_factory=lambda: deque(maxlen=LONGEST_MEMORY))

    def __contains__(self, orthanc_instance_id: str) -> bool:
        while self._arrived:
            self.update((orthanc_id(*self._arrived.popleft()),))
        return orthanc_instance_id in self._known

    def add(self, arrived: Identity) -> None:
        """Remember one that arrives."""
        self._arrived.append(arrived)

    def update(self, orthanc_instance_ids: Iterable[str]) -> None:
        """Remember several."""
        if len(self._known) > LONGEST_MEMORY:
            self._known.clear()
        self._known.update(orthanc_instance_ids)


def orthanc_id(*uids: str) -> str:
    """Return Orthanc's identifier: of Patient ID, Study, Series and SOP Instance UID, as far as given."""
    digest = sha1("|".join(uids).encode(), usedforsecurity=False).hexdigest()
    return "-".join(digest[start : start + 8] for start in range(0, 40, 8))
