"""How bright the aorta is in a few axial slices of a CT, and which contrast phase that shows.

For series whose headers do not tell. Nothing is segmented: the spine is where most bone lies in the middle of the back,
and the aorta is the brightest even disc in front of it that bone does not enclose. A site of every slice is found by
itself; only what several slices agree on counts. In a scan without contrast any soft tissue that is taken for the aorta
measures as much, so a wrong place does no harm there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
Points = NDArray[np.int64]

#: Pixels are averaged to about this size: noise goes, the aorta stays.
PIXEL_MM = 3.0

#: Slices that are looked at, evenly between these parts of the series from one end to the other.
SLICES, RANGE = 7, (0.2, 0.8)

BODY_HU = -250.0
#: Voxels count as bone by how far they are above this; more than the upper value counts as no more.
BONE_HU = (150.0, 550.0)

#: Half of the box with most bone, and where its middle may be: beside the body's middle, and from front to back.
SPINE_BOX_MM, SPINE_ASIDE_MM, SPINE_DEPTH = 30.0, 35.0, (0.42, 1.0)

#: Where the middle of the aorta may be, from the middle of the spine's bone: to the patient's left, and to the back.
AORTA_LEFT_MM, AORTA_BACK_MM = (-24.0, 40.0), (-78.0, -26.0)

#: Disc inside the aorta, where it is left behind in any case, and how far to look for bone.
INSIDE_MM, OUTSIDE_MM, FAR_MM = 6.5, 18.0, 30.0

#: Directions in which is looked outwards, from the patient's left over the back; those that lead to the front.
DIRECTIONS, FRONT = 16, slice(10, 15)

#: HU that the inside may have.
INSIDE_HU = (10.0, 800.0)

#: Least number of slices that must agree, and how far (part of the median, at least so many HU).
AGREEING, SPREAD, SPREAD_HU = 3, 0.15, 15.0


@dataclass(frozen=True)
class Plane:
    """One axial slice.

    Parameters
    ----------
    hounsfield : (rows, columns)
        Columns run to the patient's left, rows to the back.
    row_mm, column_mm
        Distance of neighbouring rows and columns.
    """

    hounsfield: Image
    row_mm: float
    column_mm: float


@dataclass(frozen=True)
class Enhancement:
    """What was measured: mean HU of the aorta, and in how many of the slices it was found alike."""

    aorta_hu: float
    slices: int


def plane(stored: NDArray[Any], slope: float, intercept: float, orientation: Sequence[float],
          spacing: Sequence[float]) -> Plane | None:  # fmt: skip
    """Return a slice in the patient's directions, or None when it is not nearly axial.

    Parameters
    ----------
    orientation, spacing
        Image Orientation and Pixel Spacing (PS3.3 C.7.6.2): direction of rows, then of columns.
    """
    along, down = np.asarray(orientation[:3], float), np.asarray(orientation[3:], float)
    image = np.asarray(stored, np.float32) * np.float32(slope) + np.float32(intercept)
    row_mm, column_mm = (float(value) for value in spacing)
    if abs(along[0]) < abs(along[1]):
        image, along, down, row_mm, column_mm = image.T, down, along, column_mm, row_mm
    if abs(along[0]) < 0.9 or abs(down[1]) < 0.9:
        return None
    image = image[:: 1 if down[1] > 0 else -1, :: 1 if along[0] > 0 else -1]
    return Plane(image, row_mm, column_mm)


def chosen(count: int) -> tuple[int, ...]:
    """Return the places of the slices to look at, of so many in the order of their positions."""
    low, high = RANGE[0] * (count - 1), RANGE[1] * (count - 1)
    return tuple(sorted({round(place) for place in np.linspace(low, high, min(SLICES, max(1, count)))}))


def measure(planes: Sequence[Plane]) -> Enhancement | None:
    """Return how bright the aorta is, or None when too few slices agree on one."""
    found = np.array([value for one in planes if (value := aorta_hu(one)) is not None])
    if len(found) < AGREEING:
        return None
    middle = float(np.median(found))
    alike = found[np.abs(found - middle) <= max(SPREAD_HU, SPREAD * middle)]
    if len(alike) < max(AGREEING, 0.6 * len(planes)):
        return None
    return Enhancement(round(float(alike.mean()), 1), len(alike))


def aorta_hu(one: Plane) -> float | None:
    """Return the mean HU of the brightest disc that may be the aorta in one slice, or None when there is none."""
    image, size = _averaged(one)
    spine = _spine(image, size) if image.size else None
    if spine is None:
        return None
    centres = _centres(spine, size, image.shape)
    if not len(centres):
        return None
    inside = image[_around(centres, INSIDE_MM, size, image.shape)]
    mean, spread = inside.mean(axis=1), inside.std(axis=1)
    # The tenth most even of the places tells the noise.
    noise = float(np.quantile(spread, 0.1))
    even = (spread <= np.maximum(max(25.0, 1.3 * noise), 0.12 * mean)) & (mean > INSIDE_HU[0]) & (mean < INSIDE_HU[1])
    rays = image[_rays(centres, size, image.shape)]
    # Outwards something darker follows on some side at least, and bone neither on most sides nor in front.
    outside = rays[:, :, round((OUTSIDE_MM - INSIDE_MM) / PIXEL_MM)]
    darker = (outside < (mean - np.maximum(20, 0.2 * mean))[:, None]).mean(axis=1)
    bone = rays.max(axis=2) > (mean + 80)[:, None]
    likely = even & (darker >= 0.3) & (bone.mean(axis=1) <= 0.65) & (bone[:, FRONT].mean(axis=1) <= 0.25)
    return float(mean[likely].max()) if likely.any() else None


def _averaged(one: Plane) -> tuple[Image, tuple[float, float]]:
    """Return the slice with pixels of about `PIXEL_MM`, and their size."""
    rows, columns = (max(1, round(PIXEL_MM / mm)) for mm in (one.row_mm, one.column_mm))
    height, width = (n - n % step for n, step in zip(one.hounsfield.shape, (rows, columns), strict=True))
    blocks = one.hounsfield[:height, :width].reshape(height // rows, rows, width // columns, columns)
    return blocks.mean(axis=(1, 3)), (one.row_mm * rows, one.column_mm * columns)


def _spine(image: Image, size: tuple[float, float]) -> tuple[float, float] | None:
    """Return row and column of the middle of the spine's bone."""
    box = _body(image)
    if box is None:
        return None
    top, bottom, left, right = box
    bone = np.clip(image - BONE_HU[0], 0, BONE_HU[1] - BONE_HU[0])
    half = tuple(max(1, round(SPINE_BOX_MM / mm)) for mm in size)
    sums = _box_sums(bone, half)
    allowed = np.zeros(image.shape, bool)
    aside, middle = round(SPINE_ASIDE_MM / size[1]), (left + right) // 2
    rows = slice(top + int(SPINE_DEPTH[0] * (bottom - top)), top + int(SPINE_DEPTH[1] * (bottom - top)))
    allowed[rows, max(0, middle - aside) : middle + aside + 1] = True
    row, column = np.unravel_index(np.where(allowed, sums, -1).argmax(), image.shape)
    window = np.s_[max(0, row - half[0]) : row + half[0] + 1, max(0, column - half[1]) : column + half[1] + 1]
    weights = bone[window]
    # Less bone than a vertebra has is no spine.
    if (weights > 0).sum() * size[0] * size[1] < 400:
        return None
    row_numbers, column_numbers = np.mgrid[window]
    total = weights.sum()
    return float((row_numbers * weights).sum() / total), float((column_numbers * weights).sum() / total)


