"""The voxel grid of an image series, from the positions of its slices and from nothing else (PS3.3 C.7.6.2).

Slice Thickness, Slice Location, file names and the order of instances say nothing certain about where slices lie.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.pixels.utils import pixel_array
from pydicom.uid import JPEGLSLossless, JPEGLSNearLossless

from seg import lattice, multiframe
from seg.errors import GeometryError
from seg.lattice import Float as Float

#: Decoders that are several times as fast as the one that pydicom would take.
FASTEST = {JPEGLSLossless: "pyjpegls", JPEGLSNearLossless: "pyjpegls"}


@dataclass(frozen=True, eq=False)
class Grid:
    """Where each voxel of a series is.

    Parameters
    ----------
    sop_instance_uids
        One for each slice; slices ascend along the normal (row direction × column direction).
    affine_lps : (4, 4)
        Voxel (column, row, slice, 1) to LPS mm. Its third column is the step from slice to slice as it is, so a
        gantry tilt makes a sheared matrix.
    frame_numbers
        Of a series of multi-frame images: which frame of its instance each slice is, counted from 1; else empty.
    """

    rows: int
    columns: int
    sop_instance_uids: tuple[str, ...]
    affine_lps: Float
    frame_of_reference_uid: str
    series_instance_uid: str
    study_instance_uid: str
    frame_numbers: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns: the shape of arrays on this grid."""
        return len(self.sop_instance_uids), self.rows, self.columns

    @property
    def slice_names(self) -> tuple[str, ...]:
        """What each slice is called in a labelmap: its SOP Instance UID, and for a frame "UID/frames/3"."""
        if not self.frame_numbers:
            return self.sop_instance_uids
        pairs = zip(self.sop_instance_uids, self.frame_numbers, strict=True)
        return tuple(f"{uid}/frames/{number}" for uid, number in pairs)

    @property
    def voxel_mm3(self) -> float:
        """Volume of one voxel."""
        return float(abs(np.linalg.det(self.affine_lps[:3, :3])))

    @property
    def normal(self) -> Float:
        """Unit vector across the slices, the way they ascend."""
        across = np.cross(self.affine_lps[:3, 0], self.affine_lps[:3, 1])
        return np.asarray(across / np.linalg.norm(across))

    @property
    def slice_distance_mm(self) -> float:
        """Distance of neighbouring slices, measured at right angles to them."""
        return float(self.affine_lps[:3, 2] @ self.normal)


def describe(shape: Sequence[int], affine_lps: Float) -> str:
    """Return a grid in words, for messages; `shape` is slices, rows, columns."""
    slices, rows, columns = shape
    width, height, step = np.linalg.norm(affine_lps[:3, :3], axis=0)
    first = ", ".join(f"{value:.2f}" for value in affine_lps[:3, 3])
    return (
        f"{slices} slices of {rows} rows × {columns} columns, pixels of {height:.3f} × {width:.3f} mm, "
        f"a step of {step:.3f} mm, first voxel at ({first}) mm LPS"
    )


def read_grid(headers: Sequence[Dataset]) -> Grid:
    """Return the grid of one series; pixels are not looked at.

    A single slice takes its step from Spacing Between Slices, or as a last resort from Slice Thickness, as there is no
    second position. The frames of multi-frame images are slices like any other.

    Raises
    ------
    GeometryError
        The slices make no regular grid; the message names them by Instance Number, frame and position.
    """
    slices = [frame for header in headers for frame in multiframe.frames(header)]
    lattice.check_series(slices)
    spacing, directions, positions = lattice.places(slices)
    normal = np.cross(*directions)
    order = np.argsort(positions @ normal, kind="stable")
    ordered = [slices[place] for place in order]
    affine = np.eye(4)
    affine[:3, 0] = directions[0] * spacing[1]
    affine[:3, 1] = directions[1] * spacing[0]
    affine[:3, 2] = lattice.step(ordered, positions[order], normal)
    affine[:3, 3] = positions[order[0]]
    numbers = tuple(map(multiframe.number, ordered))
    return Grid(
        int(slices[0].Rows),
        int(slices[0].Columns),
        tuple(str(h.SOPInstanceUID) for h in ordered),
        affine,
        str(ordered[0].get("FrameOfReferenceUID") or ""),
        str(slices[0].SeriesInstanceUID),
        str(slices[0].get("StudyInstanceUID") or ""),
        numbers if any(numbers) else (),
    )


def read_volume(datasets: Sequence[Dataset]) -> tuple[Grid, NDArray[np.int16]]:
    """Return the grid of a CT series and its HU, (slices, rows, columns); compressed frames are decoded.

    Raises
    ------
    GeometryError
        As `read_grid`, or a slice has no pixels that can be read.
    """
    grid = read_grid(datasets)
    volume = np.empty(grid.shape, np.int16)
    for plane, hounsfield in zip(volume, planes(datasets, grid), strict=True):
        plane[...] = hounsfield
    return grid, volume


def planes(datasets: Sequence[Dataset], grid: Grid) -> Iterator[NDArray[np.int16]]:
    """Yield the HU of each slice of the grid, (rows, columns), one at a time.

    Raises
    ------
    GeometryError
        A slice has no pixels that can be read.
    """
    images = {str(dataset.SOPInstanceUID): dataset for dataset in datasets}
    headers = {uid: multiframe.frames(dataset) for uid, dataset in images.items()}
    for uid, number in zip(grid.sop_instance_uids, grid.frame_numbers or [0] * grid.shape[0], strict=True):
        yield _hounsfield(images[uid], headers[uid][max(number - 1, 0)], number)


def _hounsfield(dataset: Dataset, header: Dataset, number: int) -> NDArray[np.int16]:
    try:
        # Decoded pixels are not kept in the data set, so that of a whole series one slice is in memory.
        plugin = FASTEST.get(dataset.file_meta.TransferSyntaxUID, "")
        stored = pixel_array(dataset, index=number - 1 if number else None, decoding_plugin=plugin)
    except (AttributeError, RuntimeError, ValueError, NotImplementedError) as error:
        message = f"The pixels of {lattice.name(header)} cannot be decoded; send the series again in another transfer"
        raise GeometryError(f"{message} syntax.") from error
    slope, intercept = float(header.get("RescaleSlope", 1)), float(header.get("RescaleIntercept", 0))
    if slope.is_integer() and intercept.is_integer():
        values = stored.astype(np.int32)
        values *= int(slope)
        values += int(intercept)
    else:
        values = np.rint(stored * slope + intercept)
    return np.clip(values, -32768, 32767, out=values).astype(np.int16)
