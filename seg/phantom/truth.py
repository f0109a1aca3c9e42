"""What is known about the phantom without measuring it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from seg.phantom import anatomy, render
from seg.phantom.anatomy import NodulePlan
from seg.phantom.tissues import CODES, PHASES, TISSUES, tissues
from seg.phantom.variant import ORIGIN_MM, SAMPLINGS, Sampling, Size, Variant

#: Spacing at which volumes without a closed form are counted, mm.
FINE_MM = 1.5


@dataclass(frozen=True)
class Nodule:
    """A lesion: `centre_mm` in LPS without breathing; `mean_hu` over the whole sphere, its capsule included."""

    name: str
    segment_number: int
    centre_mm: tuple[float, float, float]
    diameter_mm: float
    couinaud: str
    volume_mm3: float
    mean_hu: Mapping[str, float]


@dataclass(frozen=True)
class Truth:
    """The truth of one study.

    Parameters
    ----------
    volumes_cm3
        Name of the organ to its volume: "liver" (with its vessels and lesions), "spleen", and the nodules by name.
        Nodules are closed forms; organs are counted from their equations on a grid of `FINE_MM`.
    mean_hu
        Phase to tissue to mean HU, before partial volume and noise.
    nodules
        In the order of their segment numbers, from 2.
    """

    size: Size
    variant: Variant
    volumes_cm3: Mapping[str, float]
    mean_hu: Mapping[str, Mapping[str, float]]
    nodules: tuple[Nodule, ...]

    def labelmap(self, phase: str) -> NDArray[np.uint8]:
        """Return 0 rest, 1 liver, 2… nodules; (slices, rows, columns), slices from feet to head, none left out."""
        sampling = SAMPLINGS[self.size]
        place = (sampling, self.variant.nodule_diameter_mm, self.variant.shift_mm(phase), self.variant.gantry_tilt_deg)
        labels = render.liver_mask(*place).astype(np.uint8)
        for number, plan in enumerate(anatomy.nodules(self.variant.nodule_diameter_mm), 2):
            labels[np.isin(render.tissue_codes(*place), _codes(plan))] = number
        return labels

    def organ(self, name: str, phase: str) -> NDArray[np.bool_]:
        """Return where a tissue is, on the same voxels as `labelmap`."""
        place = (self.variant.nodule_diameter_mm, self.variant.shift_mm(phase), self.variant.gantry_tilt_deg)
        return np.asarray(render.tissue_codes(SAMPLINGS[self.size], *place) == CODES[name])


def truth(size: Size = "small", **variant: object) -> Truth:
    """Return the truth of the study that `study` makes from the same arguments."""
    chosen = Variant(**variant)  # type: ignore[arg-type]
    nodules = tuple(
        _nodule(plan, number) for number, plan in enumerate(anatomy.nodules(chosen.nodule_diameter_mm), start=2)
    )
    volumes = _counted_cm3(chosen.nodule_diameter_mm) | {one.name: one.volume_mm3 / 1000 for one in nodules}
    of_tissues = tissues(cirrhotic=chosen.cirrhotic, uptake=chosen.uptake)
    means = {phase: {one.name: one.hounsfield[place] for one in of_tissues} for place, phase in enumerate(PHASES)}
    return Truth(size, chosen, volumes, means, nodules)


def _codes(plan: NodulePlan) -> list[int]:
    return [CODES[plan.tissue]] + ([CODES["hcc_capsule"]] if plan.capsule_mm else [])


def _nodule(plan: NodulePlan, segment_number: int) -> Nodule:
    centre = tuple(c + o for c, o in zip(plan.centre_mm, ORIGIN_MM, strict=True))
    assert len(centre) == 3
    core = (1 - 2 * plan.capsule_mm / plan.diameter_mm) ** 3
    rows = TISSUES[CODES[plan.tissue]].hounsfield, TISSUES[CODES["hcc_capsule"]].hounsfield
    means = {phase: core * rows[0][i] + (1 - core) * rows[1][i] for i, phase in enumerate(PHASES)}
    volume = math.pi / 6 * plan.diameter_mm**3
    return Nodule(plan.name, segment_number, centre, plan.diameter_mm, plan.couinaud, volume, means)


@cache
def _counted_cm3(diameter_mm: float) -> dict[str, float]:
    """Return volumes inside the scanned range, counted on a fine grid."""
    fine = Sampling(100, 124, 188, FINE_MM, FINE_MM)
    place = (fine, diameter_mm, (0.0, 0.0, 0.0), 0.0)
    codes = render.tissue_codes(*place)
    voxel_cm3 = FINE_MM**3 / 1000
    spleen = int(np.count_nonzero(codes == CODES["spleen"])) * voxel_cm3
    return {"liver": int(np.count_nonzero(render.liver_mask(*place))) * voxel_cm3, "spleen": spleen}
