"""Multi-frame functional groups and references of a DICOM-SEG (PS3.3 C.7.6.16, C.7.6.17)."""

import struct
from collections.abc import Mapping, Sequence

import numpy as np
from pydicom import Dataset
from pydicom.sr.coding import Code as PydicomCode
from pydicom.tag import Tag
from pydicom.uid import CTImageStorage

from seg import multiframe
from seg.volume import Grid
from sr_templates import elements
from sr_templates.codes import Code

SEGMENTATION = Code("DCM", "113076", "Segmentation")
SOURCE_IMAGE = Code("DCM", "121322", "Source image for image processing operation")

#: Frames are sorted by segment, where they have one, then by slice: attribute, functional group, label of a dimension.
SEGMENT, SLICE = (0x0062000B, 0x0062000A, "Segment"), (0x00200032, 0x00209113, "Slice")

#: Segment number, None in a label map, and slice of the grid.
Frame = tuple[int | None, int]


def add_shared(dataset: Dataset, source: Dataset, grid: Grid, frames: Sequence[Frame], organization_uid: str) -> None:
    """Say in a SEG what all its frames have in common, and how they are ordered."""
    organization = Dataset()
    organization.DimensionOrganizationUID = organization_uid
    dataset.DimensionOrganizationSequence = [organization]
    dimensions = (SLICE,) if frames[0][0] is None else (SEGMENT, SLICE)
    dataset.DimensionIndexSequence = [_dimension(organization_uid, *dimension) for dimension in dimensions]
    dataset.NumberOfFrames = len(frames)
    dataset.SharedFunctionalGroupsSequence = [_shared(source, grid)]


def per_frame(headers: Sequence[Dataset], grid: Grid, frames: Sequence[Frame]) -> bytes:
    """Return the Per-Frame Functional Groups Sequence of frames as an element.

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
    thickness = multiframe.frames(source)[0].get("SliceThickness")
    measures.SliceThickness = thickness or _decimal(grid.slice_distance_mm)
    directions = np.concatenate([grid.affine_lps[:3, 0] / width, grid.affine_lps[:3, 1] / height])
    orientation.ImageOrientationPatient = [_decimal(value) for value in directions]
    shared.PixelMeasuresSequence = [measures]
    shared.PlaneOrientationSequence = [orientation]
    return shared


def _frame(number: int | None, place: int, grid: Grid, classes: Mapping[str, str]) -> bytes:
    """Return the functional groups of a frame as an item; there are hundreds, too many for a data set each."""
    derivation = elements.sequence(0x00082112, elements.item(_image(place, grid, classes)))
    position = "\\".join(_decimal(value) for value in grid.affine_lps[:3, 3] + place * grid.affine_lps[:3, 2])
    indices = (place + 1,) if number is None else (number, place + 1)
    groups = [
        (0x00089124, derivation + elements.code(0x00089215, SEGMENTATION)),
        (0x00209111, elements.element(0x00209157, "UL", struct.pack(f"<{len(indices)}L", *indices))),
        (0x00209113, elements.text(0x00200032, "DS", position)),
    ]
    if number is not None:
        groups.append((0x0062000A, elements.element(0x0062000B, "US", struct.pack("<H", number))))
    return elements.item(b"".join(elements.sequence(tag, elements.item(value)) for tag, value in groups))


def _image(place: int, grid: Grid, classes: Mapping[str, str]) -> bytes:
    """Return the reference to the slice that a frame was drawn on."""
    uid = grid.sop_instance_uids[place]
    return b"".join(
        (
            elements.text(0x00081150, "UI", classes.get(uid, CTImageStorage)),
            elements.text(0x00081155, "UI", uid),
            elements.text(0x00081160, "IS", str(grid.frame_numbers[place])) if grid.frame_numbers else b"",
            elements.text(0x0028135A, "CS", "YES"),
            elements.code(0x0040A170, SOURCE_IMAGE),
        )
    )


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
