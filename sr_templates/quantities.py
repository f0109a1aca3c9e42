"""What the server measures from masks, by the names that items of templates give."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """What the server measures from masks; one of attenuation is measured in one phase."""

    unit: str
    meaning: str
    of_attenuation: bool = False


#: Quantities by the names that items give; docs/measurements.md defines them.
QUANTITIES: Mapping[str, Quantity] = {
    "volume_cm3": Quantity("cm3", "volume; of an organ, with the lesions in it"),
    "long_axis_mm": Quantity("mm", "longest distance within one slice"),
    "short_axis_mm": Quantity("mm", "longest distance at right angles to the long axis, in its slice"),
    "hu_mean": Quantity("[hnsf'U]", "mean attenuation; of an organ, without the lesions in it", of_attenuation=True),
    "hu_sd": Quantity("[hnsf'U]", "standard deviation of the attenuation", of_attenuation=True),
    "liver_lesion_ratio": Quantity(
        "%", "100 × mean attenuation of the liver / of the lesion's core", of_attenuation=True
    ),
}
