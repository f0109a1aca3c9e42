"""What the slices of a series must obey to be a grid, and the step from one to the next (PS3.3 C.7.6.2).

Whatever is refused is named by Instance Number (or frame) and position.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from seg import multiframe
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

#: As many slices are named in a message.
NAMED = 5

Float = NDArray[np.float64]


def check_series(headers: Sequence[Dataset]) -> None:
    """Refuse slices that are not all there is of one place in space.

    Raises
    ------
    GeometryError
        Attributes are missing, or slices are of several series or frames of reference, localizers, or given twice.
    """
    if not headers:
        raise GeometryError("The series has no instances; a grid needs at least one slice.")
    _refuse(headers, lambda h: int(h.get("NumberOfFrames") or 1) > 1, "has many frames and does not say where they are")
    for keyword in NEEDED:
        _refuse(headers, lambda h, k=keyword: not h.get(k), f"has no {keyword}; it cannot be placed in space")  # type: ignore[misc]
    _refuse(headers, _is_localizer, "is a localizer; give the series without it")
    check_alike(headers, [str(h.SeriesInstanceUID) for h in headers], "Series Instance UID", exactly=True)
    _check_frames_of_reference(headers)
    seen: set[tuple[str, int]] = set()
    for header in headers:
        key = str(header.SOPInstanceUID), multiframe.number(header)
        if key in seen:
            raise GeometryError(f"{name(header)} is given twice with the same SOP Instance UID; give each slice once.")
        seen.add(key)


def _check_frames_of_reference(headers: Sequence[Dataset]) -> None:
    frames = [str(h.get("FrameOfReferenceUID") or "") for h in headers]
    # Public collections exist whose de-identification gave every slice a frame of its own (LIDC-IDRI): that says
    # nothing about where the slices are, and their positions are checked all the same.
    if len(frames) > 2 and len(set(frames)) == len(frames):
        return
    check_alike(headers, frames, "Frame of Reference UID", exactly=True)


def _is_localizer(header: Dataset) -> bool:
    values = header.get("ImageType") or ()
    return "LOCALIZER" in ([values] if isinstance(values, str) else values)


def _refuse(headers: Sequence[Dataset], is_wrong: Callable[[Dataset], bool], rule: str) -> None:
    wrong = [name(header) for header in headers if is_wrong(header)]
    if wrong:
        uncounted = [f"{len(wrong) - NAMED} more"] if len(wrong) > NAMED else []
        others = ", ".join([*wrong[1:NAMED], *uncounted])
        raise GeometryError(f"{wrong[0]} {f'(and {others}) ' if others else ''}{rule}.")


def places(slices: Sequence[Dataset]) -> tuple[list[float], tuple[Float, Float], Float]:
    """Return Pixel Spacing, the directions of rows and columns, and the Image Position of each slice, (slices, 3).

    Raises
    ------
    GeometryError
        Slices differ in size, spacing or orientation.
    """
    check_alike(slices, [(int(h.Rows), int(h.Columns)) for h in slices], "Rows and Columns", exactly=True)
    spacings = [numbers(h, "PixelSpacing", 2) for h in slices]
    check_alike(slices, spacings, "Pixel Spacing")
    orientations = [numbers(h, "ImageOrientationPatient", 6) for h in slices]
    check_alike(slices, orientations, "Image Orientation")
    positions = np.array([numbers(h, "ImagePositionPatient", 3) for h in slices])
    return spacings[0], directions(orientations[0]), positions


def check_alike(headers: Sequence[Dataset], values: Sequence[object], attribute: str, *, exactly: bool = False) -> None:
    """Refuse slices that differ from the first one in an attribute, beyond the tolerance of directions if not exactly.

    Raises
    ------
    GeometryError
        Names the slice and the attribute.
    """
    if exactly:
        differs = [value != values[0] for value in values]
    else:
        numbers = np.array(values, np.float64)
        differs = (np.abs(numbers - numbers[0]).max(axis=1) > DIRECTION_TOLERANCE).tolist()
    for header, different in zip(headers, differs, strict=True):
        if different:
            message = f"{name(header)} differs from {name(headers[0])} in {attribute}; one grid needs one value."
            raise GeometryError(message)


def numbers(header: Dataset, keyword: str, count: int) -> list[float]:
    """Return the numbers of an attribute; raise GeometryError where there are not so many."""
    value = header[keyword].value
    found = [float(one) for one in value] if not isinstance(value, float | int | str) else [float(value)]
    if len(found) != count or not np.isfinite(found).all():
        raise GeometryError(f"{name(header)} has a {keyword} that is not {count} numbers.")
    return found


def directions(orientation: Sequence[float]) -> tuple[Float, Float]:
    """Return the unit vectors along rows and columns; raise GeometryError where they are none."""
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    lengths = np.array([row @ row, column @ column, row @ column])
    if not np.allclose(lengths, [1, 1, 0], atol=1e-3):
        raise GeometryError("The Image Orientation of the series is not two unit vectors at a right angle.")
    row = row / np.linalg.norm(row)
    column = column - (column @ row) * row
    return row, column / np.linalg.norm(column)


def step(headers: Sequence[Dataset], positions: Float, normal: Float) -> Float:
    """Return the vector from slice to slice.

    Parameters
    ----------
    positions : (slices, 3)
        Image Positions, mm LPS, ascending along the normal.

    Raises
    ------
    GeometryError
        Slices are missing, at one position, unevenly apart, or beside the line of the others.
    """
    if len(headers) == 1:
        return normal * _single_step_mm(headers[0])
    along = positions @ normal
    _check_gaps(headers, along)
    between = (positions[-1] - positions[0]) / (len(headers) - 1)
    regular = positions[0] + np.arange(len(headers))[:, None] * between
    distances = np.linalg.norm(positions - regular, axis=1)
    if distances.max() > POSITION_TOLERANCE_MM:
        worst = int(distances.argmax())
        message = f"{name(headers[worst])} lies {distances[worst]:.2f} mm beside the line of the other slices"
        raise GeometryError(f"{message}; a grid needs one step from slice to slice.")
    return np.asarray(between)


def _check_gaps(headers: Sequence[Dataset], along: Float) -> None:
    gaps = np.diff(along)
    usual = float(np.median(gaps))
    for place, gap in enumerate(gaps):
        pair = [f"{name(headers[one])} at {along[one]:.2f} mm" for one in (place, place + 1)]
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
    raise GeometryError(f"{name(header)} is alone and gives neither Spacing Between Slices nor Slice Thickness.")


def name(header: Dataset) -> str:
    """Return what a slice is called in messages."""
    frame, number = multiframe.number(header), header.get("InstanceNumber")
    if frame:
        return f"Frame {frame} of instance {number}" if number is not None else f"Frame {frame}"
    return f"Slice {number}" if number is not None else "A slice without Instance Number"
