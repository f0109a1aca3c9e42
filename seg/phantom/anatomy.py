"""The upper abdomen as a list of tissues and shapes, in patient coordinates (LPS mm, origin in the middle)."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from seg.phantom.shapes import Cut, Dome, Ellipsoid, HalfSpace, Point, Points, Ribs, Shape, Tube, Union, Within, sphere
from seg.phantom.tissues import CODES

INFINITE = math.inf


@dataclass(frozen=True)
class Part:
    """A tissue that fills a shape; later parts of a list replace earlier ones."""

    tissue: str
    shape: Shape


@dataclass(frozen=True)
class NodulePlan:
    """A round lesion of the liver; the capsule is the outermost part of its diameter."""

    name: str
    tissue: str
    centre_mm: Point
    diameter_mm: float
    couinaud: str
    capsule_mm: float = 0.0


def nodules(diameter_mm: float) -> tuple[NodulePlan, ...]:
    """Return the lesions, the first with the diameter given."""
    return (
        NodulePlan("hcc", "hcc", (-84.0, 32.0, 18.0), diameter_mm, "VII", capsule_mm=2.0),
        NodulePlan("small_nodule", "small_nodule", (-78.0, -34.0, -15.0), 9.0, "V"),
        NodulePlan("cyst", "cyst", (24.0, -46.0, 8.0), 14.0, "III"),
    )


def _column(x: float, y: float, half_x: float, half_y: float, exponent: float = 2.0) -> Ellipsoid:
    return Ellipsoid((x, y, 0.0), (half_x, half_y, INFINITE), exponent=exponent)


BODY = _column(0, 0, 168, 116, 2.25)
SKIN_INSIDE = _column(0, 0, 166, 114, 2.25)
WALL = _column(0, 2, 149, 98, 2.2)
CAVITY = _column(0, 0, 138, 87, 2.2)
RIGHT_DOME = Dome(Ellipsoid((-66, -8, -48), (84, 104, 112), exponent=2.8))
LEFT_DOME = Dome(Ellipsoid((66, -8, -52), (84, 104, 108), exponent=2.8))

LIVER = Cut(
    Within(
        Union(
            (
                Ellipsoid((-74, -2, 2), (62, 78, 66), turn_deg=8, exponent=2.3, ripple=0.012),
                Ellipsoid((-14, -44, 18), (70, 29, 33), turn_deg=-8, lean=-0.15, ripple=0.012),
                Ellipsoid((-24, 8, 16), (20, 20, 24), ripple=0.012),
            )
        ),
        (_column(0, 0, 135.5, 84.5, 2.2), Dome(Ellipsoid((-52, -8, -48), (112, 101, 109), exponent=2.8))),
    ),
    (
        Ellipsoid((4, 48, 20), (26, 38, INFINITE)),  # room for the spine, the aorta and the vena cava
        Ellipsoid((-16, 26, -48), (52, 70, 44), turn_deg=-25),  # the visceral face
        Ellipsoid((-66, 62, -52), (34, 32, 50), lean=0.05),  # the right kidney in its fat
    ),
)

PORTAL_VEINS = Union(
    (
        Tube(((6, 10, -44, 6), (-10, 6, -22, 6.5), (-34, 2, -2, 6.5), (-62, 4, 4, 5.2))),
        Tube(((-62, 4, 4, 5), (-84, -24, 14, 3.8), (-104, -42, 24, 2.2))),
        Tube(((-84, -24, 14, 3.2), (-98, -40, -10, 2.2))),
        Tube(((-62, 4, 4, 4.6), (-88, 34, -8, 3.2), (-108, 40, -24, 2))),
        Tube(((-80, 24, -2, 3), (-108, 8, 8, 2))),
        Tube(((-34, 2, -2, 5), (-18, -16, 12, 4.6), (-2, -36, 18, 4.2), (0, -50, 16, 3.2))),
        Tube(((-2, -36, 18, 3), (26, -36, 24, 2.2), (44, -40, 26, 1.6))),
        Tube(((-2, -40, 18, 2.8), (-24, -56, 20, 1.8))),
    )
)
HEPATIC_VEINS = Union(
    (
        Tube(((-22, 20, 50, 5), (-52, 22, 42, 4.6), (-82, 12, 28, 3.6), (-104, 12, -10, 2.4))),
        Tube(((-24, 16, 50, 4.6), (-42, -12, 36, 4.2), (-54, -34, 14, 3.2), (-62, -52, -8, 2))),
        Tube(((-22, 14, 50, 4.4), (0, -16, 40, 3.6), (24, -40, 30, 2.4))),
        Tube(((-66, 18, 36, 3), (-82, 48, 36, 2.2))),
    )
)
LEFT_KIDNEY = Ellipsoid((70, 50, -26), (25, 28, 50), turn_deg=-25, lean=-0.12)
RIGHT_KIDNEY = Ellipsoid((-64, 54, -42), (25, 27, 50), turn_deg=25, lean=-0.12)
SPLEEN = Cut(
    Within(
        Ellipsoid((104, 36, 14), (32, 46, 42), turn_deg=22, exponent=2.2),
        (_column(0, 0, 135.5, 84.5, 2.2), Dome(Ellipsoid((66, -8, -52), (82, 101, 105), exponent=2.8))),
    ),
    (Ellipsoid((66, 14, 10), (38, 46, 60)), Ellipsoid((70, 50, -26), (28, 31, 53), turn_deg=-25, lean=-0.12)),
)
STOMACH = Ellipsoid((64, -18, 16), (37, 33, 44), turn_deg=-25, lean=-0.3)

#: What counts as liver where it is inside the shape LIVER: its vessels and lesions too, the gallbladder not.
LIVER_TISSUES = ("liver", "hepatic_vein", "portal_vein", "aorta", "hcc", "hcc_capsule", "small_nodule", "cyst")


def _shrunk(shape: Ellipsoid, millimetres: float) -> Ellipsoid:
    semi_x, semi_y, semi_z = (semi - millimetres for semi in shape.semi_axes)
    return Ellipsoid(shape.centre, (semi_x, semi_y, semi_z), shape.turn_deg, shape.lean, shape.exponent)


def _trunk() -> list[Part]:
    vertebra = _column(0, 54, 23, 17)
    return [
        Part("couch", Cut(_column(0, 20, 260, 122), (_column(0, 17, 258, 122), HalfSpace(1, 105.0)))),
        Part("skin", BODY),
        Part("fat", SKIN_INSIDE),
        Part("muscle", WALL),
        Part("fat", CAVITY),
        Part("muscle", Union((_column(-37, 80, 30, 17, 2.4), _column(37, 80, 30, 17, 2.4)))),
        Part("fat", _column(0, 100, 4, 12)),
        Part("muscle", Within(Union((Ellipsoid((-36, 56, -60), (15, 17, 66)), Ellipsoid((36, 56, -60), (15, 17, 66)))),
                              (CAVITY,))),
        Part("muscle", Within(Tube(((14, 44, -75, 6), (12, 34, 60, 4))), (CAVITY,))),
        Part("muscle", Within(Tube(((-14, 44, -75, 7), (-12, 36, 60, 4))), (CAVITY,))),
        Part("lung", Cut(_column(0, 0, 136.5, 86, 2.2), (RIGHT_DOME, LEFT_DOME, HalfSpace(2, -28.0),
                                                         _column(4, 32, 36, 44)))),
        Part("heart", Ellipsoid((16, -36, 88), (52, 40, 34))),
        Part("cortical_bone", Ribs((143, 92), 4.8, 29, 46, 6.5)),
        Part("marrow", Ribs((143, 92), 2.6, 29, 46, 4.4)),
        Part("cortical_bone", Union((vertebra, _column(-17, 76, 5, 9), _column(17, 76, 5, 9),
                                     Tube(((-17, 78, -400, 5), (-17, 78, 400, 5)))))),
        Part("marrow", _column(0, 54, 20.8, 14.8)),
        Part("cortical_bone", Union((Tube(((-15, 82, -400, 4), (-15, 82, 400, 4))),
                                     Tube(((15, 82, -400, 4), (15, 82, 400, 4))),
                                     _column(0, 87, 13, 4.5), _column(0, 97, 3.6, 12)))),
        Part("marrow", Union((_column(-16, 79, 2.4, 4), _column(16, 79, 2.4, 4), _column(0, 98, 1.6, 8)))),
        Part("spinal_canal", _column(0, 77, 11, 8.5)),
    ]  # fmt: skip


def _bowel(centre: Point, semi_axes: Point, gas_level: float, turn_deg: float = 0.0) -> list[Part]:
    outer = Ellipsoid(centre, semi_axes, turn_deg)
    inner = _shrunk(outer, 2.2)
    gas = Within(inner, (HalfSpace(1, gas_level),))
    return [Part("bowel_wall", outer), Part("bowel_content", inner), Part("gas", gas)]


def _organs() -> list[Part]:
    colon = [
        *_bowel((-96, -50, -66), (24, 20, 30), -56, 15),
        *_bowel((98, -16, -50), (18, 20, 34), -24),
        *_bowel((44, -58, -52), (38, 16, 16), -62, -8),
        *_bowel((-30, -62, -66), (34, 14, 16), -66, 8),
        *_bowel((34, -22, -64), (16, 14, 14), -90),
        *_bowel((62, -8, -66), (15, 13, 12), -90),
        *_bowel((4, -26, -70), (15, 12, 13), -90),
        *_bowel((-34, 2, -54), (13, 15, 22), -90),
    ]
    return [
        Part("liver", LIVER),
        Part("hepatic_vein", Within(HEPATIC_VEINS, (LIVER,))),
        Part("spleen", SPLEEN),
        *colon,
        Part("bowel_wall", STOMACH),
        Part("stomach_content", _shrunk(STOMACH, 4.0)),
        Part("gas", Within(_shrunk(STOMACH, 4.0), (HalfSpace(1, -32.0),))),
        Part("pancreas", Tube(((-18, -2, -46, 12), (-8, -6, -34, 11), (14, -8, -26, 8), (48, 10, -16, 8),
                               (82, 30, -4, 7)))),
        Part("portal_vein", Union((PORTAL_VEINS, Tube(((-4, 8, -34, 5.4), (30, 14, -20, 4.6), (66, 28, -8, 4.2),
                                                       (86, 34, 2, 3))),
                                   Tube(((6, 10, -44, 5), (4, -2, -80, 5)))))),
        Part("bowel_wall", Ellipsoid((-48, -46, -36), (14, 15, 26), lean=-0.25)),
        Part("bile", Ellipsoid((-48, -46, -36), (12.4, 13.4, 24.4), lean=-0.25)),
        Part("vena_cava", Tube(((-20, 30, -80, 10.5), (-21, 28, 0, 11), (-22, 22, 44, 12), (-18, 14, 80, 12)))),
        Part("aorta", Tube(((6, 26, -80, 9.5), (9, 27, 0, 10.5), (10, 30, 80, 11.5)))),
    ]  # fmt: skip


def _kidney(outer: Ellipsoid, inwards: float) -> list[Part]:
    x, y, z = outer.centre
    semi_x, semi_y, semi_z = outer.semi_axes
    pyramids: list[Part] = []
    for angle in range(20, 360, 40):
        for level in (-0.5, 0.0, 0.5):
            shift = math.sqrt(1 - level**2) * 0.62
            tilt = math.radians(angle + 20 * (level != 0))
            delta_z = level * semi_z
            place = (
                x + shift * semi_x * math.cos(tilt),
                y + shift * semi_y * math.sin(tilt) + outer.lean * delta_z,
                z + delta_z,
            )
            pyramids.append(Part("renal_medulla", Ellipsoid(place, (5.2, 5.2, 9.0))))
    centre = (x + inwards * 5, y, z)
    sinus = Ellipsoid(centre, (semi_x * 0.46, semi_y * 0.42, semi_z * 0.5), outer.turn_deg, outer.lean)
    mouth = Ellipsoid((x + inwards * semi_x * 0.8, y - 4, z), (14, 7, 14))
    pelvis = Tube(
        ((x + inwards * 2, y, z, 5), (x + inwards * 24, y - 4, z - 6, 3.5), (x + inwards * 30, y - 2, z - 40, 2))
    )
    return [
        Part("renal_cortex", outer), *pyramids,
        Part("fat", Union((sinus, Within(mouth, (outer,))))), Part("renal_pelvis", pelvis),
    ]  # fmt: skip


def _vessels() -> list[Part]:
    return [
        Part("vena_cava", Tube(((-50, 50, -36, 4.5), (-24, 32, -34, 5)))),
        Part("vena_cava", Tube(((48, 44, -24, 4.5), (26, 20, -26, 4), (4, 13, -28, 4), (-18, 28, -30, 4.5)))),
        Part("aorta", Tube(((9, 26, -32, 3.2), (48, 46, -28, 2.6)))),
        Part("aorta", Tube(((4, 30, -34, 3), (-26, 46, -38, 2.6), (-48, 52, -38, 2.4)))),
        Part("aorta", Tube(((9, 20, -20, 3.6), (9, 8, -34, 3.4), (10, 0, -80, 3.2)))),
        Part("aorta", Tube(((9, 20, -4, 3.6), (8, 6, -2, 3.4), (-14, -2, -8, 2.6), (-28, -6, -6, 2)))),
        Part("aorta", Tube(((8, 6, -2, 2.8), (40, 8, -4, 2.4), (84, 28, 6, 2)))),
    ]


def nodule_parts(plan: NodulePlan) -> list[Part]:
    """Return a lesion, its capsule first."""
    inner = sphere(plan.centre_mm, plan.diameter_mm - 2 * plan.capsule_mm)
    capsule = [Part("hcc_capsule", sphere(plan.centre_mm, plan.diameter_mm))] if plan.capsule_mm else []
    return [*capsule, Part(plan.tissue, inner)]


@cache
def parts(diameter_mm: float) -> tuple[Part, ...]:
    """Return everything in the order in which it replaces what is there."""
    lesions = [part for plan in nodules(diameter_mm) for part in nodule_parts(plan)]
    kidneys = [*_kidney(LEFT_KIDNEY, -1.0), *_kidney(RIGHT_KIDNEY, 1.0)]
    return (*_trunk(), *_organs(), *kidneys, *_vessels(), *lesions)


def paint(x: Points, y: Points, z: Points, diameter_mm: float) -> NDArray[np.uint8]:
    """Return the tissue code at each point of one plane.

    Parameters
    ----------
    x : (1, columns)
    y, z : (rows, 1)
        LPS mm.
    """
    plane = np.zeros((y.shape[0], x.shape[1]), np.uint8)
    for part in parts(diameter_mm):
        fill(plane, x, y, z, part.shape, CODES[part.tissue])
    return plane


def fill(plane: NDArray[np.uint8], x: Points, y: Points, z: Points, shape: Shape, code: int) -> None:
    """Set a code in one plane where a shape is; looks only inside the shape's box."""
    low, high = shape.box
    rows = _span((y[:, 0] >= low[1]) & (y[:, 0] <= high[1]) & (z[:, 0] >= low[2]) & (z[:, 0] <= high[2]))
    columns = _span((x[0] >= low[0]) & (x[0] <= high[0]))
    if rows is None or columns is None:
        return
    window = plane[rows, columns]
    window[shape.contains(x[:, columns], y[rows], z[rows])] = code


def _span(within: NDArray[np.bool_]) -> slice | None:
    places = np.flatnonzero(within)
    return slice(int(places[0]), int(places[-1]) + 1) if places.size else None
