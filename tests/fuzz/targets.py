"""What is fuzzed, and what may come of it: only the errors that are documented, and never a planted value."""

from collections.abc import Callable, Sequence
from functools import cache

from orthanc_plugin.deidentification import profile
from orthanc_plugin.deidentification.arrival import Gate, Refuse
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.policy import Policy
from seg import decode
from seg.errors import SegError
from sr_templates import read
from sr_templates.errors import NotAReport, Unreadable
from tests.fuzz import seeds

#: In every name and number that is planted (tests/orthanc/marked.py), whatever its case.
MARKS = (b"quetzalvin", b"9917355502", b"5553197442")


class LeakError(AssertionError):
    """A planted value came through."""


def arrival(data: bytes) -> str:
    """Decide about a file, and once more about what it becomes."""
    decision = gate(fast=True).decide(data)
    if isinstance(decision, Refuse):
        _check(decision.message.encode())
        return f"refused: {decision.reason}"
    _check(decision.data)
    again = gate(fast=True).decide(decision.data)
    _check(again.message.encode() if isinstance(again, Refuse) else again.data)
    return "let in"


def thorough_arrival(data: bytes) -> str:
    """Decide by the engine on parsed data sets alone."""
    decision = gate(fast=False).decide(data)
    if isinstance(decision, Refuse):
        _check(decision.message.encode())
        return f"refused: {decision.reason}"
    _check(decision.data)
    return "let in"


def report(data: bytes) -> str:
    """Read an SR."""
    try:
        read.read(data)
    except (NotAReport, Unreadable) as error:
        _check(str(error).encode())
        return type(error).__name__
    return "read"


def segmentation(data: bytes) -> str:
    """Read a SEG, and place its masks on the phantom's grid."""
    try:
        decode.weights(decode.decode(data), seeds.grid())
    except SegError as error:
        _check(str(error).encode())
        return type(error).__name__
    return "read"


@cache
def gate(*, fast: bool) -> Gate:
    """Return the gate as it comes."""
    return Gate(Policy(profile.load({}, ()), Keys(bytes(range(32))), ()), fast=fast)


def _check(said: bytes) -> None:
    lower = said.lower()
    for mark in MARKS:
        if mark in lower:
            at = lower.find(mark)
            raise LeakError(repr(said[max(0, at - 40) : at + 40]))


TARGETS: dict[str, Callable[[bytes], str]] = {
    "arrival": arrival,
    "thorough arrival": thorough_arrival,
    "report": report,
    "segmentation": segmentation,
}

#: Which seeds a target is given, by what their names begin with.
FED: dict[str, Sequence[str]] = {
    "arrival": ("",),
    "thorough arrival": ("",),
    "report": ("sr",),
    "segmentation": ("seg",),
}
