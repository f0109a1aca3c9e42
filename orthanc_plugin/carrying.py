"""A mask carried to the other series of its study: read, resampled, and stored as one SEG for each, never silently.

`carry_to` is all of the work and knows nothing of HTTP: a request calls it, and a job can.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Literal

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset

from orthanc_plugin import acquisitions, version
from orthanc_plugin.acquisitions import Scan
from orthanc_plugin.archive import Archive, SeriesInfo, StudyInfo
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.errors import NotInArchive, RequestError
from seg import carry as resampling
from seg import decode, description, encode, registration, spatial_registration, volume
from seg.decode import Segmentation
from seg.derivation import Derivation
from seg.encode import EncodeContext, SegmentationType
from seg.errors import SegError
from seg.labelmap import Algorithm, Segment
from seg.registration import Registration
from seg.volume import Grid

Method = Literal["none", "rigid"]
METHODS: tuple[Method, ...] = ("none", "rigid")

#: What is named as the algorithm of a carried mask. A person drew or checked what is carried, so it is not AUTOMATIC;
#: nobody looked at where it came to lie, so it is not MANUAL.
ALGORITHM = Algorithm("HepatIA carry", version.VERSION, "SEMIAUTOMATIC")

#: Series Numbers of carried masks and of registrations.
MASK_SERIES, REGISTRATION_SERIES = 9150, 9160

Array = NDArray[np.uint8]


@dataclass(frozen=True)
class Wish:
    """Who wants a mask carried, and how.

    Parameters
    ----------
    phases
        Names the phase that an image shows for people, by its header.
    tell
        Takes how far the work is, from 0 to 1, and what is being done; may raise what ends it.
    """

    author: str
    method: Method
    phases: Callable[[Dataset], str]
    tell: Callable[[float, str], None] = lambda _progress, _step: None
    type: SegmentationType = "BINARY"


@dataclass(frozen=True, eq=False)
class Source:
    """The mask that is carried, with its series."""

    segmentation: Segmentation
    grid: Grid
    headers: Sequence[Dataset]
    array: Array
    hounsfield: NDArray[np.int16] | None


@dataclass(frozen=True, eq=False)
class Placed:
    """A mask on the grid of another series, not stored yet; `number` is the Acquisition Number of one of its scans."""

    number: int | None
    headers: Sequence[Dataset]
    grid: Grid
    array: Array
    registration: Registration | None


@dataclass(frozen=True, eq=False)
class Carried:
    """A mask that was written for another series.

    Parameters
    ----------
    number
        Acquisition Number, when the series holds several scans.
    registration_uid
        SOP Instance UID of the Spatial Registration, when one was made.
    """

    series_instance_uid: str
    number: int | None
    sop_instance_uid: str
    own_series_instance_uid: str
    grid: Grid
    array: Array
    segments: tuple[Segment, ...]
    warnings: tuple[str, ...]
    registration: Registration | None = None
    registration_uid: str | None = None


@dataclass(frozen=True)
class Refused:
    """A series, or one scan of it, that no mask was written for, and why."""

    series_instance_uid: str
    number: int | None
    reason: str


def targets(archive: Archive, study: StudyInfo, segmentation: Segmentation, wanted: Sequence[str] | None) -> list[Scan]:
    """Return the scans that a mask is to be carried to: of the series wanted, or of all CT series of the study.

    Raises
    ------
    RequestError
        One of them is no CT series of the study.
    """
    known = {one.series_instance_uid: one for one in study.series if one.modality == "CT"}
    for place, uid in enumerate(wanted or ()):
        if uid not in known:
            message = "This is no CT series of the study that the mask is of."
            raise RequestError(422, "unknown_series", message, f"series.{place}")
    chosen = known.values() if wanted is None else [known[uid] for uid in dict.fromkeys(wanted)]
    named = description.source_instances(segmentation.dataset)
    return [
        one for series in chosen for one in acquisitions.scans(archive, series) if not _is_own(one, segmentation, named)
    ]


def _is_own(one: Scan, segmentation: Segmentation, named: Collection[str]) -> bool:
    """Whether a mask was drawn on a scan."""
    if one.series.series_instance_uid != segmentation.source_series_instance_uid:
        return False
    return one.number is None or not one.sop_instance_uids.isdisjoint(named)


def source(archive: Archive, segmentation: Segmentation, method: Method) -> Source:
    """Return a mask on the grid of its own series, with what registration needs.

    Raises
    ------
    RequestError, SegError
        The series is not there, or the mask cannot be laid on it.
    """
    uid = segmentation.source_series_instance_uid
    try:
        if uid is None:
            raise NotInArchive
        series = acquisitions.of_images(
            archive, archive.series(uid), description.source_instances(segmentation.dataset)
        )
        datasets = _datasets(archive, series, pixels=method == "rigid")
    except NotInArchive:
        raise RequestError(409, "no_source", "The series that the mask was drawn on is not in the archive.") from None
    grid, hounsfield = _volume(datasets, method)
    return Source(segmentation, grid, datasets, decode.segment_numbers(segmentation, grid), hounsfield)


def carry_to(
    archive: Archive, keys: Keys, wish: Wish, what: Source, scans: Sequence[Scan]
) -> tuple[list[Carried], list[Refused]]:
    """Carry a mask to several series; return what was written, and what was not and why.

    Raises
    ------
    RequestError, SegError
        Nothing was written.
    """
    placed: list[Placed] = []
    refused: list[Refused] = []
    for place, one in enumerate(scans):
        part = 0.1 + 0.8 * place / len(scans)
        try:
            placed.append(_place(archive, what, one, wish.method, lambda step, part=part: wish.tell(part, step)))  # type: ignore[misc]
        except SegError as error:
            if len(scans) == 1:
                raise
            refused.append(Refused(one.series.series_instance_uid, one.number, str(error)))
    if not placed:
        reasons = " ".join(dict.fromkeys(one.reason for one in refused))
        message = reasons or "There is no other scan to carry the mask to."
        raise RequestError(422, "nothing_carried", message)
    # Not before all are found: whoever ends the work meanwhile finds nothing of it.
    wish.tell(0.9, "storing")
    return [_store(archive, keys, wish, what, one) for one in placed], refused


def _place(archive: Archive, what: Source, scan: Scan, method: Method, step: Callable[[str], None]) -> Placed:
    step("reading")
    datasets = _datasets(archive, scan.series, pixels=method == "rigid")
    grid, hounsfield = _volume(datasets, method)
    found = None
    if what.hounsfield is not None and hounsfield is not None:
        volumes = (what.grid, what.hounsfield), (grid, hounsfield)
        found = registration.rigid(*volumes, what.array > 0, check=lambda: step("registering"))
    array = resampling.carry(what.array, what.grid, grid, found.to_target if found else None)
    if not array.any():
        raise SegError("No voxel of the mask lies in this series; nothing was written.")
    return Placed(scan.number, datasets, grid, array, found)


def _store(archive: Archive, keys: Keys, wish: Wish, what: Source, placed: Placed) -> Carried:
    grid, found = placed.grid, placed.registration
    uid = _store_registration(archive, keys, wish, what, placed, found) if found else None
    segments = _segments(what.segmentation)
    context = _context(keys, wish, what, found, uid)
    archive.store(encode.encode(placed.headers, grid, placed.array, segments, ALGORITHM, context))
    array, numbered = encode.renumbered(placed.array, segments)
    return Carried(
        grid.series_instance_uid,
        placed.number,
        context.sop_instance_uid,
        context.series_instance_uid,
        grid,
        array,
        numbered,
        tuple(_warnings(what, placed.array, grid, segments)),
        found,
        uid,
    )


def _datasets(archive: Archive, series: SeriesInfo, *, pixels: bool) -> list[Dataset]:
    return [pydicom.dcmread(BytesIO(file), stop_before_pixels=not pixels) for file in archive.files(series)]


def _volume(datasets: list[Dataset], method: Method) -> tuple[Grid, NDArray[np.int16] | None]:
    """Return the grid, and HU where they are needed; the data sets are headers from then on."""
    if method == "none":
        return volume.read_grid(datasets), None
    grid, hounsfield = volume.read_volume(datasets)
    for one in datasets:
        del one.PixelData
    return grid, hounsfield


def _segments(segmentation: Segmentation) -> tuple[Segment, ...]:
    return tuple(Segment(s.number, s.label[:64], s.kind, s.tracking_uid, s.tracking_id) for s in segmentation.segments)


def _context(keys: Keys, wish: Wish, what: Source, found: Registration | None, uid: str | None) -> EncodeContext:
    phase = wish.phases(what.headers[0])
    how = "after rigid registration" if found else "where it was"
    parameters = "interpolation nearest; transform " + ("rigid" if found else "identity")
    if found:
        parameters += f"; moved {found.moved_mm:.1f} mm; turned {found.turned_deg:.1f} degrees"
    told = f"Carried from the {phase} series by {ALGORITHM.name} {ALGORITHM.version}, nearest neighbour, {how}."
    return EncodeContext(
        sop_instance_uid=keys.mint(),
        series_instance_uid=keys.mint(),
        series_number=MASK_SERIES,
        series_description=f"HepatIA mask, from {phase}"[:64],
        creator_name=wish.author,
        created=datetime.now(),
        mint=keys.mint,
        type=wish.type,
        derivation=Derivation(what.segmentation.dataset, told, parameters, uid),
    )


def _store_registration(
    archive: Archive, keys: Keys, wish: Wish, what: Source, placed: Placed, found: Registration
) -> str:
    names = [wish.phases(headers[0]) for headers in (what.headers, placed.headers)]
    context = replace(
        _context(keys, wish, what, found, None),
        series_number=REGISTRATION_SERIES,
        series_description=f"HepatIA registration, {names[0]} to {names[1]}"[:64],
        derivation=None,
    )
    comment = f"Rigid, mutual information {found.before:.3f} to {found.after:.3f}"
    archive.store(
        spatial_registration.encode(
            (what.grid, what.headers), (placed.grid, placed.headers), found.to_target, comment, context
        )
    )
    return context.sop_instance_uid


def _warnings(what: Source, array: Array, grid: Grid, segments: Sequence[Segment]) -> Sequence[str]:
    said = []
    for segment in segments:
        before = int(np.count_nonzero(what.array == segment.number)) * what.grid.voxel_mm3
        after = int(np.count_nonzero(array == segment.number)) * grid.voxel_mm3
        if before and not after:
            said.append(f"Segment {segment.number} has no voxel in this series.")
        elif before and after < 0.9 * before:
            said.append(f"Segment {segment.number} is cut off: {after / before:.0%} of its volume lies in this series.")
    return said
