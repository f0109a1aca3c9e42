"""A mask from the grid of one series to that of another, by nearest neighbour in patient space."""

import numpy as np
from numpy.typing import NDArray

from seg.errors import GeometryError
from seg.volume import Float, Grid

Labels = NDArray[np.uint8]

#: Grids whose voxels lie no farther apart than this are the same.
SAME_MM = 1e-3


def carry(labels: Labels, source: Grid, target: Grid, to_target: Float | None = None) -> Labels:
    """Return the labels of one grid on another: each voxel takes the value of the nearest one, 0 outside.

    On equal grids without a transform this is an exact copy. Slice by slice, so that no more than the result and a few
    planes are held.

    Parameters
    ----------
    labels : (slices, rows, columns)
        On the source grid.
    to_target : (4, 4)
        Rigid transform of points, LPS mm: where what is at a point of the source series is in the target series. None:
        where it was.

    Raises
    ------
    GeometryError
        The two have different frames of reference (both are told) and no transform between them is given.
    """
    if to_target is None:
        check_frames(source, target)
        if are_equal(source, target):
            return labels.copy()
    inverse = np.eye(4) if to_target is None else np.linalg.inv(to_target)
    indices = np.linalg.inv(source.affine_lps) @ inverse @ target.affine_lps
    result = np.zeros(target.shape, np.uint8)
    columns, rows = np.arange(target.columns), np.arange(target.rows)[:, None]
    for place, plane in enumerate(result):
        start = indices[:3, :3] @ (0, 0, place) + indices[:3, 3]
        _fill(plane, labels, [start[a] + indices[a, 0] * columns + indices[a, 1] * rows for a in range(3)])
    return result


def check_frames(source: Grid, target: Grid) -> None:
    """Refuse two series that do not share a frame of reference.

    Raises
    ------
    GeometryError
        They do not; both are told.
    """
    frames = [grid.frame_of_reference_uid or "none" for grid in (source, target)]
    if source.series_instance_uid != target.series_instance_uid and (frames[0] != frames[1] or "none" in frames):
        message = f"The mask was drawn in the frame of reference {frames[0]}, the series is in {frames[1]}"
        raise GeometryError(f"{message}; carry it with registration, or draw it there.")


def are_equal(one: Grid, other: Grid) -> bool:
    """Whether two grids have the same voxels."""
    if one.shape != other.shape:
        return False
    corners = np.array([[c, r, s, 1] for c in (0, one.columns) for r in (0, one.rows) for s in (0, one.shape[0])])
    apart = np.linalg.norm(corners @ (one.affine_lps - other.affine_lps).T, axis=1)
    return bool(apart.max() <= SAME_MM)


def _fill(plane: Labels, labels: Labels, places: list[Float]) -> None:
    """Set one plane of the result.

    Parameters
    ----------
    places
        Column, row and slice of the source at each voxel, (rows, columns).
    """
    columns, rows, slices = (np.floor(place + 0.5).astype(np.int32) for place in places)
    limits = zip((columns, rows, slices), labels.shape[::-1], strict=True)
    inside = np.logical_and.reduce([(place >= 0) & (place < count) for place, count in limits])
    if inside.any():
        plane[inside] = labels[slices[inside], rows[inside], columns[inside]]
