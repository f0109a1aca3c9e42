"""The frames of a DICOM-SEG: what each belongs to, where it lies on a grid, and its pixels."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import iter_pixels

from seg.errors import GeometryError, NotASegmentation
from seg.volume import Float, Grid

#: Pixels of a frame, (rows, columns).
Plane = NDArray[Any]

#: How far a frame may lie from its slice: writers round positions, and the lattice of the series has a tolerance too.
PLACE_TOLERANCE_MM = 0.2
DIRECTION_TOLERANCE = 1e-3

#: Part of the Maximum Fractional Value from which a FRACTIONAL voxel counts as inside.
FRACTIONAL_THRESHOLD = 0.5

#: Not in every pydicom's dictionary of UIDs.
DEFLATED_IMAGE_FRAME_COMPRESSION = "1.2.840.10008.1.2.8.1"


@dataclass(frozen=True)
class Frame:
    """One frame; `segment_number` is None in a label map, whose pixels say it."""

    number: int
    segment_number: int | None
    source_uids: tuple[str, ...]
    position: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    spacing: tuple[float, ...] | None


def frames_of(dataset: Dataset) -> list[Frame]:
    """Return the frames of a SEG in their order.

    Raises
    ------
    NotASegmentation
        The functional groups are missing or do not say which segment a frame is of.
    """
    per_frame = dataset.get("PerFrameFunctionalGroupsSequence") or []
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    if not per_frame or len(per_frame) != int(dataset.get("NumberOfFrames") or len(per_frame)):
        raise NotASegmentation("The Segmentation does not describe each of its frames; it cannot be placed.")
    is_label_map = dataset.get("SegmentationType") == "LABELMAP"
    return [_frame(number, item, shared, is_label_map) for number, item in enumerate(per_frame, start=1)]


def place_on(dataset: Dataset, frames: Sequence[Frame], grid: Grid) -> list[int]:
    """Return the slice of the grid on which each frame lies.

    Raises
    ------
    GeometryError
        A frame is not on the grid; the message says what differs.
    """
    if (size := (int(dataset.Rows), int(dataset.Columns))) != (grid.rows, grid.columns):
        message = f"The Segmentation has frames of {size[0]} rows × {size[1]} columns, the series has slices of"
        raise GeometryError(f"{message} {grid.rows} × {grid.columns}; give the series that it was drawn on.")
    slices = {uid: place for place, uid in enumerate(grid.sop_instance_uids)}
    frame_of_reference = str(dataset.get("FrameOfReferenceUID") or "")
    return [_place(frame, grid, slices, frame_of_reference) for frame in frames]


def planes(dataset: Dataset, count: int) -> Iterator[Plane]:
    """Yield the pixels of each frame, (rows, columns): bool, or segment numbers in a label map.

    Raises
    ------
    NotASegmentation
        The pixels are missing, too few, or cannot be decoded.
    """
    if not dataset.get("PixelData"):
        raise NotASegmentation("The Segmentation has no pixels.")
    kind = dataset.get("SegmentationType")
    if kind == "FRACTIONAL":
        limit = FRACTIONAL_THRESHOLD * int(dataset.get("MaximumFractionalValue") or 255)
        return (plane >= limit for plane in _bytes_or_words(dataset, count))
    if kind == "LABELMAP":
        background = dataset.get("PixelPaddingValue")
        return (_without(plane, background) for plane in _bytes_or_words(dataset, count))
    return _bits(dataset, count)


def _frame(number: int, item: Dataset, shared: Dataset, is_label_map: bool) -> Frame:
    def first(group: str) -> Dataset:
        items: Sequence[Dataset] = item.get(group) or shared.get(group) or [Dataset()]
        return items[0]

    segment = first("SegmentIdentificationSequence").get("ReferencedSegmentNumber")
    if segment is None and not is_label_map:
        raise NotASegmentation(f"Frame {number} of the Segmentation does not say which segment it is of.")
    measures = first("PixelMeasuresSequence")
    derivations = item.get("DerivationImageSequence") or shared.get("DerivationImageSequence") or ()
    sources = [source for one in derivations for source in one.get("SourceImageSequence") or ()]
    return Frame(
        number,
        None if is_label_map else int(segment),
        tuple(str(s.ReferencedSOPInstanceUID) for s in sources if s.get("ReferencedSOPInstanceUID")),
        _floats(first("PlanePositionSequence").get("ImagePositionPatient"), 3),
        _floats(first("PlaneOrientationSequence").get("ImageOrientationPatient"), 6),
        _floats(measures.get("PixelSpacing"), 2),
    )


def _floats(value: Iterable[float] | None, count: int) -> tuple[float, ...] | None:
    numbers = tuple(float(one) for one in value or ())
    return numbers if len(numbers) == count else None


def _place(frame: Frame, grid: Grid, slices: dict[str, int], frame_of_reference: str) -> int:
    derived_from = {slices[uid] for uid in frame.source_uids if uid in slices}
    _check_plane(frame, grid)
    if frame.position is None:
        if len(derived_from) == 1:
            return derived_from.pop()
        raise GeometryError(f"Frame {frame.number} has no position, and is derived from no single slice of the series.")
    if not derived_from and frame_of_reference != grid.frame_of_reference_uid:
        raise GeometryError("The Segmentation has another frame of reference than the series, and other source images.")
    position = np.array(frame.position)
    place = derived_from.pop() if len(derived_from) == 1 else _nearest(position, grid)
    corner = grid.affine_lps[:3, 3] + place * grid.affine_lps[:3, 2]
    distance_mm = float(np.linalg.norm(position - corner))
    if distance_mm > PLACE_TOLERANCE_MM:
        where = ", ".join(f"{value:.2f}" for value in frame.position)
        message = f"Frame {frame.number} of the Segmentation lies at ({where}) mm LPS, {distance_mm:.2f} mm from slice"
        raise GeometryError(f"{message} {place + 1} of the series; give the series that it was drawn on.")
    return place


def _nearest(position: Float, grid: Grid) -> int:
    along = float((position - grid.affine_lps[:3, 3]) @ grid.normal) / grid.slice_distance_mm
    return min(max(round(along), 0), grid.shape[0] - 1)


def _check_plane(frame: Frame, grid: Grid) -> None:
    lengths = np.linalg.norm(grid.affine_lps[:3, :2], axis=0)
    directions = np.concatenate([grid.affine_lps[:3, 0] / lengths[0], grid.affine_lps[:3, 1] / lengths[1]])
    for name, found, wanted in (
        ("Image Orientation", frame.orientation, directions),
        ("Pixel Spacing", frame.spacing, lengths[::-1]),
    ):
        if found is not None and not np.allclose(found, wanted, rtol=0, atol=DIRECTION_TOLERANCE):
            said, series = (", ".join(f"{value:.4g}" for value in values) for values in (found, wanted))
            message = f"Frame {frame.number} of the Segmentation has the {name} ({said}), the series has ({series})"
            raise GeometryError(f"{message}; give the series that it was drawn on.")


def _bits(dataset: Dataset, count: int) -> Iterator[Plane]:
    """Yield one-bit frames; they follow each other without gaps, so a frame may start within a byte."""
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    size = rows * columns
    if int(dataset.get("BitsAllocated") or 1) != 1:
        yield from (plane != 0 for plane in _bytes_or_words(dataset, count))
        return
    if dataset["PixelData"].is_undefined_length:
        raise NotASegmentation("The one-bit frames of the Segmentation are compressed in a way that is not read here.")
    packed = np.frombuffer(dataset.PixelData, np.uint8)
    if packed.size * 8 < size * count:
        raise NotASegmentation("The Segmentation has fewer pixels than its frames need.")
    for number in range(count):
        start, end = number * size, (number + 1) * size
        bits = np.unpackbits(packed[start // 8 : -(-end // 8)], bitorder="little")
        yield bits[start % 8 : start % 8 + size].reshape(rows, columns).view(np.bool_)


def _bytes_or_words(dataset: Dataset, count: int) -> Iterator[Plane]:
    if dataset.file_meta.get("TransferSyntaxUID") == DEFLATED_IMAGE_FRAME_COMPRESSION:
        yield from _deflated(dataset, count)
        return
    try:
        # `raw`: a colour palette is not applied, the stored values are the segment numbers.
        yield from iter_pixels(dataset, raw=True)
    except (AttributeError, RuntimeError, ValueError, NotImplementedError, KeyError):
        raise NotASegmentation("The pixels of the Segmentation cannot be decoded.") from None


def _deflated(dataset: Dataset, count: int) -> Iterator[Plane]:
    kind = np.dtype(f"<u{int(dataset.BitsAllocated) // 8}")
    shape = (int(dataset.Rows), int(dataset.Columns))
    size = shape[0] * shape[1] * kind.itemsize
    for frame in generate_frames(dataset.PixelData, number_of_frames=count):
        try:
            raw = zlib.decompressobj(-zlib.MAX_WBITS).decompress(frame, size)
        except zlib.error:
            raw = b""
        if len(raw) < size:
            raise NotASegmentation("A deflated frame of the Segmentation cannot be unpacked.")
        yield np.frombuffer(raw, kind).reshape(shape)


def _without(plane: Plane, background: object) -> Plane:
    return plane if background in (None, 0) else np.where(plane == background, 0, plane)
