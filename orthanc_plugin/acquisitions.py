"""What tells the phases of a study's CT series: read from the archive, kept in the index, the same for both.

Of a series it is one header for each acquisition, and where that header alone does not tell the phase, how bright the
aorta is in a few slices. When a series begins to arrive only its first header is there (`of_header`); when it is
complete it is looked at once more (`of_series`), as a rebuild does. Nothing else goes into the phases, so the index is
the same again.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
import pydicom
from pydicom import Dataset

from orthanc_plugin import reading
from orthanc_plugin.archive import Archive, SeriesInfo, Slice
from orthanc_plugin.errors import NotInArchive, RequestError
from seg import phases, vessels
from seg.phases import Phase
from seg.vessels import Enhancement, Plane

#: What seg.phases looks at.
KEYWORDS = (
    *phases.TEXTS,
    "ImageType",
    "AcquisitionTime",
    "AcquisitionDateTime",
    "ContentTime",
    "AcquisitionNumber",
    "SeriesNumber",
    "ContrastBolusAgent",
    "ContrastBolusAgentSequence",
    "ContrastBolusStartTime",
)

#: Acquisitions of fewer slices, or that cover other places, are parts of one scan.
FEWEST_SLICES, COVERED_TWICE = 3, 0.5

Attributes = Mapping[str, Any]


@dataclass(frozen=True)
class Scan:
    """One scan of a series.

    Parameters
    ----------
    series
        With its own instances only.
    number
        Acquisition Number, where the series holds several scans.
    sop_instance_uids
        Of its images.
    """

    series: SeriesInfo
    number: int | None
    sop_instance_uids: frozenset[str]


@dataclass(frozen=True)
class Acquisition:
    """One scan of a series, with its phase; `number` is its Acquisition Number.

    Parameters
    ----------
    instances
        How many slices it has, where it is one of several.
    """

    number: int | None
    instances: int | None
    phase: Phase


@dataclass(frozen=True)
class Told:
    """What is told of a series: its phase, and its scans where there are several."""

    phase: Phase
    acquisitions: tuple[Acquisition, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The phases that the series shows."""
        return tuple(dict.fromkeys(one.phase.name for one in self.acquisitions)) or (self.phase.name,)


def of_header(header: Dataset) -> Attributes | None:
    """Return what the phase of a CT series is told by, of one header; None for other modalities."""
    return None if header.get("Modality") != "CT" else {"acquisitions": [_kept(header, None, None)]}


def of_series(archive: Archive, series: SeriesInfo, first: Dataset | None = None) -> Attributes | None:
    """Return what the phase of a CT series is told by, of all of it; None for other modalities.

    Parameters
    ----------
    first
        Header of one of its instances, when it is there already.
    """
    if series.modality != "CT":
        return None
    scans = split(archive.slices(series))
    headers = [first] if first is not None and len(scans) == 1 else [_header(archive, scan[0]) for scan in scans]
    # Of a series that is one scan nothing depends on how many slices are there yet.
    counts = [len(scan) if len(scans) > 1 else None for scan in scans]
    each = zip(scans, headers, counts, strict=True)
    return {"acquisitions": [_kept(header, count, _aorta(archive, scan, header)) for scan, header, count in each]}


def split(slices: Sequence[Slice]) -> list[list[Slice]]:
    """Return the slices of each scan of a series: of one, unless acquisitions cover the same places."""
    by_number: dict[int | None, list[Slice]] = defaultdict(list)
    for one in slices:
        by_number[one.acquisition_number].append(one)
    groups = [by_number[number] for number in sorted(by_number, key=lambda number: -1 if number is None else number)]
    if len(groups) > 1 and all(len(group) >= FEWEST_SLICES for group in groups) and _overlap(groups):
        return groups
    return [list(slices)]


def chosen(archive: Archive, series: SeriesInfo, number: str | None) -> SeriesInfo:
    """Return a series with the instances of one acquisition only; with all when no number is asked for.

    Raises
    ------
    RequestError
        404: the series has no acquisition of that number.
    """
    if number is None:
        return series
    found = tuple(one.instance_id for one in archive.slices(series) if str(one.acquisition_number) == number)
    if not found:
        raise RequestError(404, "unknown_acquisition", "The series has no such Acquisition Number.", "acquisition")
    return replace(series, instances=found)


def scans(archive: Archive, series: SeriesInfo) -> list[Scan]:
    """Return the scans of a series, of which most have one."""
    groups = split(archive.slices(series))
    return [
        Scan(
            replace(series, instances=tuple(one.instance_id for one in group)) if len(groups) > 1 else series,
            group[0].acquisition_number if len(groups) > 1 else None,
            frozenset(one.sop_instance_uid for one in group),
        )
        for group in groups
    ]


