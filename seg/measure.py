"""Measurements of one mask: volume, axes in the plane of the slices, attenuation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seg import axes
from seg.volume import Grid

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Measurements:
    """What is measured of one segment.

    Parameters
    ----------
    volume_cm3
        Voxels counted times the volume of one.
    long_axis_mm
        Longest distance between two points of the outline within one slice, over all slices.
    short_axis_mm
        Longest chord of the (convex) outline in that slice, at right angles to the long axis.
    """

    volume_cm3: float
    long_axis_mm: float
    short_axis_mm: float


def measure(mask: Mask, grid: Grid) -> Measurements:
    """Measure a mask, (slices, rows, columns); an empty one measures 0."""
    column_mm, row_mm = spacing_mm(grid)
    long_axis, short_axis = axes.axes_mm((plane for plane in mask if plane.any()), column_mm, row_mm)
    return Measurements(int(np.count_nonzero(mask)) * grid.voxel_mm3 / 1000, long_axis, short_axis)


def statistics(mask: Mask, hounsfield: NDArray[np.int16]) -> tuple[float, float] | None:
    """Return mean and standard deviation (population) of HU under a mask, or None if it is empty."""
    values = hounsfield[mask]
    return (float(values.mean()), float(values.std())) if values.size else None


def spacing_mm(grid: Grid) -> tuple[float, float]:
    """Return the distances of neighbouring columns and of neighbouring rows."""
    column_mm, row_mm = np.linalg.norm(grid.affine_lps[:3, :2], axis=0)
    return float(column_mm), float(row_mm)
