"""How a mask came about: who made and changed it, which version it supersedes, and what drew each of its segments."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.multival import MultiValue
from pydicom.sr.coding import Code

from seg import description
from seg.decode import Segmentation
from seg.description import SegmentDescription
from seg.labelmap import Algorithm, Segment
from seg.volume import Grid

#: Purposes of the items of Contributing Equipment Sequence (CID 7005).
PROCESSING = Code("109102", "DCM", "Processing Equipment")
MODIFYING = Code("109103", "DCM", "Modifying Equipment")


@dataclass(frozen=True)
class Predecessor:
    """The version that a segmentation supersedes."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str


@dataclass(frozen=True)
class Contributor:
    """Who worked on a segmentation, with what and when (PS3.3 C.12.1).

    Parameters
    ----------
    operator
        Operators' Name, as a PN.
    time
        Contribution DateTime, as a DT.
    """

    purpose: Code
    manufacturer: str
    model: str
    software: str
    operator: str
    time: str
    description: str


def predecessor(edited: Segmentation) -> Predecessor:
    """Return the reference to a segmentation that a new one supersedes."""
    return Predecessor(str(edited.dataset.SOPClassUID), edited.sop_instance_uid, edited.series_instance_uid)


def contributors(edited: Segmentation) -> tuple[Contributor, ...]:
    """Return who worked on a segmentation so far; of one that does not say, who made it."""
    dataset = edited.dataset
    listed = tuple(_contributor(item) for item in dataset.get("ContributingEquipmentSequence") or ())
    if any(one.purpose in (PROCESSING, MODIFYING) and one.operator for one in listed):
        return listed
    return (*listed, _maker(edited))


def contribution(operator: str, software: str, now: datetime) -> Contributor:
    """Return that somebody changed a segmentation with HepatIA."""
    return Contributor(MODIFYING, "HepatIA", "HepatIA for Orthanc", software, operator, _time(now), "Mask edited")


def carried(
    edited: Segmentation,
    grid: Grid,
    array: NDArray[np.uint8],
    segments: Iterable[Segment],
    algorithm: Algorithm | None = None,
) -> tuple[Segment, ...]:
    """Return the segments of an edited mask with what is kept of the segmentation that was edited.

    A segment is one of the edited segmentation's if it has the same Tracking UID, or gives none and has the same
    number. It keeps its tracking, and its algorithm: AUTOMATIC becomes SEMIAUTOMATIC where voxels differ. Other
    segments are drawn by hand, or by `algorithm` where it is none that the edited segmentation names already.

    Parameters
    ----------
    array : (slices, rows, columns)
        The new mask on the grid, with the numbers of `segments`.

    Raises
    ------
    GeometryError, NotASegmentation
        As `Segmentation.masks_on`: the edited segmentation is not on this grid, or damaged.
    """
    named = [one.algorithm for one in edited.segments if one.algorithm]
    is_known = algorithm and (algorithm.name, algorithm.version) in {(one.name, one.version) for one in named}
    fresh = None if is_known else algorithm
    pairs = [(segment, _earlier(segment, edited.segments)) for segment in segments]
    changed = _changed(edited, grid, array, {before.number: new.number for new, before in pairs if before})
    return tuple(
        _kept(segment, before, changed=before.number in changed) if before else replace(segment, algorithm=fresh)
        for segment, before in pairs
    )


def _earlier(segment: Segment, known: Sequence[SegmentDescription]) -> SegmentDescription | None:
    for one in known:
        same = one.tracking_uid == segment.tracking_uid if segment.tracking_uid else one.number == segment.number
        if same:
            return one
    return None


def _kept(segment: Segment, before: SegmentDescription, *, changed: bool) -> Segment:
    algorithm = before.algorithm
    if algorithm and algorithm.type == "AUTOMATIC" and changed:
        algorithm = replace(algorithm, type="SEMIAUTOMATIC")
    codes = (before.category, before.type) if before.category and before.type else None
    return replace(
        segment,
        tracking_uid=before.tracking_uid or segment.tracking_uid,
        tracking_id=before.tracking_id or segment.tracking_id,
        algorithm=algorithm,
        codes=codes if segment.kind == before.kind == "other" else None,
    )


def _changed(edited: Segmentation, grid: Grid, array: NDArray[np.uint8], numbers: dict[int, int]) -> set[int]:
    """Return the numbers of the edited segments whose voxels differ; `numbers` are old → new."""
    before: Counter[int] = Counter()
    both: Counter[int] = Counter()
    for number, place, mask in edited.planes_on(grid):
        if number in numbers:
            before[number] += int(np.count_nonzero(mask))
            both[number] += int(np.count_nonzero(mask & (array[place] == numbers[number])))
    now = np.bincount(array.reshape(-1), minlength=256)
    return {old for old, new in numbers.items() if not before[old] == both[old] == now[new]}


def _maker(edited: Segmentation) -> Contributor:
    manufacturer, model, software = (
        _text(edited.dataset, name) for name in ("Manufacturer", "ManufacturerModelName", "SoftwareVersions")
    )
    made = _time(edited.created) if edited.created else ""
    return Contributor(PROCESSING, manufacturer, model, software, edited.author, made, "Segmentation made")


def _contributor(item: Dataset) -> Contributor:
    return Contributor(
        purpose=description.code(item, "PurposeOfReferenceCodeSequence") or PROCESSING,
        manufacturer=_text(item, "Manufacturer"),
        model=_text(item, "ManufacturerModelName"),
        software=_text(item, "SoftwareVersions"),
        operator=_text(item, "OperatorsName"),
        time=_text(item, "ContributionDateTime"),
        description=_text(item, "ContributionDescription"),
    )


def _time(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M%S")


def _text(item: Dataset, keyword: str) -> str:
    value = item.get(keyword)
    several = value if isinstance(value, MultiValue) else [value]
    return "\\".join(str(one) for one in several if one is not None)
