"""The voxel grid of an image series, from the positions of its slices and from nothing else (PS3.3 C.7.6.2).

Slice Thickness, Slice Location, file names and the order of instances say nothing certain about where slices lie.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from seg.errors import GeometryError

#: How far a slice may lie from the regular lattice; scanners round positions to a tenth of a millimetre at worst.
POSITION_TOLERANCE_MM = 0.1

#: How far direction cosines and pixel spacings of one series may differ.
DIRECTION_TOLERANCE = 1e-4

#: Without these an image has no place in space.
NEEDED = (
    *("SOPInstanceUID", "SeriesInstanceUID", "Rows", "Columns"),
    *("PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient"),
)

Float = NDArray[np.float64]


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
    """

    rows: int
    columns: int
    sop_instance_uids: tuple[str, ...]
    affine_lps: Float
    frame_of_reference_uid: str
    series_instance_uid: str
    study_instance_uid: str

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns: the shape of arrays on this grid."""
        return len(self.sop_instance_uids), self.rows, self.columns

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
    second position.

    Raises
    ------
    GeometryError
        The slices make no regular grid; the message names them by Instance Number and position.
    """
    _check_series(headers)
    rows_columns = [(int(h.Rows), int(h.Columns)) for h in headers]
    _check_alike(headers, rows_columns, "Rows and Columns", exactly=True)
    _check_alike(headers, [_numbers(h, "PixelSpacing", 2) for h in headers], "Pixel Spacing")
    orientations = [_numbers(h, "ImageOrientationPatient", 6) for h in headers]
    _check_alike(headers, orientations, "Image Orientation")
    directions = _directions(orientations[0])
    positions = np.array([_numbers(h, "ImagePositionPatient", 3) for h in headers])
    order = np.argsort(positions @ np.cross(*directions), kind="stable")
    ordered = [headers[place] for place in order]
    spacing = _numbers(headers[0], "PixelSpacing", 2)
    affine = np.eye(4)
    affine[:3, 0] = directions[0] * spacing[1]
    affine[:3, 1] = directions[1] * spacing[0]
    affine[:3, 2] = _step(ordered, positions[order], np.cross(*directions))
    affine[:3, 3] = positions[order[0]]
    return Grid(
        *rows_columns[0],
        tuple(str(h.SOPInstanceUID) for h in ordered),
        affine,
        str(ordered[0].get("FrameOfReferenceUID") or ""),
        str(headers[0].SeriesInstanceUID),
        str(headers[0].get("StudyInstanceUID") or ""),
    )


def read_volume(datasets: Sequence[Dataset]) -> tuple[Grid, NDArray[np.int16]]:
    """Return the grid of a CT series and its HU, (slices, rows, columns); compressed frames are decoded.

    Raises
    ------
    GeometryError
        As `read_grid`, or a slice has no pixels that can be read.
    """
    grid = read_grid(datasets)
    by_uid = {str(dataset.SOPInstanceUID): dataset for dataset in datasets}
    volume = np.empty(grid.shape, np.int16)
    for plane, uid in zip(volume, grid.sop_instance_uids, strict=True):
        plane[...] = _hounsfield(by_uid[uid])
    return grid, volume


def _hounsfield(dataset: Dataset) -> NDArray[np.int16]:
    try:
        stored = dataset.pixel_array
    except (AttributeError, RuntimeError, ValueError, NotImplementedError) as error:
        message = f"The pixels of {_name(dataset)} cannot be decoded; send the series again in another transfer syntax."
        raise GeometryError(message) from error
    slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
    if slope.is_integer() and intercept.is_integer():
        values = stored.astype(np.int32) * int(slope) + int(intercept)
    else:
        values = np.rint(stored * slope + intercept)
    return np.clip(values, -32768, 32767).astype(np.int16)


def _check_series(headers: Sequence[Dataset]) -> None:
    if not headers:
        raise GeometryError("The series has no instances; a grid needs at least one slice.")
    for keyword in NEEDED:
        _refuse(headers, lambda h, k=keyword: not h.get(k), f"has no {keyword}; it cannot be placed in space")  # type: ignore[misc]
    _refuse(
        headers, lambda h: int(h.get("NumberOfFrames") or 1) > 1, "has many frames; only single-frame series are read"
    )
    _refuse(headers, _is_localizer, "is a localizer; give the series without it")
    _check_alike(headers, [str(h.SeriesInstanceUID) for h in headers], "Series Instance UID", exactly=True)
    _check_frames_of_reference(headers)
    seen: dict[str, Dataset] = {}
    for header in headers:
        if (uid := str(header.SOPInstanceUID)) in seen:
            raise GeometryError(f"{_name(header)} is given twice with the same SOP Instance UID; give each slice once.")
        seen[uid] = header


