"""What is measured of a whole DICOM-SEG on the series that it was drawn on: of its segments, and of the organ as such.

An organ's volume is that of its segments and of the lesions (the total volume that surgeons and transplant teams mean):
a lesion that is cut out of the liver's segment, as in a labelmap, does not make the liver smaller. An organ's
attenuation is that of its segments without the voxels of any lesion.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from seg import axes, frames, measure
from seg.core import core
from seg.decode import Segmentation, damage_refused
from seg.labelmap import Kind
from seg.volume import Grid

ORGANS: tuple[Kind, ...] = ("liver",)
LESION: Kind = "nodule"

#: Number of a slice of the grid → its HU, (rows, columns).
Hounsfield = Callable[[int], NDArray[np.int16]]


@dataclass(frozen=True)
class Measured:
    """Measurements of a segment or of an organ.

    Parameters
    ----------
    long_axis_mm, short_axis_mm
        Of segments only.
    hu_mean, hu_sd
        None where no voxel is left; the deviation is that of the population.
    core_hu_mean
        Mean of the core, see `seg.core`; of lesions only.
    """

    volume_cm3: float
    long_axis_mm: float | None
    short_axis_mm: float | None
    hu_mean: float | None
    hu_sd: float | None
    core_hu_mean: float | None = None


@dataclass(frozen=True)
class MaskMeasurements:
    """All that is measured of one SEG: by segment number, and by kind of organ where a segment is of that kind."""

    segments: Mapping[int, Measured]
    organs: Mapping[str, Measured]


@dataclass
class _Sums:
    """Whole numbers, so that no order of adding changes a mean or a deviation."""

    voxels: int = 0
    total: int = 0
    squares: int = 0

    def add(self, values: NDArray[np.int16]) -> None:
        wide = values.astype(np.int64)
        self.voxels += wide.size
        self.total += int(wide.sum())
        self.squares += int(wide @ wide)

    @property
    def mean(self) -> float | None:
        return self.total / self.voxels if self.voxels else None

    @property
    def deviation(self) -> float | None:
        variance = self.squares * self.voxels - self.total**2
        return float(np.sqrt(variance / self.voxels**2)) if self.voxels else None


@dataclass(frozen=True)
class _Part:
    """Rows and columns of a slice, and where in them a segment is."""

    box: tuple[slice, slice]
    inside: axes.Plane

    def of(self, plane: NDArray[np.int16]) -> NDArray[np.int16]:
        return plane[self.box][self.inside]

    def put(self, plane: axes.Plane) -> None:
        plane[self.box] |= self.inside


#: Slice of the grid → what is there.
_Slices = dict[int, _Part]


@dataclass
class _Organ:
    kind: Kind
    voxels: int = 0
    sums: _Sums = field(default_factory=_Sums)

    def add(self, parts: Iterable[tuple[Kind, _Part]], plane: NDArray[np.int16]) -> None:
        own, lesions = np.zeros(plane.shape, np.bool_), np.zeros(plane.shape, np.bool_)
        for kind, part in parts:
            if kind in (self.kind, LESION):
                part.put(own if kind == self.kind else lesions)
        self.voxels += int(np.count_nonzero(own | lesions))
        self.sums.add(plane[own & ~lesions])

    def measured(self, grid: Grid) -> Measured:
        volume_cm3 = self.voxels * grid.voxel_mm3 / 1000
        return Measured(volume_cm3, None, None, self.sums.mean, self.sums.deviation)


@dataclass
class _Segment:
    """One segment, and what lies under it and under its core."""

    kind: Kind
    slices: _Slices
    core: _Slices
    sums: _Sums = field(default_factory=_Sums)
    core_sums: _Sums = field(default_factory=_Sums)

    def add(self, place: int, plane: NDArray[np.int16]) -> None:
        for slices, sums in ((self.slices, self.sums), (self.core, self.core_sums)):
            if place in slices:
                sums.add(slices[place].of(plane))

    def measured(self, grid: Grid) -> Measured:
        planes = (part.inside for part in self.slices.values())
        long_axis, short_axis = axes.axes_mm(planes, *measure.spacing_mm(grid))
        volume_cm3 = self.sums.voxels * grid.voxel_mm3 / 1000
        return Measured(volume_cm3, long_axis, short_axis, self.sums.mean, self.sums.deviation, self.core_sums.mean)


def measure_all(segmentation: Segmentation, grid: Grid, hounsfield: Hounsfield) -> MaskMeasurements:
    """Measure every segment that has a voxel.

    Parameters
    ----------
    hounsfield
        Asked once for each slice that holds a voxel, in their order.

    Raises
    ------
    GeometryError, NotASegmentation
        As `Segmentation.masks_on`; and whatever `hounsfield` raises.
    """
    segments = _segments(segmentation, grid)
    kinds = {one.kind for one in segments.values()}
    organs = [_Organ(kind) for kind in ORGANS if kind in kinds]
    for place in sorted({place for one in segments.values() for place in one.slices}):
        plane = hounsfield(place)
        for one in segments.values():
            one.add(place, plane)
        for organ in organs:
            organ.add([(one.kind, one.slices[place]) for one in segments.values() if place in one.slices], plane)
    return MaskMeasurements(
        {number: one.measured(grid) for number, one in segments.items()},
        {one.kind: one.measured(grid) for one in organs},
    )


def sources(segmentation: Segmentation) -> frozenset[str]:
    """Return the SOP Instance UIDs of the images that its frames say they were derived from.

    Raises
    ------
    NotASegmentation
        It does not describe its frames.
    """
    with damage_refused():
        return frozenset(uid for frame in frames.frames_of(segmentation.dataset) for uid in frame.source_uids)


def _segments(segmentation: Segmentation, grid: Grid) -> dict[int, _Segment]:
    """Return the segments by their numbers; what is empty is left out."""
    found: dict[int, _Slices] = {}
    for number, place, plane in segmentation.planes_on(grid):
        slices = found.setdefault(number, {})
        if place in slices:
            plane = plane.copy()
            slices[place].put(plane)
        if part := _part(plane):
            slices[place] = part
    kinds = {one.number: one.kind for one in segmentation.segments}
    return {
        number: _Segment(kinds[number], slices, _core(slices, grid) if kinds[number] == LESION else {})
        for number, slices in sorted(found.items())
        if slices
    }


def _part(plane: axes.Plane) -> _Part | None:
    rows, columns = np.flatnonzero(plane.any(axis=1)), np.flatnonzero(plane.any(axis=0))
    if not rows.size:
        return None
    box = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    return _Part(box, plane[box].copy())


def _core(slices: _Slices, grid: Grid) -> _Slices:
    """Return the core of a lesion."""
    first, last = min(slices), max(slices)
    whole = np.zeros((last - first + 1, grid.rows, grid.columns), np.bool_)
    for place, part in slices.items():
        part.put(whole[place - first])
    inner = core(whole, grid.affine_lps)
    found = {place: _part(inner[place - first]) for place in slices}
    return {place: part for place, part in found.items() if part}
