"""Two decisions about one file, held against each other: what differs is told, so that a test can show it."""

import io
from collections.abc import Iterator
from typing import Any

from pydicom import Dataset, dcmread
from pydicom.dataelem import RawDataElement
from pydicom.sequence import Sequence

from orthanc_plugin.deidentification.arrival import Decision, Gate, Refuse
from orthanc_plugin.deidentification.policy import Policy


class Engines:
    """A gate of each engine, under one policy."""

    def __init__(self, policy: Policy) -> None:
        self.fast, self.slow = Gate(policy), Gate(policy, fast=False)

    def disagreements(self, data: bytes, *, reasons: bool = True) -> list[str]:
        """Return what differs when both decide about a file.

        Parameters
        ----------
        reasons
            Whether they must give the same reason for a refusal: of two, each may see another one first.
        """
        return list(differences(self.fast.decide(data), self.slow.decide(data), reasons=reasons))


def differences(fast: Decision, slow: Decision, *, reasons: bool = True) -> Iterator[str]:
    if isinstance(fast, Refuse) or isinstance(slow, Refuse):
        told = [one.reason if isinstance(one, Refuse) else "let in" for one in (fast, slow)]
        if "let in" in told or (reasons and told[0] != told[1]):
            yield f"on bytes: {told[0]}, parsed: {told[1]}"
        return
    if fast.identity != slow.identity:
        yield f"identity: {fast.identity} {slow.identity}"
    if fast.modality != slow.modality:
        yield f"modality: {fast.modality} {slow.modality}"
    if fast.done != slow.done:
        yield f"done: {sorted(map(str, fast.done ^ slow.done))}"
    if fast.data != slow.data:
        one, other = (dcmread(io.BytesIO(decision.data)) for decision in (fast, slow))
        yield from _different(one.file_meta, other.file_meta, "meta")
        yield from _different(one, other, "")


def _different(one: Dataset, other: Dataset, path: str) -> Iterator[str]:
    for tag in sorted({*one.keys(), *other.keys()}):
        here = f"{path}/{tag}"
        if tag not in one or tag not in other:
            yield f"{here}: only {'on bytes' if tag in one else 'parsed'}"
        elif _raw(one, tag) != _raw(other, tag):
            first, second = one[tag], other[tag]
            if isinstance(first.value, Sequence) and isinstance(second.value, Sequence):
                if len(first.value) != len(second.value):
                    yield f"{here}: {len(first.value)} and {len(second.value)} items"
                for before, after in zip(first.value, second.value, strict=False):
                    yield from _different(before, after, here)
            elif first != second:
                yield f"{here}: {first} {second}"


def _raw(dataset: Dataset, tag: Any) -> object:
    element = dataset.get_item(tag)
    # Equal bytes are equal values; sequences are never raw.
    return (element.VR, element.value) if isinstance(element, RawDataElement) else element
