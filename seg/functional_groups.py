"""Multi-frame functional groups and references of a DICOM-SEG (PS3.3 C.7.6.16, C.7.6.17)."""

from collections.abc import Sequence

import numpy as np
from pydicom import Dataset
from pydicom.sr.coding import Code
from pydicom.tag import Tag
from pydicom.uid import CTImageStorage

from seg.volume import Grid

SEGMENTATION = Code("113076", "DCM", "Segmentation")
SOURCE_IMAGE = Code("121322", "DCM", "Source image for image processing operation")

#: Frames are sorted by segment, then by slice: attribute, functional group, and label of each dimension.
DIMENSIONS = ((0x0062000B, 0x0062000A, "Segment"), (0x00200032, 0x00209113, "Slice"))


def add_frames(
    dataset: Dataset, headers: Sequence[Dataset], grid: Grid, frames: Sequence[tuple[int, int]], organization_uid: str
) -> None:
    """Describe each frame, (segment number, slice of the grid), in a SEG; pixels are not added."""
    organization = Dataset()
    organization.DimensionOrganizationUID = organization_uid
    dataset.DimensionOrganizationSequence = [organization]
    dataset.DimensionIndexSequence = [_dimension(organization_uid, *dimension) for dimension in DIMENSIONS]
    dataset.NumberOfFrames = len(frames)
    dataset.SharedFunctionalGroupsSequence = [_shared(headers[0], grid)]
    classes = classes_of(headers)
    dataset.PerFrameFunctionalGroupsSequence = [_frame(number, place, grid, classes) for number, place in frames]


def _dimension(organization_uid: str, pointer: int, group: int, label: str) -> Dataset:
    item = Dataset()
    item.DimensionOrganizationUID = organization_uid
    item.DimensionIndexPointer = Tag(pointer)
    item.FunctionalGroupPointer = Tag(group)
    item.DimensionDescriptionLabel = label
    return item


def _shared(source: Dataset, grid: Grid) -> Dataset:
    measures, orientation, shared = Dataset(), Dataset(), Dataset()
    width, height = np.linalg.norm(grid.affine_lps[:3, :2], axis=0)
    measures.PixelSpacing = [_decimal(height), _decimal(width)]
    measures.SpacingBetweenSlices = _decimal(grid.slice_distance_mm)
    measures.SliceThickness = source.get("SliceThickness") or _decimal(grid.slice_distance_mm)
    directions = np.concatenate([grid.affine_lps[:3, 0] / width, grid.affine_lps[:3, 1] / height])
    orientation.ImageOrientationPatient = [_decimal(value) for value in directions]
    shared.PixelMeasuresSequence = [measures]
    shared.PlaneOrientationSequence = [orientation]
    return shared


def _frame(number: int, place: int, grid: Grid, classes: dict[str, str]) -> Dataset:
    derivation, content, plane, identification, frame = (Dataset() for _ in range(5))
    image = reference(classes, grid.sop_instance_uids[place])
    image.SpatialLocationsPreserved = "YES"
    image.PurposeOfReferenceCodeSequence = [code_item(SOURCE_IMAGE)]
    derivation.SourceImageSequence = [image]
    derivation.DerivationCodeSequence = [code_item(SEGMENTATION)]
    content.DimensionIndexValues = [number, place + 1]
    corner = grid.affine_lps[:3, 3] + place * grid.affine_lps[:3, 2]
    plane.ImagePositionPatient = [_decimal(value) for value in corner]
    identification.ReferencedSegmentNumber = number
    frame.DerivationImageSequence = [derivation]
    frame.FrameContentSequence = [content]
    frame.PlanePositionSequence = [plane]
    frame.SegmentIdentificationSequence = [identification]
    return frame


def classes_of(headers: Sequence[Dataset]) -> dict[str, str]:
    """Return the SOP class of each instance."""
    return {str(header.SOPInstanceUID): str(header.get("SOPClassUID") or CTImageStorage) for header in headers}


def reference(classes: dict[str, str], uid: str) -> Dataset:
    """Return an item that refers to an instance."""
    item = Dataset()
    item.ReferencedSOPClassUID = classes.get(uid, CTImageStorage)
    item.ReferencedSOPInstanceUID = uid
    return item


def code_item(code: Code) -> Dataset:
    """Return the item of a code sequence (PS3.3 table 8.8-1)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code.value, code.scheme_designator, code.meaning
    return item


def _decimal(value: float) -> str:
    """Return a decimal string: 16 characters at most (PS3.5 section 6.2, DS)."""
    rounded = f"{value:.10g}"
    return rounded if len(rounded) <= 16 else f"{value:.8e}"
