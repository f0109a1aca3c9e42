"""Solid shapes in patient coordinates (LPS mm): whether a point is inside, and where to look at all."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Points = NDArray[np.float64]
Point = tuple[float, float, float]
Box = tuple[Point, Point]

EVERYWHERE: Box = ((-math.inf,) * 3, (math.inf,) * 3)


class Shape(Protocol):
    """A solid; `contains` broadcasts its three coordinates, `box` bounds it from outside."""

    @property
    def box(self) -> Box:
        """Lowest and highest x, y, z."""
        ...

    def contains(self, x: Points, y: Points, z: Points) -> Mask:
        """Tell which points are inside."""
        ...


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid; infinite semi-axes make cylinders, exponents above 2 squarer solids, a ripple a bumpy surface."""

    centre: Point
    semi_axes: Point
    turn_deg: float = 0.0  # about the z axis, from the patient's left to posterior
    lean: float = 0.0  # mm in y for each mm in z
    exponent: float = 2.0
    ripple: float = 0.0  # part of the radius

    @property
    def box(self) -> Box:
        """Lowest and highest x, y, z."""
        reach_xy = max(self.semi_axes[:2]) if self.turn_deg else 0.0
        lean = abs(self.lean) * self.semi_axes[2] if self.lean else 0.0
        swell = 1 + 2 * self.ripple
        reach = [max(self.semi_axes[0], reach_xy), max(self.semi_axes[1], reach_xy) + lean, self.semi_axes[2]]
        low, high = zip(*[(c - swell * r, c + swell * r) for c, r in zip(self.centre, reach, strict=True)], strict=True)
        return low, high

    @property
    def volume_mm3(self) -> float | None:
        """The closed form, where there is one: a lean keeps the volume, ripples and exponents do not."""
        if self.exponent != 2.0 or self.ripple or math.inf in self.semi_axes:
            return None
        return 4 / 3 * math.pi * math.prod(self.semi_axes)

    def contains(self, x: Points, y: Points, z: Points) -> Mask:
        """Tell which points are inside."""
        dx, dy, dz = x - self.centre[0], y - self.centre[1], z - self.centre[2]
        dy = dy - self.lean * dz
        if self.turn_deg:
            cosine, sine = math.cos(math.radians(self.turn_deg)), math.sin(math.radians(self.turn_deg))
            dx, dy = cosine * dx + sine * dy, cosine * dy - sine * dx
        parts = [delta / semi for delta, semi in zip((dx, dy, dz), self.semi_axes, strict=True)]
        if self.exponent == 2.0:
            radius = sum(part * part for part in parts)
        else:
            radius = sum(np.abs(part) ** self.exponent for part in parts)
        return np.asarray(radius < self._limit(x, y, z))

    def _limit(self, x: Points, y: Points, z: Points) -> "Points | float":
        if not self.ripple:
            return 1.0
        return 1 + self.ripple * self.exponent * (np.sin(x / 9.0) * np.cos(y / 11.0) + np.sin(z / 8.0 + x / 17.0)) / 2


def sphere(centre: Point, diameter: float) -> Ellipsoid:
    """Return a sphere of a diameter in mm."""
    return Ellipsoid(centre, (diameter / 2,) * 3)


@dataclass(frozen=True)
class Tube:
    """A chain of round cones with ball ends: a vessel. Nodes are x, y, z, radius."""

    nodes: tuple[tuple[float, float, float, float], ...]

    @property
    def box(self) -> Box:
        """Lowest and highest x, y, z."""
        low, high = zip(
            *[
                (min(n[a] - n[3] for n in self.nodes), max(n[a] + n[3] for n in self.nodes))
                for a in range(3)
            ],
            strict=True,
        )  # fmt: skip
        return low, high

    def contains(self, x: Points, y: Points, z: Points) -> Mask:
        """Tell which points are inside."""
        inside: Mask = np.zeros(np.broadcast_shapes(x.shape, y.shape, z.shape), bool)
        for start, end in zip(self.nodes, self.nodes[1:], strict=False):
            axis = [e - s for s, e in zip(start[:3], end[:3], strict=True)]
            delta = (x - start[0], y - start[1], z - start[2])
            along = sum(d * a for d, a in zip(delta, axis, strict=True)) / sum(a * a for a in axis)
            along = np.clip(along, 0.0, 1.0)
            distance2 = sum((d - along * a) ** 2 for d, a in zip(delta, axis, strict=True))
            inside |= distance2 < (start[3] + along * (end[3] - start[3])) ** 2
        return inside


