"""Long and short axis of a mask in the plane of its slices, as they are measured by hand (WHO, RECIST).

The outline of a slice goes through the middles of the outer edges of the pixels, so that a single pixel is as long as
it is wide. Directions of a slice are at right angles whatever its orientation, so spacings are all that is needed, also
of oblique series and of tilted gantries.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.bool_]
Points = NDArray[np.float64]

#: Directions in which every slice is looked at first: its long axis is at most `1 / cos` longer than its widest look.
LOOKS = 32
_ANGLES = np.arange(LOOKS) * np.pi / LOOKS
_DIRECTIONS = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)])
_LONGER = 1 / float(np.cos(np.pi / (2 * LOOKS)))


def axes_mm(planes: Iterable[Plane], column_mm: float, row_mm: float) -> tuple[float, float]:
    """Return long and short axis of the slice where the long axis is longest; 0 and 0 of no slice.

    Parameters
    ----------
    planes
        Slices, (rows, columns), or the part of each that holds the mask; none is empty.
    """
    outlines = [outline(plane, column_mm, row_mm) for plane in planes]
    widest = [float(np.ptp(one @ _DIRECTIONS, axis=0).max()) for one in outlines]
    best = (0.0, 0.0)
    for place in np.argsort(widest)[::-1]:
        if widest[place] * _LONGER < best[0]:
            break
        best = max(best, _axes(hull(outlines[place])))
    return best


def longest(plane: Plane, column_mm: float, row_mm: float) -> Points:
    """Return start and end of the long axis in one slice: column and row times their spacing, pixel centres whole."""
    return _longest(hull(outline(plane, column_mm, row_mm)))


def outline(plane: Plane, column_mm: float, row_mm: float) -> Points:
    """Return the middles of the four edges of the first and last pixel of each row, (points, 2): column, row, mm."""
    rows = np.flatnonzero(plane.any(axis=1))
    filled = plane[rows]
    first = filled.argmax(axis=1)
    last = plane.shape[1] - 1 - filled[:, ::-1].argmax(axis=1)
    centres = np.concatenate([np.stack([first, rows], 1), np.stack([last, rows], 1)]) * [column_mm, row_mm]
    edges = np.array([[column_mm, 0], [-column_mm, 0], [0, row_mm], [0, -row_mm]]) / 2
    return np.asarray((centres[:, None] + edges).reshape(-1, 2))


def hull(points: Points) -> Points:
    """Return the convex hull (Andrew's monotone chain), each corner once, all the way round."""
    ordered = sorted(map(tuple, points.tolist()))
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1])


def _axes(corners: Points) -> tuple[float, float]:
    start, end = _longest(corners)
    length = float(np.hypot(*(end - start)))
    along = (end - start) / length
    # No corner lies beyond the ends: it would be farther from the other end than they are from each other.
    places, heights = (corners - start) @ along, (corners - start) @ [-along[1], along[0]]
    return length, _tallest(places, heights, length)


def _tallest(places: Points, heights: Points, length: float) -> float:
    """Return the longest chord across: it begins or ends at a corner, as the outline is convex."""
    sides = []
    for side in (heights >= 0, heights <= 0):
        at, high = np.append(places[side], [0, length]), np.append(heights[side], [0, 0])
        order = np.argsort(at, kind="stable")
        sides.append(np.interp(places, at[order], high[order]))
    return float((sides[0] - sides[1]).max())


def _longest(corners: Points) -> Points:
    between = corners[:, None] - corners[None, :]
    distances = np.hypot(between[..., 0], between[..., 1])
    return corners[list(np.unravel_index(int(distances.argmax()), distances.shape))]


def _chain(ordered: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    chain: list[tuple[float, ...]] = []
    for point in ordered:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
