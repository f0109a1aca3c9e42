"""The core of a lesion: what lies so deep inside its outline that neither capsule nor blurred border is in it.

A ratio of attenuations that is held against cut-offs found with regions of interest needs it: such regions are drawn
inside a lesion, while a mask goes to its outer edge, capsule included (as LI-RADS measures size).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seg.volume import Float

Mask = NDArray[np.bool_]

#: Depths below the outline that are tried in turn, and the least part of a lesion that a core is.
DEPTHS_MM = (3.0, 2.0, 1.0)
LEAST_PART = 0.25


def core(mask: Mask, affine_lps: Float) -> Mask:
    """Return the voxels at least 3 mm inside a mask, (slices, rows, columns); in small lesions 2 or 1 mm, or all.

    Parameters
    ----------
    affine_lps : (4, 4)
        Of the grid; only its steps are looked at.

    Raises
    ------
    ValueError
        The mask is empty.
    """
    box = tuple(slice(int(places.min()), int(places.max()) + 1) for places in np.nonzero(mask))
    needed = LEAST_PART * np.count_nonzero(mask)
    for depth_mm in DEPTHS_MM:
        inner = eroded(mask[box], affine_lps, depth_mm)
        if np.count_nonzero(inner) >= needed:
            whole = np.zeros_like(mask)
            whole[box] = inner
            return whole
    return mask


def eroded(mask: Mask, affine_lps: Float, depth_mm: float) -> Mask:
    """Return the voxels with no voxel outside of the mask at that distance or less, in patient space."""
    runs = tuple(_runs(affine_lps, depth_mm))
    margin = max(abs(offset) for run in runs for offset in (run.place, run.row, run.first, run.last))
    slices, rows, columns = mask.shape
    # How many voxels of each row lie in the mask up to a column: a run is inside when as many lie there as it has.
    counted = np.cumsum(
        np.pad(mask, ((margin, margin), (margin, margin), (margin + 1, margin))), axis=2, dtype=np.int32
    )
    inner = mask.copy()
    for run in runs:
        lines = counted[margin + run.place :, margin + run.row :][:slices, :rows]
        before, up_to = lines[:, :, margin + run.first :], lines[:, :, margin + run.last + 1 :]
        inner &= up_to[:, :, :columns] - before[:, :, :columns] == run.last - run.first + 1
    return inner


@dataclass(frozen=True)
class _Run:
    """Voxels beside each other, told from another voxel: offsets of slice and row, of the first and last column."""

    place: int
    row: int
    first: int
    last: int


def _runs(affine_lps: Float, depth_mm: float) -> Iterator[_Run]:
    """Yield the voxels that are no farther than a depth."""
    steps = affine_lps[:3, :3]
    column_mm, row_mm = np.linalg.norm(steps[:, :2], axis=0)
    # From slice to slice one moves along the columns and rows too when the gantry is tilted.
    aside, down = float(steps[:, 2] @ steps[:, 0] / column_mm), float(steps[:, 2] @ steps[:, 1] / row_mm)
    apart = abs(float(np.linalg.det(steps))) / (column_mm * row_mm)
    for place in range(-int(depth_mm / apart), int(depth_mm / apart) + 1):
        reach = math.ceil((depth_mm + abs(place * down)) / row_mm)
        for row in range(-reach, reach + 1):
            left = depth_mm**2 - (place * apart) ** 2 - (row * row_mm + place * down) ** 2
            if left < 0:
                continue
            first = math.ceil((-math.sqrt(left) - place * aside) / column_mm - 1e-9)
            last = math.floor((math.sqrt(left) - place * aside) / column_mm + 1e-9)
            if first <= last:
                yield _Run(place, row, first, last)
