"""Mean attenuation of each tissue in each phase, in HU.

Measured values are from published series, assumed ones were chosen to fit them; `docs/phantom.md` says which is which.
"""

from dataclasses import dataclass

Row = tuple[float, float, float, float]

#: The four phases in the order of their acquisition.
PHASES = ("non_contrast", "arterial", "portal_venous", "equilibrium")


@dataclass(frozen=True)
class Tissue:
    """A tissue: HU in the order of PHASES; `assumed` where at least one of the values has no source."""

    name: str
    hounsfield: Row
    assumed: bool = False


def _constant(name: str, value: float, *, assumed: bool = False) -> Tissue:
    return Tissue(name, (value,) * 4, assumed)


#: The code of a tissue in a voxel is its place in this table.
TISSUES: tuple[Tissue, ...] = (
    _constant("air", -1000),
    _constant("skin", 20, assumed=True),
    _constant("fat", -100),
    Tissue("muscle", (55, 58, 62, 62)),
    _constant("lung", -850),
    _constant("marrow", 150),
    _constant("cortical_bone", 900),
    _constant("spinal_canal", 25, assumed=True),
    Tissue("liver", (51, 68, 92, 82), assumed=True),
    Tissue("spleen", (48, 150, 125, 95), assumed=True),
    Tissue("renal_cortex", (30, 235, 190, 150), assumed=True),
    Tissue("renal_medulla", (30, 105, 165, 150), assumed=True),
    Tissue("renal_pelvis", (5, 5, 10, 350), assumed=True),
    Tissue("aorta", (40, 340, 160, 105), assumed=True),
    Tissue("portal_vein", (38, 125, 165, 105), assumed=True),
    Tissue("hepatic_vein", (38, 75, 150, 105), assumed=True),
    Tissue("vena_cava", (38, 75, 150, 105), assumed=True),
    Tissue("pancreas", (40, 105, 90, 75), assumed=True),
    Tissue("bowel_wall", (42, 85, 95, 80), assumed=True),
    _constant("bowel_content", 22, assumed=True),
    _constant("stomach_content", 12, assumed=True),
    _constant("gas", -980, assumed=True),
    _constant("bile", 8),
    _constant("couch", -350, assumed=True),
    Tissue("heart", (42, 170, 150, 110), assumed=True),
    Tissue("hcc", (45, 110, 84, 68), assumed=True),
    Tissue("hcc_capsule", (51, 68, 95, 100), assumed=True),
    Tissue("small_nodule", (49, 104, 92, 81), assumed=True),
    _constant("cyst", 5),
)

CODES = {tissue.name: code for code, tissue in enumerate(TISSUES)}


#: A liver without cirrhosis.
NORMAL_LIVER = Tissue("liver", (58, 78, 117, 98), assumed=True)


def tissues(*, cirrhotic: bool = True, uptake: float = 1.0) -> tuple[Tissue, ...]:
    """Return the tissues of one patient; `uptake` scales what contrast adds to each."""
    chosen = (NORMAL_LIVER if one.name == "liver" and not cirrhotic else one for one in TISSUES)
    return tuple(Tissue(one.name, _taken_up(one.hounsfield, uptake), one.assumed) for one in chosen)


def _taken_up(row: Row, uptake: float) -> Row:
    plain, *others = row
    first, second, third = (plain + uptake * (value - plain) for value in others)
    return plain, first, second, third


def hounsfield(phase: str, *, cirrhotic: bool = True, uptake: float = 1.0) -> tuple[float, ...]:
    """Return the mean HU of each tissue code in a phase."""
    return tuple(one.hounsfield[PHASES.index(phase)] for one in tissues(cirrhotic=cirrhotic, uptake=uptake))
