"""The pixels of the frames of a DICOM-SEG, whatever their encoding."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import iter_pixels

from seg.errors import NotASegmentation

#: Pixels of a frame, (rows, columns).
Plane = NDArray[Any]

#: Part of the Maximum Fractional Value from which a FRACTIONAL voxel counts as inside.
FRACTIONAL_THRESHOLD = 0.5

#: Not in every pydicom's dictionary of UIDs.
DEFLATED_IMAGE_FRAME_COMPRESSION = "1.2.840.10008.1.2.8.1"


def planes(dataset: Dataset, count: int, order: Sequence[int] | None = None) -> Iterator[Plane]:
    """Yield the pixels of each frame, (rows, columns): bool, or segment numbers in a label map.

    Parameters
    ----------
    count
        How many frames there are.
    order
        Which frames, counted from 0; all of them in their order, if None.

    Raises
    ------
    NotASegmentation
        The pixels are missing, too few, or cannot be decoded.
    """
    if not dataset.get("PixelData"):
        raise NotASegmentation("The Segmentation has no pixels.")
    wanted = range(count) if order is None else order
    kind = dataset.get("SegmentationType")
    if kind == "FRACTIONAL":
        limit = FRACTIONAL_THRESHOLD * int(dataset.get("MaximumFractionalValue") or 255)
        return (plane >= limit for plane in _stored(dataset, count, wanted))
    if kind == "LABELMAP":
        background = dataset.get("PixelPaddingValue")
        return (_without(plane, background) for plane in _stored(dataset, count, wanted))
    if int(dataset.get("BitsAllocated") or 1) == 1 and not dataset["PixelData"].is_undefined_length:
        return _bits(dataset, count, wanted)
    return (plane != 0 for plane in _stored(dataset, count, wanted))


def _bits(dataset: Dataset, count: int, order: Iterable[int]) -> Iterator[Plane]:
    """Yield one-bit frames; they follow each other without gaps, so a frame may start within a byte."""
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    size = rows * columns
    packed = np.frombuffer(dataset.PixelData, np.uint8)
    if packed.size * 8 < size * count:
        raise NotASegmentation("The Segmentation has fewer pixels than its frames need.")
    for number in order:
        start, end = number * size, (number + 1) * size
        bits = np.unpackbits(packed[start // 8 : -(-end // 8)], bitorder="little")
        yield bits[start % 8 : start % 8 + size].reshape(rows, columns).view(np.bool_)


def _stored(dataset: Dataset, count: int, order: Iterable[int]) -> Iterator[Plane]:
    if dataset.file_meta.get("TransferSyntaxUID") == DEFLATED_IMAGE_FRAME_COMPRESSION:
        yield from _deflated(dataset, count, order)
        return
    try:
        # `raw`: a colour palette is not applied, the stored values are the segment numbers.
        yield from iter_pixels(dataset, raw=True, indices=order)
    except (AttributeError, RuntimeError, ValueError, NotImplementedError, KeyError):
        raise NotASegmentation("The pixels of the Segmentation cannot be decoded.") from None


def _deflated(dataset: Dataset, count: int, order: Iterable[int]) -> Iterator[Plane]:
    bits = int(dataset.BitsAllocated)
    shape = (int(dataset.Rows), int(dataset.Columns))
    pixels = shape[0] * shape[1]
    size = -(-pixels * bits // 8)
    frames = list(generate_frames(dataset.PixelData, number_of_frames=count))
    for number in order:
        try:
            raw = zlib.decompressobj(-zlib.MAX_WBITS).decompress(frames[number], size)
        except zlib.error:
            raw = b""
        if len(raw) < size:
            raise NotASegmentation("A deflated frame of the Segmentation cannot be unpacked.")
        values = np.frombuffer(raw, np.uint8 if bits == 1 else f"<u{bits // 8}")
        yield (np.unpackbits(values, bitorder="little")[:pixels] if bits == 1 else values).reshape(shape)


def _without(plane: Plane, background: object) -> Plane:
    return plane if background in (None, 0) else np.where(plane == background, 0, plane)
