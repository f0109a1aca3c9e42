"""DICOM-SEG of any writer: what its segments are, and their masks on a grid (PS3.3 A.51, A.51a)."""

import io
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError

from seg import description
from seg.description import SEGMENTATIONS, SegmentDescription
from seg.errors import NotASegmentation, NumberError, Overlap, OverlapError, SegError
from seg.frames import Frame, frames_of
from seg.labelmap import Algorithm, Kind, present
from seg.pixels import Plane, planes
from seg.placing import place_on
from seg.volume import Grid

#: What pydicom and numpy raise when attributes are missing or hold nonsense.
DAMAGE = (
    *(AttributeError, TypeError, ValueError, LookupError, ArithmeticError, RuntimeError, EOFError, OSError),
    *(BytesLengthException, UnicodeError, struct.error, zlib.error),
)

#: The values of `weights`.
WEIGHTS: dict[Kind, int] = {"liver": 1, "nodule": 2, "other": 0}

Mask = NDArray[np.bool_]
Labels = NDArray[np.uint8]

#: What is done with a mask: the slice to paint on, the segment's number, its mask in the slice, which slice it is.
Paint = Callable[[Labels, int, Mask, int], None]


@dataclass(frozen=True, eq=False)
class Segmentation:
    """A DICOM-SEG; `masks_on` places it on the grid of an image series.

    Parameters
    ----------
    algorithm
        Of the first segment that was not drawn by hand alone; each segment has its own.
    replaces
        SOP Instance UIDs of the segmentations that this one supersedes.
    """

    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    patient_id: str
    source_series_instance_uid: str | None
    frame_of_reference_uid: str
    segments: tuple[SegmentDescription, ...]
    created: datetime | None
    author: str
    description: str
    algorithm: Algorithm | None
    dataset: Dataset = field(repr=False)
    replaces: tuple[str, ...] = ()

    def masks_on(self, grid: Grid) -> dict[int, Mask]:
        """Return each segment's mask on the grid, by segment number: (slices, rows, columns).

        Frames lie where the image lies that they were derived from, else at their own position; slices without a frame
        are empty. A FRACTIONAL voxel is in the mask from half of the Maximum Fractional Value on.

        Raises
        ------
        GeometryError
            A frame is not on the grid; the message says what differs.
        NotASegmentation
            The pixels are missing or cannot be decoded.
        """
        masks = {segment.number: np.zeros(grid.shape, np.bool_) for segment in self.segments}
        for number, place, plane in self.planes_on(grid):
            masks[number][place] |= plane
        return masks

    def planes_on(self, grid: Grid) -> Iterator[tuple[int, int, Mask]]:
        """Yield segment number, slice of the grid, and mask in it, (rows, columns), frame by frame, slice after slice.

        Raises
        ------
        GeometryError, NotASegmentation
            As `masks_on`.
        """
        numbers = {segment.number for segment in self.segments}
        with damage_refused():
            frames = frames_of(self.dataset)
            places = place_on(self.dataset, frames, grid)
            order = sorted(range(len(frames)), key=places.__getitem__)
            for frame, plane in zip(order, planes(self.dataset, len(frames), order), strict=True):
                for number in numbers & _numbers_in(frames[frame], plane):
                    of_map = frames[frame].segment_number is None
                    yield number, places[frame], plane == number if of_map else plane


def decode(data: bytes | Dataset) -> Segmentation:
    """Read a DICOM-SEG; pixels are not decoded yet, and may be missing.

    Raises
    ------
    NotASegmentation
        Not DICOM, not a SEG, or without what every SEG has.
    """
    with damage_refused():
        return _described(data if isinstance(data, Dataset) else _read(data))


def _described(dataset: Dataset) -> Segmentation:
    if dataset.get("SOPClassUID") not in SEGMENTATIONS:
        raise NotASegmentation("The object is not a DICOM Segmentation; give the SOP Instance UID of one.")
    if not dataset.get("SegmentSequence"):
        raise NotASegmentation("The Segmentation describes no segment; it cannot be read.")
    segments = tuple(description.segments(dataset))
    return Segmentation(
        sop_instance_uid=str(dataset.get("SOPInstanceUID") or ""),
        series_instance_uid=str(dataset.get("SeriesInstanceUID") or ""),
        study_instance_uid=str(dataset.get("StudyInstanceUID") or ""),
        patient_id=str(dataset.get("PatientID") or ""),
        source_series_instance_uid=description.source_series(dataset),
        frame_of_reference_uid=str(dataset.get("FrameOfReferenceUID") or ""),
        segments=segments,
        created=description.created(dataset),
        author=str(dataset.get("ContentCreatorName") or ""),
        description=str(dataset.get("SeriesDescription") or dataset.get("ContentDescription") or ""),
        algorithm=next((one.algorithm for one in segments if one.algorithm), None),
        dataset=dataset,
        replaces=description.replaces(dataset),
    )


def weights(segmentation: Segmentation, grid: Grid) -> Labels:
    """Return 0 rest, 1 liver, 2 nodule on the grid, (slices, rows, columns); where both are, the nodule wins."""
    return _stacked(weight_planes(segmentation, grid), grid)


