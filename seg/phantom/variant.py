"""What can be chosen about a phantom study: its size, its patient, and what is wrong with it."""

from dataclasses import dataclass
from typing import Literal

Size = Literal["small", "viewer"]
Descriptions = Literal["clear", "misleading", "empty", "english", "spanish", "french", "german", "italian"]
Times = Literal["all", "no_injection", "images_only", "partly"]


@dataclass(frozen=True)
class Sampling:
    """Voxels of one series: the step between slices differs from SliceThickness (3.0 mm) on purpose."""

    slices: int
    rows: int
    columns: int
    pixel_spacing_mm: float
    slice_step_mm: float


SAMPLINGS: dict[str, Sampling] = {
    "small": Sampling(24, 128, 128, 3.0, 6.0),
    "viewer": Sampling(60, 512, 512, 0.78, 2.5),
}

SLICE_THICKNESS_MM = 3.0

#: Where the middle of the phantom lies in the frame of reference, LPS mm.
ORIGIN_MM = (4.0, -160.0, -540.0)

#: How far each phase is displaced when the patient breathes differently, LPS mm.
BREATH_SHIFTS_MM = {
    "non_contrast": (0.0, 0.0, 0.0),
    "arterial": (1.0, -1.5, 4.0),
    "portal_venous": (-0.5, 2.0, -3.0),
    "equilibrium": (1.5, 1.0, 2.5),
}


@dataclass(frozen=True)
class Variant:
    """One phantom study.

    Parameters
    ----------
    nodule_diameter_mm
        Of the HCC, its capsule included; two studies of one patient with 21 and 32 mm show threshold growth.
    breath_shift
        Each phase is displaced by `BREATH_SHIFTS_MM`.
    gantry_tilt_deg
        The planes lean about the x axis while the couch moves along z: a sheared grid.
    order
        How slices are listed and numbered: feet to head, head to feet, or in no order.
    missing_slice, duplicate_slice
        Of every series, the one in the middle.
    descriptions
        In Portuguese, in another language, none, or each that of another phase.
    times
        Which are there: all, not that of the injection, of the images but not of the scans, or none from the portal
        venous phase on.
    times_missing
        None is there.
    contrast_missing
        No contrast agent is recorded.
    shuffled_numbers
        Series and Acquisition Numbers say nothing about the order of the scans.
    cirrhotic
        Else the liver is a normal one, which takes up more.
    uptake
        Scales what contrast adds to each tissue.
    one_series
        All phases in one series, told apart by Acquisition Number only.
    two_frames
        The non-contrast series has a frame of reference of its own.
    """

    patient_id: str = "DEMO-0001"
    patient_name: str = "Silva^João"
    patient_birth_date: str = "19610314"
    patient_sex: str = "M"
    study_date: str = "20210304"
    nodule_diameter_mm: float = 32.0
    noise_hu: float = 12.0
    seed: int = 0
    breath_shift: bool = False
    gantry_tilt_deg: float = 0.0
    order: Literal["ascending", "descending", "random"] = "ascending"
    descriptions: Descriptions = "clear"
    times: Times = "all"
    times_missing: bool = False
    contrast_missing: bool = False
    shuffled_numbers: bool = False
    cirrhotic: bool = True
    uptake: float = 1.0
    missing_slice: bool = False
    duplicate_slice: bool = False
    one_series: bool = False
    two_frames: bool = False

    def shift_mm(self, phase: str) -> tuple[float, float, float]:
        """Return how far the anatomy of a phase is displaced, LPS mm."""
        return BREATH_SHIFTS_MM[phase] if self.breath_shift else (0.0, 0.0, 0.0)
