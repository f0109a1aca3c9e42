"""What happens to an instance that arrives, whichever way: it is de-identified, or refused."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from orthanc_plugin.archive import OwnWrites
from orthanc_plugin.deidentification import arrival
from orthanc_plugin.deidentification.arrival import Policy


@dataclass
class Arrivals:
    """Counts since the start; safe to use from several threads."""

    _deidentified: int = 0
    _refused: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def deidentified(self) -> None:
        """Count an instance that was let in."""
        with self._lock:
            self._deidentified += 1

    def refused(self, reason: str) -> None:
        """Count an instance that was refused; the reason is a fixed snake_case word."""
        with self._lock:
            self._refused[reason] += 1

    def counts(self) -> tuple[int, Mapping[str, int]]:
        """Return how many were de-identified, and how many refused for each reason."""
        with self._lock:
            return self._deidentified, dict(self._refused)


@dataclass(frozen=True)
class Verdict:
    """What to do with the received bytes.

    Parameters
    ----------
    data
        What to store instead, for "replace".
    message
        Why it is refused, for the log; never a patient's value.
    """

    action: Literal["keep", "replace", "refuse"]
    data: bytes = b""
    message: str = ""


def receive(data: bytes, policy: Policy, own_writes: OwnWrites, arrivals: Arrivals) -> Verdict:
    """Judge one received instance and count it."""
    if own_writes.take(data):
        return Verdict("keep")
    decision = arrival.decide(data, policy)
    if isinstance(decision, arrival.Refuse):
        arrivals.refused(decision.reason)
        return Verdict("refuse", message=f"{decision.reason}: {decision.message}")
    arrivals.deidentified()
    if isinstance(decision, arrival.Replace):
        return Verdict("replace", decision.data)
    return Verdict("keep")