def _check_frames_of_reference(headers: Sequence[Dataset]) -> None:
    frames = [str(h.get("FrameOfReferenceUID") or "") for h in headers]
    # Public collections exist whose de-identification gave every slice a frame of its own (LIDC-IDRI): that says
    # nothing about where the slices are, and their positions are checked all the same.
    if len(frames) > 2 and len(set(frames)) == len(frames):
        return
    _check_alike(headers, frames, "Frame of Reference UID", exactly=True)


def _is_localizer(header: Dataset) -> bool:
    values = header.get("ImageType") or ()
    return "LOCALIZER" in ([values] if isinstance(values, str) else values)


def _refuse(headers: Sequence[Dataset], is_wrong: Callable[[Dataset], bool], rule: str) -> None:
    wrong = [header for header in headers if is_wrong(header)]
    if wrong:
        others = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise GeometryError(f"{_name(wrong[0])}{others} {rule}.")


def _check_alike(headers: Sequence[Dataset], values: Sequence[object], name: str, *, exactly: bool = False) -> None:
    for header, value in zip(headers, values, strict=True):
        same = value == values[0] if exactly else np.allclose(value, values[0], 0, DIRECTION_TOLERANCE)  # type: ignore[arg-type]
        if not same:
            message = f"{_name(header)} differs from {_name(headers[0])} in {name}; one grid needs one value."
            raise GeometryError(message)


def _numbers(header: Dataset, keyword: str, count: int) -> list[float]:
    value = header[keyword].value
    numbers = [float(one) for one in value] if not isinstance(value, float | int | str) else [float(value)]
    if len(numbers) != count or not np.isfinite(numbers).all():
        raise GeometryError(f"{_name(header)} has a {keyword} that is not {count} numbers.")
    return numbers


def _directions(orientation: Sequence[float]) -> tuple[Float, Float]:
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    lengths = np.array([row @ row, column @ column, row @ column])
    if not np.allclose(lengths, [1, 1, 0], atol=1e-3):
        raise GeometryError("The Image Orientation of the series is not two unit vectors at a right angle.")
    row = row / np.linalg.norm(row)
    column = column - (column @ row) * row
    return row, column / np.linalg.norm(column)


def _step(headers: Sequence[Dataset], positions: Float, normal: Float) -> Float:
    if len(headers) == 1:
        return normal * _single_step_mm(headers[0])
    along = positions @ normal
    _check_gaps(headers, along)
    step = (positions[-1] - positions[0]) / (len(headers) - 1)
    lattice = positions[0] + np.arange(len(headers))[:, None] * step
    distances = np.linalg.norm(positions - lattice, axis=1)
    if distances.max() > POSITION_TOLERANCE_MM:
        worst = int(distances.argmax())
        message = f"{_name(headers[worst])} lies {distances[worst]:.2f} mm beside the line of the other slices"
        raise GeometryError(f"{message}; a grid needs one step from slice to slice.")
    return np.asarray(step)


def _check_gaps(headers: Sequence[Dataset], along: Float) -> None:
    gaps = np.diff(along)
    usual = float(np.median(gaps))
    for place, gap in enumerate(gaps):
        pair = [f"{_name(headers[one])} at {along[one]:.2f} mm" for one in (place, place + 1)]
        between = " and ".join(pair)
        if gap < POSITION_TOLERANCE_MM / 2:
            raise GeometryError(f"{between} lie at the same position; keep one of them.")
        if abs(gap - usual) <= POSITION_TOLERANCE_MM:
            continue
        missing = round(gap / usual) - 1
        if missing > 0 and abs(gap - (missing + 1) * usual) <= POSITION_TOLERANCE_MM * (missing + 1):
            raise GeometryError(f"{between} have {missing} missing slice(s) between them; send the whole series.")
        raise GeometryError(f"{between} are {gap:.2f} mm apart where {usual:.2f} mm is usual; a grid needs even gaps.")


def _single_step_mm(header: Dataset) -> float:
    for keyword in ("SpacingBetweenSlices", "SliceThickness"):
        if header.get(keyword) and float(header[keyword].value) > 0:
            return float(header[keyword].value)
    raise GeometryError(f"{_name(header)} is alone and gives neither Spacing Between Slices nor Slice Thickness.")


def _name(header: Dataset) -> str:
    number = header.get("InstanceNumber")
    return f"Slice {number}" if number is not None else "A slice without Instance Number"
