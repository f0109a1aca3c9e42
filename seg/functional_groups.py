"""Multi-frame functional groups and references of a DICOM-SEG (PS3.3 C.7.6.16, C.7.6.17)."""

import struct
from collections.abc import Mapping, Sequence

import numpy as np
from pydicom import Dataset
from pydicom.sr.coding import Code as PydicomCode
from pydicom.tag import Tag
from pydicom.uid import CTImageStorage

from seg.volume import Grid
from sr_templates import elements
from sr_templates.codes import Code

SEGMENTATION = Code("DCM", "113076", "Segmentation")
SOURCE_IMAGE = Code("DCM", "121322", "Source image for image processing operation")

#: Frames are sorted by segment, then by slice: attribute, functional group, and label of each dimension.
DIMENSIONS = ((0x0062000B, 0x0062000A, "Segment"), (0x00200032, 0x00209113, "Slice"))


def add_shared(dataset: Dataset, source: Dataset, grid: Grid, frames: int, organization_uid: str) -> None:
    """Say in a SEG what all its frames have in common, and how they are ordered."""
    organization = Dataset()
    organization.DimensionOrganizationUID = organization_uid
    dataset.DimensionOrganizationSequence = [organization]
    dataset.DimensionIndexSequence = [_dimension(organization_uid, *dimension) for dimension in DIMENSIONS]
    dataset.NumberOfFrames = frames
    dataset.SharedFunctionalGroupsSequence = [_shared(source, grid)]


def per_frame(headers: Sequence[Dataset], grid: Grid, frames: Sequence[tuple[int, int]]) -> bytes:
    """Return the Per-Frame Functional Groups Sequence of frames, (segment number, slice of the grid), as an element.

    Its tag is behind those of all elements but Pixel Data.
    """
    classes = classes_of(headers)
    return elements.sequence(0x52009230, b"".join(_frame(number, place, grid, classes) for number, place in frames))


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


def _frame(number: int, place: int, grid: Grid, classes: Mapping[str, str]) -> bytes:
    """Return the functional groups of a frame as an item; there are hundreds, too many for a data set each."""
    uid = grid.sop_instance_uids[place]
    corner = grid.affine_lps[:3, 3] + place * grid.affine_lps[:3, 2]
    image = b"".join(
        (
            elements.text(0x00081150, "UI", classes.get(uid, CTImageStorage)),
            elements.text(0x00081155, "UI", uid),
            elements.text(0x0028135A, "CS", "YES"),
            elements.code(0x0040A170, SOURCE_IMAGE),
        )
    )
    derivation = elements.sequence(0x00082112, elements.item(image)) + elements.code(0x00089215, SEGMENTATION)
    position = "\\".join(_decimal(value) for value in corner)
    groups = (
        (0x00089124, derivation),
        (0x00209111, elements.element(0x00209157, "UL", struct.pack("<2L", number, place + 1))),
        (0x00209113, elements.text(0x00200032, "DS", position)),
        (0x0062000A, elements.element(0x0062000B, "US", struct.pack("<H", number))),
    )
    return elements.item(b"".join(elements.sequence(tag, elements.item(value)) for tag, value in groups))


def classes_of(headers: Sequence[Dataset]) -> dict[str, str]:
    """Return the SOP class of each instance."""
    return {str(header.SOPInstanceUID): str(header.get("SOPClassUID") or CTImageStorage) for header in headers}


def reference(classes: dict[str, str], uid: str) -> Dataset:
    """Return an item that refers to an instance."""
    item = Dataset()
    item.ReferencedSOPClassUID = classes.get(uid, CTImageStorage)
    item.ReferencedSOPInstanceUID = uid
    return item


def code_item(code: PydicomCode) -> Dataset:
    """Return the item of a code sequence (PS3.3 table 8.8-1)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code.value, code.scheme_designator, code.meaning
    return item


def _decimal(value: float) -> str:
    """Return a decimal string: 16 characters at most (PS3.5 section 6.2, DS)."""
    rounded = f"{value:.10g}"
    return rounded if len(rounded) <= 16 else f"{value:.8e}"
