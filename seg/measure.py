"""Measurements of a mask: volume, axes in the plane of the slices, attenuation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seg.volume import Grid

Mask = NDArray[np.bool_]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Measurements:
    """What is measured of one segment.

    Parameters
    ----------
    volume_cm3
        Voxels counted times the volume of one.
    long_axis_mm
        Longest distance between two points of the outline within one slice, over all slices. The outline goes through
        the middles of the outer edges of the pixels, so that a single pixel is as long as it is wide.
    short_axis_mm
        Width of the outline in that slice, at right angles to the long axis.
    """

    volume_cm3: float
    long_axis_mm: float
    short_axis_mm: float


def measure(mask: Mask, grid: Grid) -> Measurements:
    """Measure a mask, (slices, rows, columns); an empty one measures 0."""
    volume_cm3 = int(np.count_nonzero(mask)) * grid.voxel_mm3 / 1000
    spacing = np.linalg.norm(grid.affine_lps[:3, :2], axis=0)
    axes = [_axes_mm(plane, float(spacing[0]), float(spacing[1])) for plane in mask if plane.any()]
    long_axis, short_axis = max(axes, default=(0.0, 0.0))
    return Measurements(volume_cm3, long_axis, short_axis)


def statistics(mask: Mask, hounsfield: NDArray[np.int16]) -> tuple[float, float] | None:
    """Return mean and standard deviation (population) of HU under a mask, or None if it is empty."""
    values = hounsfield[mask]
    return (float(values.mean()), float(values.std())) if values.size else None


def longest(plane: Mask, column_mm: float, row_mm: float) -> Points:
    """Return start and end of the long axis in one slice: column and row times their spacing, pixel centres whole."""
    return _longest(_hull(_outline(plane, column_mm, row_mm)))


def _longest(hull: Points) -> Points:
    between = hull[:, None] - hull[None, :]
    distances = np.hypot(between[..., 0], between[..., 1])
    return hull[list(np.unravel_index(int(distances.argmax()), distances.shape))]


def _axes_mm(plane: Mask, column_mm: float, row_mm: float) -> tuple[float, float]:
    hull = _hull(_outline(plane, column_mm, row_mm))
    start, end = _longest(hull)
    length = float(np.hypot(*(start - end)))
    along = (start - end) / length
    across = hull @ np.array([-along[1], along[0]])
    return length, float(across.max() - across.min())


def _outline(plane: Mask, column_mm: float, row_mm: float) -> Points:
    """Return the middles of the four edges of the first and last pixel of each row, mm."""
    rows = np.flatnonzero(plane.any(axis=1))
    first = plane[rows].argmax(axis=1)
    last = plane.shape[1] - 1 - plane[rows, ::-1].argmax(axis=1)
    centres = np.concatenate([np.stack([first, rows], 1), np.stack([last, rows], 1)]) * [column_mm, row_mm]
    edges = np.array([[column_mm, 0], [-column_mm, 0], [0, row_mm], [0, -row_mm]]) / 2
    return np.asarray((centres[:, None] + edges).reshape(-1, 2))


def _hull(points: Points) -> Points:
    """Return the convex hull (Andrew's monotone chain)."""
    ordered = sorted(map(tuple, points.tolist()))
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1])


def _chain(ordered: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    chain: list[tuple[float, ...]] = []
    for point in ordered:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