def segment_numbers(segmentation: Segmentation, grid: Grid, wins: Sequence[int] = ()) -> Labels:
    """Return segment numbers on the grid, (slices, rows, columns), 0 outside.

    Parameters
    ----------
    wins
        Segments that have the voxels they share with others; the first has them before the second.

    Raises
    ------
    OverlapError
        Two segments claim a voxel and none of `wins` does; the message gives both and the count.
    NumberError
        A segment number is above 255.
    """
    return _stacked(number_planes(segmentation, grid, wins), grid)


def weight_planes(segmentation: Segmentation, grid: Grid) -> Iterator[Labels]:
    """Yield `weights` slice after slice, (rows, columns); not to be written to."""
    weight = {segment.number: np.uint8(WEIGHTS[segment.kind]) for segment in segmentation.segments}

    def paint(plane: Labels, number: int, mask: Mask, _place: int) -> None:
        np.maximum(plane, mask.view(np.uint8) * weight[number], out=plane)

    return _painted(segmentation, grid, paint)


def number_planes(segmentation: Segmentation, grid: Grid, wins: Sequence[int] = ()) -> Iterator[Labels]:
    """Yield `segment_numbers` slice after slice, (rows, columns), not to be written to; overlaps raise at the end."""
    overlaps: dict[tuple[int, int], Counter[int]] = {}
    painted: list[tuple[int, int, Mask]] = []

    def paint(plane: Labels, number: int, mask: Mask, place: int) -> None:
        if number > 255:
            raise NumberError(f"Segment {number} has no place in a map of bytes; export that segment alone.")
        painted[:] = [one for one in painted if one[0] == place]
        bits = mask.view(np.uint8)
        if (plane * bits).any():
            # What is covered stays: by a segment that wins, or it is refused in the end.
            _count(overlaps, place, number, mask & ~np.isin(plane, wins), painted)
            bits = bits * (plane == 0)
        plane |= bits * np.uint8(number)
        painted.append((place, number, mask))

    yield from _painted(segmentation, grid, paint, wins)
    if overlaps:
        raise _overlapping(overlaps, grid)


def _count(
    overlaps: dict[tuple[int, int], Counter[int]],
    place: int,
    number: int,
    open_: Mask,
    before: Iterable[tuple[int, int, Mask]],
) -> None:
    """Count the voxels that a segment shares with those before it in a slice, of those that nobody has won."""
    for _, other, mask in before:
        voxels = int(np.count_nonzero(open_ & mask))
        if voxels and other != number:
            overlaps.setdefault((min(other, number), max(other, number)), Counter())[place] += voxels


def _overlapping(counted: Mapping[tuple[int, int], Counter[int]], grid: Grid) -> OverlapError:
    """Return the error of pairs of segments, whose voxels are counted in each slice."""
    found = [
        Overlap(pair, slices.total(), grid.slice_names[slices.most_common(1)[0][0]]) for pair, slices in counted.items()
    ]
    found.sort(key=lambda one: -one.voxels)
    (first, second), voxels = found[0].segments, found[0].voxels
    message = f"Segments {first} and {second} overlap in {voxels} voxels, which a map of segment numbers cannot say"
    return OverlapError(f"{message}; say which wins, or export single segments, or the weights.", found)


def mask_planes(segmentation: Segmentation, grid: Grid, number: int) -> Iterator[Labels]:
    """Yield one segment as 0 and 1, slice after slice, (rows, columns); not to be written to."""

    def paint(plane: Labels, found: int, mask: Mask, _place: int) -> None:
        if found == number:
            plane |= mask

    return _painted(segmentation, grid, paint)


def _painted(segmentation: Segmentation, grid: Grid, paint: Paint, first: Sequence[int] = ()) -> Iterator[Labels]:
    """Yield every slice of the grid, what is in it painted on zeros, some segments first; what is empty is the same."""
    empty = np.zeros(grid.shape[1:], np.uint8)
    rank = {number: place for place, number in enumerate(first)}
    done = 0
    for place, found in groupby(segmentation.planes_on(grid), key=lambda one: one[1]):
        yield from [empty] * (place - done)
        plane = np.zeros_like(empty)
        for number, _, mask in sorted(found, key=lambda one: rank.get(one[0], len(rank))):
            paint(plane, number, mask, place)
        yield plane
        done = place + 1
    yield from [empty] * (grid.shape[0] - done)


def _stacked(slices: Iterable[Labels], grid: Grid) -> Labels:
    result = np.empty(grid.shape, np.uint8)
    for plane, found in zip(result, slices, strict=True):
        plane[...] = found
    return result


@contextmanager
def damage_refused() -> Iterator[None]:
    """Say of a damaged file that it is one; what pydicom raises of it may quote values and is not passed on."""
    try:
        yield
    except SegError:
        raise
    except DAMAGE:
        raise NotASegmentation("The Segmentation is damaged or incomplete; it cannot be read.") from None


def _numbers_in(frame: Frame, plane: Plane) -> set[int]:
    if frame.segment_number is not None:
        return {frame.segment_number}
    return present(plane) if plane.dtype == np.uint8 else set(np.unique(plane).tolist())


def _read(data: bytes) -> Dataset:
    try:
        return pydicom.dcmread(io.BytesIO(data))
    except (InvalidDicomError, *DAMAGE):
        raise NotASegmentation("The bytes are no DICOM file.") from None
