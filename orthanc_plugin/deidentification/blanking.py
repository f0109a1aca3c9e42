"""Makes regions of pixels black, in native and in encapsulated frames (PS3.15 section E.3.1)."""

import numpy as np
from numpy.typing import NDArray
from pydicom import FileDataset

from orthanc_plugin.deidentification.pixels import PixelPolicyError, Region

#: Stored value of black, for every sample, in colour.
BLACK = {"RGB": (0, 0, 0), "YBR_FULL": (0, 1, 1)}

OFFSETS = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")


def blank(dataset: FileDataset, regions: tuple[Region, ...]) -> None:
    """Blank regions in every frame, in place.

    Encapsulated frames are decoded, for which the object becomes Explicit VR Little Endian; what lies outside the
    regions keeps the values that a viewer would have decoded.

    Raises
    ------
    PixelPolicyError
        The pixels cannot be decoded, or are in a form in which black is not known.
    """
    try:
        if dataset.file_meta.TransferSyntaxUID.is_compressed:
            dataset.decompress(as_rgb=True, generate_instance_uid=False)
            # An offset table would point at frames that are no more.
            for keyword in OFFSETS:
                dataset.pop(keyword, None)
        _check(dataset, regions)
        black = _black(dataset)
        stored = np.frombuffer(dataset.PixelData, dtype=f"{_order(dataset)}u{dataset.BitsAllocated // 8}").copy()
        stored = stored[: _length(dataset)]
        frames = _as_frames(dataset, stored)
    except (RuntimeError, NotImplementedError, ValueError, TypeError, AttributeError) as error:
        raise PixelPolicyError("not_blanked", f"Its pixels cannot be blanked ({type(error).__name__}).") from None
    for left, top, width, height in regions:
        frames[:, :, top : top + height, left : left + width] = black
    _put(dataset, stored)


def clear_unused_bits(dataset: FileDataset) -> None:
    """Clear the bits of native pixels that hold no pixel: overlays may stand there (PS3.3 section C.9.2), in place.

    Raises
    ------
    PixelPolicyError
        The pixels are encapsulated, or not of 8, 16 or 32 bits.
    """
    syntax, bits = dataset.file_meta.TransferSyntaxUID, dataset.get("BitsAllocated")
    if syntax.is_compressed or bits not in (8, 16, 32):
        raise PixelPolicyError("not_blanked", "Graphics stand in unused bits of its pixels, which cannot be cleared.")
    stored = np.frombuffer(dataset.PixelData, dtype=f"{_order(dataset)}u{bits // 8}").copy()
    mask = (1 << int(dataset.BitsStored)) - 1 << int(dataset.HighBit) + 1 - int(dataset.BitsStored)
    _put(dataset, stored & np.array(mask, dtype=stored.dtype))


def _put(dataset: FileDataset, stored: NDArray[np.unsignedinteger]) -> None:
    value = stored.tobytes()
    dataset.PixelData = value + b"\0" * (len(value) % 2)


def _order(dataset: FileDataset) -> str:
    return "<" if dataset.file_meta.TransferSyntaxUID.is_little_endian else ">"


def _check(dataset: FileDataset, regions: tuple[Region, ...]) -> None:
    """Raise ValueError where nobody can say which bytes a region is."""
    if int(dataset.BitsAllocated) not in (8, 16, 32, 64):
        raise ValueError("BitsAllocated")
    if any(left >= int(dataset.Columns) or top >= int(dataset.Rows) for left, top, _, _ in regions):
        raise ValueError("region")


def _length(dataset: FileDataset) -> int:
    frames, samples = int(dataset.get("NumberOfFrames") or 1), int(dataset.SamplesPerPixel)
    return frames * samples * int(dataset.Rows) * int(dataset.Columns)


def _as_frames(dataset: FileDataset, stored: NDArray[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
    """Return a view of the stored values as (frames, samples, rows, columns)."""
    frames, samples = int(dataset.get("NumberOfFrames") or 1), int(dataset.SamplesPerPixel)
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    if samples > 1 and int(dataset.get("PlanarConfiguration") or 0) == 0:
        return np.moveaxis(stored.reshape(frames, rows, columns, samples), -1, 1)
    return stored.reshape(frames, samples, rows, columns)


def _black(dataset: FileDataset) -> NDArray[np.uint64]:
    """Return the stored value of black as (samples, 1, 1).

    Raises
    ------
    ValueError
        It is not known for this photometric interpretation.
    """
    photometric, bits = str(dataset.PhotometricInterpretation), int(dataset.BitsStored)
    if photometric in BLACK:
        # Colour differences of zero stand in the middle of the range.
        return np.array([one << bits - 1 for one in BLACK[photometric]], dtype=np.uint64).reshape(-1, 1, 1)
    is_signed = int(dataset.PixelRepresentation) == 1
    # A negative number fills the allocated bits: not every viewer masks them.
    lowest, highest = (-1 << bits - 1, (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    if photometric not in ("MONOCHROME1", "MONOCHROME2"):
        raise ValueError(photometric)
    black = (lowest if photometric == "MONOCHROME2" else highest) % (1 << int(dataset.BitsAllocated))
    return np.array(black, dtype=np.uint64).reshape(1, 1, 1)
