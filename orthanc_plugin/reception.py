"""What happens to an instance that arrives, whichever way: it is de-identified, or refused."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from orthanc_plugin.archive import OwnWrites
from orthanc_plugin.arrival_history import STORED, History
from orthanc_plugin.deidentification.arrival import Gate, Refuse
from orthanc_plugin.deidentification.trace import Deidentified
from orthanc_plugin.images import READ_WHOLE, Images
from orthanc_plugin.ledger import Ledger
from orthanc_plugin.safeguards import Safeguards
from orthanc_plugin.senders import Guard

REMOTE_SENDER = Refuse("remote_sender", 'another host is connected and "RemoteSenders" is false')


@dataclass
class Arrivals:
    """Counts since the start, and the hours before; safe to use from several threads."""

    history: History | None = None
    _deidentified: int = 0
    _refused: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def deidentified(self, way: str = "", study_instance_uid: str = "") -> None:
        """Count an instance that was let in."""
        with self._lock:
            self._deidentified += 1
        self._remember(way, STORED, study_instance_uid)

    def refused(self, reason: str, way: str = "") -> None:
        """Count an instance that was refused; the reason is a fixed snake_case word."""
        with self._lock:
            self._refused[reason] += 1
        self._remember(way, reason, "")

    def counts(self) -> tuple[int, Mapping[str, int]]:
        """Return how many were de-identified, and how many refused for each reason."""
        with self._lock:
            return self._deidentified, dict(self._refused)

    def _remember(self, way: str, reason: str, study_instance_uid: str) -> None:
        """Count for the history; what becomes of the instance does not depend on that."""
        if self.history:
            with suppress(sqlite3.Error):
                self.history.add(way, reason, study_instance_uid)


@dataclass(frozen=True)
class Verdict:
    """What to do with the received bytes.

    Parameters
    ----------
    data
        What to store instead, for "replace".
    message
        Why it is refused, or what went wrong beside it, for the log; never a patient's value.
    """

    action: Literal["keep", "replace", "refuse"]
    data: bytes = b""
    message: str = ""


@dataclass(frozen=True)
class Reception:
    """Everything that an arriving instance meets, in this order; one instance at a time."""

    senders: Guard
    own_writes: OwnWrites
    safeguards: Safeguards
    gate: Gate
    ledger: Ledger
    arrivals: Arrivals
    images: Images
    # Orthanc calls for one instance at a time, uploads come beside it.
    _one_at_a_time: Lock = field(default_factory=Lock)

    def receive(self, data: bytes, *, over_dicom: bool, way: str = "") -> Verdict:
        """Judge one received instance and count it.

        Parameters
        ----------
        data
            A DICOM file (PS3.10).
        over_dicom
            Whether it came by C-STORE.
        way
            How it came, for the history.
        """
        if self.own_writes.take(data):
            return Verdict("keep")
        with self._one_at_a_time:
            return self._judge(data, over_dicom=over_dicom, way=way)

    def _judge(self, data: bytes, *, over_dicom: bool, way: str) -> Verdict:
        is_remote = over_dicom and not self.senders.may_send()
        decision = REMOTE_SENDER if is_remote else self.safeguards.refusal() or self.gate.decide(data)
        if isinstance(decision, Refuse):
            self.arrivals.refused(decision.reason, way)
            return Verdict("refuse", message=f"{decision.reason}: {decision.message}")
        self.arrivals.deidentified(way, decision.identity.study_instance_uid)
        if decision.modality not in READ_WHOLE:
            self.images.add(decision.identity)
        return Verdict("replace", decision.data, self._enter(decision))

    def _enter(self, decision: Deidentified) -> str:
        """Enter an instance into the ledger; it is let in all the same when that fails, for it bears no identity."""
        try:
            self.ledger.add(decision)
        except (OSError, sqlite3.Error) as error:
            return f"What was done to an instance could not be written down ({type(error).__name__})."
        return ""
