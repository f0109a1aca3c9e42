"""A mask carried to the other series of its study: read, resampled, and stored as one SEG for each, never silently.

`carry_to` is all of the work and knows nothing of HTTP: a request calls it, and a job can.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Literal

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset

from orthanc_plugin import version
from orthanc_plugin.archive import Archive, SeriesInfo, StudyInfo
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.errors import NotInArchive, RequestError
from seg import carry as resampling
from seg import decode, encode, registration, spatial_registration, volume
from seg.decode import Segmentation
from seg.derivation import Derivation
from seg.encode import EncodeContext
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
    """Who wants a mask carried, and how; `phases` names the phase of a series for people."""

    author: str
    method: Method
    phases: Callable[[str], str]


@dataclass(frozen=True, eq=False)
class Source:
    """The mask that is carried, with its series."""

    segmentation: Segmentation
    grid: Grid
    headers: Sequence[Dataset]
    array: Array
    hounsfield: NDArray[np.int16] | None


@dataclass(frozen=True, eq=False)
class Carried:
    """A mask that was written for another series.

    Parameters
    ----------
    registration_uid
        SOP Instance UID of the Spatial Registration, when one was made.
    """

    series_instance_uid: str
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
    """A series that no mask was written for, and why."""

    series_instance_uid: str
    reason: str


def targets(study: StudyInfo, source_uid: str | None, wanted: Sequence[str] | None) -> list[SeriesInfo]:
    """Return the series that a mask is to be carried to: those wanted, or all other CT series of the study.

    Raises
    ------
    RequestError
        One of them is no other CT series of the study.
    """
    others = {one.series_instance_uid: one for one in study.series if one.modality == "CT"}
    others.pop(source_uid or "", None)
    for place, uid in enumerate(wanted or ()):
        if uid not in others:
            message = "This is no other CT series of the study that the mask is of."
            raise RequestError(422, "unknown_series", message, f"series.{place}")
    return [others[uid] for uid in dict.fromkeys(wanted)] if wanted is not None else list(others.values())


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
        datasets = _datasets(archive, archive.series(uid), pixels=method == "rigid")
    except NotInArchive:
        raise RequestError(409, "no_source", "The series that the mask was drawn on is not in the archive.") from None
    grid, hounsfield = _volume(datasets, method)
    return Source(segmentation, grid, datasets, decode.segment_numbers(segmentation, grid), hounsfield)


def carry_to(
    archive: Archive, keys: Keys, wish: Wish, what: Source, series: Sequence[SeriesInfo]
) -> tuple[list[Carried], list[Refused]]:
    """Carry a mask to several series; return what was written, and what was not and why.

    Raises
    ------
    RequestError, SegError
        Nothing was written.
    """
    done: list[Carried] = []
    refused: list[Refused] = []
    for one in series:
        try:
            done.append(carry(archive, keys, wish, what, one))
        except SegError as error:
            if len(series) == 1:
                raise
            refused.append(Refused(one.series_instance_uid, str(error)))
    if not done:
        reasons = " ".join(dict.fromkeys(one.reason for one in refused))
        message = reasons or "The study has no other CT series to carry the mask to."
        raise RequestError(422, "nothing_carried", message)
    return done, refused


def carry(archive: Archive, keys: Keys, wish: Wish, what: Source, series: SeriesInfo) -> Carried:
    """Carry a mask to one series and store it there.

    Raises
    ------
    SegError
        The series is no volume, or in another frame of reference, or no registration was found; nothing was stored.
    """
    datasets = _datasets(archive, series, pixels=wish.method == "rigid")
    grid, hounsfield = _volume(datasets, wish.method)
    found, uid = None, None
    if what.hounsfield is not None and hounsfield is not None:
        found = registration.rigid((what.grid, what.hounsfield), (grid, hounsfield), what.array > 0)
    array = resampling.carry(what.array, what.grid, grid, found.to_target if found else None)
    if not array.any():
        raise SegError("No voxel of the mask lies in this series; nothing was written.")
    if found:
        uid = _store_registration(archive, keys, wish, what, (grid, datasets), found)
    segments = _segments(what.segmentation)
    context = _context(keys, wish, what, found, uid)
    archive.store(encode.encode(datasets, grid, array, segments, ALGORITHM, context))
    warnings = tuple(_warnings(what, array, grid, segments))
    return Carried(
        series.series_instance_uid,
        context.sop_instance_uid,
        context.series_instance_uid,
        grid,
        encode.renumbered(array, segments)[0],
        encode.renumbered(array, segments)[1],
        warnings,
        found,
        uid,
    )


def _datasets(archive: Archive, series: SeriesInfo, *, pixels: bool) -> list[Dataset]:
    return [pydicom.dcmread(BytesIO(file), stop_before_pixels=not pixels) for file in archive.files(series)]


def _volume(datasets: list[Dataset], method: Method) -> tuple[Grid, NDArray[np.int16] | None]:
    return volume.read_volume(datasets) if method == "rigid" else (volume.read_grid(datasets), None)


def _segments(segmentation: Segmentation) -> tuple[Segment, ...]:
    return tuple(Segment(s.number, s.label[:64], s.kind, s.tracking_uid, s.tracking_id) for s in segmentation.segments)


def _context(keys: Keys, wish: Wish, what: Source, found: Registration | None, uid: str | None) -> EncodeContext:
    phase = wish.phases(what.grid.series_instance_uid)
    how = "after rigid registration" if found else "where it was"
    parameters = "interpolation nearest; transform " + ("rigid" if found else "identity")
    if found:
        parameters += f"; moved {found.moved_mm:.1f} mm; turned {found.turned_deg:.1f} degrees"
    description = f"Carried from the {phase} series by {ALGORITHM.name} {ALGORITHM.version}, nearest neighbour, {how}."
    return EncodeContext(
        sop_instance_uid=keys.mint(),
        series_instance_uid=keys.mint(),
        series_number=MASK_SERIES,
        series_description=f"HepatIA mask, from {phase}"[:64],
        creator_name=wish.author,
        created=datetime.now(),
        mint=keys.mint,
        derivation=Derivation(what.segmentation.dataset, description, parameters, uid),
    )


def _store_registration(
    archive: Archive,
    keys: Keys,
    wish: Wish,
    what: Source,
    target: tuple[Grid, Sequence[Dataset]],
    found: Registration,
) -> str:
    names = [wish.phases(grid.series_instance_uid) for grid in (what.grid, target[0])]
    context = replace(
        _context(keys, wish, what, found, None),
        series_number=REGISTRATION_SERIES,
        series_description=f"HepatIA registration, {names[0]} to {names[1]}"[:64],
        derivation=None,
    )
    comment = f"Rigid, mutual information {found.before:.3f} to {found.after:.3f}"
    archive.store(spatial_registration.encode((what.grid, what.headers), target, found.to_target, comment, context))
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