def of_images(archive: Archive, series: SeriesInfo, named: Collection[str]) -> SeriesInfo:
    """Return a series; of one that holds several scans, the scan that images of these SOP Instance UIDs are of."""
    meant = [one.series for one in scans(archive, series) if not one.sop_instance_uids.isdisjoint(named)]
    return meant[0] if len(meant) == 1 else series


def _overlap(groups: Sequence[Sequence[Slice]]) -> bool:
    ordered = [_by_position(group) for group in groups]
    if any(len(places) < FEWEST_SLICES for places, _ in ordered):
        return False
    axis = ordered[0][1]
    spans = sorted((min(p[axis] for p in places), max(p[axis] for p in places)) for places, _ in ordered)
    shortest = min(high - low for low, high in spans)
    shared = [min(one[1], other[1]) - other[0] for one, other in pairwise(spans)]
    return max(shared) > COVERED_TWICE * shortest


def _by_position(group: Sequence[Slice]) -> tuple[list[tuple[float, float, float]], int]:
    """Return the positions that are known, and the axis along which they differ most."""
    places = [one.position for one in group if one.position is not None]
    axis = int(np.ptp(np.array(places), axis=0).argmax()) if places else 2
    return places, axis


def detect(kept: Mapping[str, Attributes]) -> dict[str, Told]:
    """Return what is told of each CT series of one study; of several, each is told by all of them."""
    each = {(uid, place): one for uid, a in kept.items() for place, one in enumerate(a["acquisitions"])}
    keys = {f"{uid} {place}": (uid, place) for uid, place in each}
    headers = {key: Dataset.from_json(dict(each[where]["header"])) for key, where in keys.items()}
    aortas = {key: Enhancement(**each[where]["aorta"]) if each[where]["aorta"] else None for key, where in keys.items()}
    found: dict[str, list[Acquisition]] = defaultdict(list)
    for key, phase in phases.detect(headers, aortas).items():
        uid, place = keys[key]
        about = each[uid, place]
        found[uid].append(Acquisition(about["number"], about["instances"], phase))
    return {uid: _told(scans) for uid, scans in found.items()}


def names(kept: Mapping[str, Attributes]) -> dict[str, tuple[str, ...]]:
    """Return the phases that each CT series of one study shows, for the index."""
    return {uid: told.names for uid, told in detect(kept).items()}


def _told(scans: Sequence[Acquisition]) -> Told:
    if len(scans) == 1:
        return Told(scans[0].phase)
    listed = ", ".join(f"{one.number}: {phases.WORDS_IN_TEXT[one.phase.name]}" for one in scans)
    reason = f"The series holds {len(scans)} scans, told apart by Acquisition Number ({listed})."
    return Told(Phase("other", min(one.phase.confidence for one in scans), reason), tuple(scans))


def _kept(header: Dataset, instances: int | None, aorta: Enhancement | None) -> dict[str, Any]:
    told = Dataset()
    for keyword in KEYWORDS:
        if keyword in header:
            told[keyword] = header[keyword]
    number = header.get("AcquisitionNumber")
    return {
        "number": None if number in (None, "") else int(number),
        "instances": instances,
        "header": told.to_json_dict(),
        "aorta": asdict(aorta) if aorta else None,
    }


def _aorta(archive: Archive, scan: Sequence[Slice], header: Dataset) -> Enhancement | None:
    """Return how bright the aorta is; nobody looks where the header tells the phase."""
    if phases.is_told(header):
        return None
    _, axis = _by_position(scan)
    placed = [(one.position[axis], one) for one in scan if one.position is not None]
    ordered = [one for _, one in sorted(placed, key=lambda pair: pair[0])]
    if len(ordered) < vessels.AGREEING:
        return None
    planes = [_plane(archive, ordered[place]) for place in vessels.chosen(len(ordered))]
    return vessels.measure([one for one in planes if one])


def _plane(archive: Archive, one: Slice) -> Plane | None:
    try:
        dataset = pydicom.dcmread(BytesIO(archive.read(one.sop_instance_uid)))
        slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
        where = dataset.ImageOrientationPatient, dataset.PixelSpacing
        return vessels.plane(dataset.pixel_array, slope, intercept, *where)
    except (NotInArchive, AttributeError, RuntimeError, ValueError, TypeError, NotImplementedError):
        # A slice that cannot be shown shows no aorta.
        return None


def _header(archive: Archive, one: Slice) -> Dataset:
    return reading.header(archive.read(one.sop_instance_uid))
