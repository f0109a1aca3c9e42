"""What can be wrong with a mask or with the series it is drawn on.

::

    SegError (ValueError)
    ├── GeometryError       the slices make no regular grid, or something belongs to another grid
    ├── LabelmapError       the body of a labelmap breaks the wire format, or holds nothing to write
    ├── NiftiError          bytes that are no NIfTI mask
    ├── NotASegmentation    a DICOM object that is no readable Segmentation
    ├── NumberError         a segment number above 255, which a labelmap cannot say
    ├── OverlapError        two segments claim one voxel, which a labelmap cannot say
    └── RegistrationError   no believable transform between two series was found
"""

from collections.abc import Sequence
from dataclasses import dataclass


class SegError(ValueError):
    """Base of what this package raises; each message is a sentence without any patient's value."""


class GeometryError(SegError):
    """The slices make no regular grid, or a mask belongs to another grid."""


class LabelmapError(SegError):
    """A labelmap breaks the wire format, or has nothing that could be written."""


class NiftiError(SegError):
    """Bytes that cannot be read as a NIfTI mask."""


class NotASegmentation(SegError):  # noqa: N818 - it says what the object is not; every caller reads it so
    """A DICOM object that is no Segmentation, or one that cannot be read."""


class NumberError(SegError):
    """A segment number that a map of bytes cannot say."""


@dataclass(frozen=True)
class Overlap:
    """Two segments that claim the same voxels.

    Parameters
    ----------
    voxels
        How many.
    slice_name
        The slice where most of them are, as the grid names it.
    """

    segments: tuple[int, int]
    voxels: int
    slice_name: str


class OverlapError(SegError):
    """Two segments claim the same voxel; which, how often and where, the largest overlap first."""

    def __init__(self, message: str, overlaps: Sequence[Overlap] = ()) -> None:
        super().__init__(message)
        self.overlaps = tuple(overlaps)


class RegistrationError(SegError):
    """No believable transform between two series was found."""
