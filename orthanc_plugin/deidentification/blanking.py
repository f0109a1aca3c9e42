"""Makes regions of pixels black, in native and in encapsulated frames (PS3.15 section E.3.1)."""

import numpy as np
from numpy.typing import NDArray
from pydicom import FileDataset

from orthanc_plugin.deidentification.pixels import PixelPolicyError, Region

#: Stored value of black, for every sample, in colour.
BLACK = {"RGB": (0, 0, 0), "YBR_FULL": (0, 128, 128)}


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
        black = _black(dataset)
        order = "<" if dataset.file_meta.TransferSyntaxUID.is_little_endian else ">"
        stored = np.frombuffer(dataset.PixelData, dtype=f"{order}u{dataset.BitsAllocated // 8}").copy()
        frames = _as_frames(dataset, stored)
    except (RuntimeError, NotImplementedError, ValueError, TypeError, AttributeError) as error:
        raise PixelPolicyError("not_blanked", f"Its pixels cannot be blanked ({type(error).__name__}).") from None
    for left, top, width, height in regions:
        frames[:, :, top : top + height, left : left + width] = black
    dataset.PixelData = stored.tobytes()


def _as_frames(dataset: FileDataset, stored: NDArray[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
    """Return a view of the stored values as (frames, samples, rows, columns)."""
    frames, samples = int(dataset.get("NumberOfFrames") or 1), int(dataset.SamplesPerPixel)
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    stored = stored[: frames * samples * rows * columns]
    if samples > 1 and int(dataset.get("PlanarConfiguration") or 0) == 0:
        return np.moveaxis(stored.reshape(frames, rows, columns, samples), -1, 1)
    return stored.reshape(frames, samples, rows, columns)


def _black(dataset: FileDataset) -> NDArray[np.unsignedinteger]:
    """Return the stored value of black as (samples, 1, 1).

    Raises
    ------
    ValueError
        It is not known for this photometric interpretation.
    """
    photometric, bits = str(dataset.PhotometricInterpretation), int(dataset.BitsStored)
    if photometric in BLACK:
        return np.array(BLACK[photometric], dtype=np.uint8).reshape(-1, 1, 1)
    is_signed = int(dataset.PixelRepresentation) == 1
    lowest, highest = (1 << bits - 1, (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    if photometric not in ("MONOCHROME1", "MONOCHROME2"):
        raise ValueError(photometric)
    return np.array(lowest if photometric == "MONOCHROME2" else highest, dtype=np.uint32).reshape(1, 1, 1)