def _body(image: Image) -> tuple[int, int, int, int] | None:
    """Return the first and last row and column of the body: what is connected to the middle of what is not air."""
    mask = image > BODY_HU
    if not mask.any():
        return None
    seed = np.zeros_like(mask)
    rows, columns = np.nonzero(mask)
    nearest = np.hypot(rows - rows.mean(), columns - columns.mean()).argmin()
    seed[rows[nearest], columns[nearest]] = True
    grown = _grow(seed, mask)
    rows, columns = np.nonzero(grown)
    return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())


def _grow(seed: NDArray[np.bool_], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return all of the mask that is connected to the seed, over edges of pixels."""
    while True:
        wider = seed.copy()
        wider[1:] |= seed[:-1]
        wider[:-1] |= seed[1:]
        wider[:, 1:] |= seed[:, :-1]
        wider[:, :-1] |= seed[:, 1:]
        wider &= mask
        if np.array_equal(wider, seed):
            return seed
        seed = wider


def _box_sums(image: Image, half: tuple[int, ...]) -> Image:
    """Return for each pixel the sum over the box around it."""
    rows, columns = half
    padded = np.pad(image, ((rows + 1, rows), (columns + 1, columns)))
    total = padded.cumsum(axis=0, dtype=np.float64).cumsum(axis=1)
    high, wide = 2 * rows + 1, 2 * columns + 1
    sums = total[high:, wide:] - total[:-high, wide:] - total[high:, :-wide] + total[:-high, :-wide]
    return np.asarray(sums, np.float32)


def _centres(spine: tuple[float, float], size: tuple[float, float], shape: tuple[int, ...]) -> Points:
    """Return rows and columns where the middle of the aorta may be, (n, 2)."""
    spans = []
    for place, mm, (low, high), count in zip(spine, size, (AORTA_BACK_MM, AORTA_LEFT_MM), shape, strict=True):
        spans.append(np.arange(max(0, round(place + low / mm)), min(count - 1, round(place + high / mm)) + 1))
    return np.stack(np.meshgrid(*spans, indexing="ij"), axis=-1).reshape(-1, 2)


def _around(
    centres: Points, radius_mm: float, size: tuple[float, float], shape: tuple[int, ...]
) -> tuple[Points, Points]:
    """Return the pixels of the disc around each centre as index arrays, (n, pixels)."""
    reach = int(radius_mm / min(size)) + 1
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.hypot(rows * size[0], columns * size[1]) <= radius_mm
    return _clipped(centres[:, 0, None] + rows[disc], centres[:, 1, None] + columns[disc], shape)


def _rays(centres: Points, size: tuple[float, float], shape: tuple[int, ...]) -> tuple[Points, Points]:
    """Return the pixels on rays from each centre outwards, (n, directions, steps)."""
    rows, columns = _directions(size)
    return _clipped(centres[:, 0, None, None] + rows, centres[:, 1, None, None] + columns, shape)


@cache
def _directions(size: tuple[float, float]) -> tuple[Points, Points]:
    angles = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
    distances = np.arange(INSIDE_MM, FAR_MM, PIXEL_MM)
    rows = np.rint(np.outer(np.sin(angles), distances) / size[0]).astype(np.int64)
    columns = np.rint(np.outer(np.cos(angles), distances) / size[1]).astype(np.int64)
    return rows, columns


def _clipped(rows: Points, columns: Points, shape: tuple[int, ...]) -> tuple[Points, Points]:
    return np.clip(rows, 0, shape[0] - 1), np.clip(columns, 0, shape[1] - 1)