@dataclass(frozen=True)
class Dome:
    """Everything under the upper half of an ellipsoid: what the diaphragm covers."""

    ellipsoid: Ellipsoid

    @property
    def box(self) -> Box:
        """Lowest and highest x, y, z."""
        low, high = self.ellipsoid.box
        return (low[0], low[1], -math.inf), high

    def contains(self, x: Points, y: Points, z: Points) -> Mask:
        """Tell which points are inside."""
        return self.ellipsoid.contains(x, y, np.maximum(z, self.ellipsoid.centre[2]))


@dataclass(frozen=True)
class HalfSpace:
    """The points whose coordinate on one axis is below a level."""

    axis: int
    level: float

    @property
    def box(self) -> Box:
        """Lowest and highest x, y, z."""
        return EVERYWHERE

    def contains(self, x: Points, y: Points, z: Points) -> Mask:
        """Tell which points are inside."""
        return np.asarray((x, y, z)[self.axis] < self.level)


@dataclass(frozen=True)
class Union:
    """What is in any of the parts."""

    parts: tuple[Shape, ...]

    @property
    def box(self) -> Box:
        """Lowest and highest x, y, z."""
        boxes = [part.box for part in self.parts]
        low, high = zip(*[(min(b[0][a] for b in boxes), max(b[1][a] for b in boxes)) for a in range(3)], strict=True)
        return low, high

    def contains(self, x: Points, y: Points, z: Points) -> Mask:
        """Tell which points are inside."""
        return np.asarray(np.logical_or.reduce([part.contains(x, y, z) for part in self.parts]), np.bool_)


@dataclass(frozen=True)
class Within:
    """What is in a shape and in all the limits."""

    shape: Shape
    limits: tuple[Shape, ...]

    @property
    def box(self) -> Box:
        """Lowest and highest x, y, z."""
        return self.shape.box

    def contains(self, x: Points, y: Points, z: Points) -> Mask:
        """Tell which points are inside."""
        inside = self.shape.contains(x, y, z)
        for limit in self.limits:
            inside = inside & limit.contains(x, y, z)
        return inside


@dataclass(frozen=True)
class Cut:
    """What is in a shape and in none of the parts removed."""

    shape: Shape
    removed: tuple[Shape, ...]

    @property
    def box(self) -> Box:
        """Lowest and highest x, y, z."""
        return self.shape.box

    def contains(self, x: Points, y: Points, z: Points) -> Mask:
        """Tell which points are inside."""
        inside = self.shape.contains(x, y, z)
        for part in self.removed:
            inside = inside & ~part.contains(x, y, z)
        return inside


@dataclass(frozen=True)
class Ribs:
    """Ribs as slanting bars in the wall of an elliptic trunk, from the spine round to the front."""

    semi_axes: tuple[float, float]
    half_thickness: float
    spacing: float
    drop: float  # mm downwards from the spine to the side
    half_height: float
    offset: float = 0.0

    @property
    def box(self) -> Box:
        """Lowest and highest x, y, z."""
        return EVERYWHERE

    def contains(self, x: Points, y: Points, z: Points) -> Mask:
        """Tell which points are inside."""
        radius = np.sqrt((x / self.semi_axes[0]) ** 2 + (y / self.semi_axes[1]) ** 2)
        depth = np.abs(radius - 1) * np.hypot(x, y) / np.maximum(radius, 1e-6)
        angle = np.arctan2(np.abs(x) / self.semi_axes[0], y / self.semi_axes[1])  # 0 at the spine, pi in front
        slanted = z + self.drop * angle / (math.pi / 2) - self.offset
        height = np.abs((slanted + self.spacing / 2) % self.spacing - self.spacing / 2)
        in_bar = (depth / self.half_thickness) ** 2 + (height / self.half_height) ** 2 < 1
        return np.asarray(in_bar & (angle > 0.22) & (angle < 2.2))
