"""A labelmap as DICOM-SEG, BINARY or LABELMAP, everything at once (PS3.3 A.51, A.51a).

Not written with highdicom, which makes UIDs of its own: here every UID is minted by the caller, so that
de-identification can tell our objects from others. What there is of each frame, groups and pixels, is written as bytes
behind the rest.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import metadata
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SegmentationStorage

from seg import derivation, references, segment_items
from seg.derivation import Derivation
from seg.description import LABEL_MAP_SEGMENTATION_STORAGE
from seg.errors import GeometryError, LabelmapError
from seg.functional_groups import Frame, add_shared, per_frame
from seg.labelmap import Algorithm, Segment, present_by_slice
from seg.provenance import Contributor, Predecessor
from seg.volume import Grid
from sr_templates import elements

Array = NDArray[np.uint8]

SegmentationType = Literal["BINARY", "LABELMAP"]

#: What a SEG takes over from the images it was drawn on: patient, study, and what de-identification says of them.
INHERITED = (
    *("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "PatientAge"),
    *("PatientSize", "PatientWeight", "PatientIdentityRemoved", "DeidentificationMethod"),
    *("DeidentificationMethodCodeSequence", "LongitudinalTemporalInformationModified"),
    *("StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "AccessionNumber", "StudyDescription"),
    *("ReferringPhysicianName", "PositionReferenceIndicator", "BodyPartExamined"),
)

#: Must be there, empty if unknown (type 2).
AT_LEAST_EMPTY = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID"),
    *("AccessionNumber", "ReferringPhysicianName", "PositionReferenceIndicator"),
)


@dataclass(frozen=True)
class EncodeContext:
    """Who writes what where.

    Parameters
    ----------
    mint
        Gives a fresh UID; whatever UID the object needs beyond those given here comes from it.
    type
        LABELMAP is Label Map Segmentation Storage, which fewer tools read.
    replaces
        The segmentations that this one supersedes.
    contributors
        Who worked on it.
    derivation
        Of a mask that was carried from another series.
    """

    sop_instance_uid: str
    series_instance_uid: str
    series_number: int
    series_description: str
    creator_name: str
    created: datetime
    mint: Callable[[], str]
    replaces: tuple[Predecessor, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    type: SegmentationType = "BINARY"
    derivation: Derivation | None = None


def encode(
    headers: Sequence[Dataset],
    grid: Grid,
    array: Array,
    segments: Sequence[Segment],
    algorithm: Algorithm | None,
    context: EncodeContext,
) -> bytes:
    """Return a DICOM-SEG as the bytes of a file, Explicit VR Little Endian.

    Parameters
    ----------
    headers
        Of the source series, in any order; at least one.
    array : (slices, rows, columns)
        On the grid: a segment's number where it is, 0 elsewhere. Frames without a voxel are left out.
    segments
        Numbers may have gaps; see `renumbered`, which is applied first.
    algorithm
        Of the segments that have none of their own; None: those were drawn by hand.

    Raises
    ------
    GeometryError
        The array is not of the grid's shape.
    LabelmapError
        No voxel is set, or a number in the array is not among the segments.
    """
    if array.shape != grid.shape:
        raise GeometryError(f"The mask has the shape {array.shape}, the series {grid.shape}; give one label per voxel.")
    numbers = present_by_slice(array, [segment.number for segment in segments])
    _check_numbers(set().union(*numbers), segments)
    wanted, segments = _renamed(segments)
    dataset = _document(headers, grid, context)
    references.add(dataset, headers, grid, context.replaces, context.contributors)
    dataset.SegmentSequence = segment_items.items(segments, algorithm, context.mint)
    if context.type == "LABELMAP":
        dataset.SegmentSequence.insert(0, segment_items.background())
        frames: list[Frame] = [(None, place) for place, here in enumerate(numbers) if here]
        pixels = _mapped((array[place] for _, place in frames), wanted)
    else:
        drawn = [(old, place) for old in wanted for place, here in enumerate(numbers) if old in here]
        frames = [(wanted[old], place) for old, place in drawn]
        pixels = _packed((array[place] == old for old, place in drawn), grid.rows * grid.columns)
    if context.derivation:
        derivation.add(dataset, context.derivation)
    add_shared(dataset, headers[0], grid, frames, context.mint())
    groups = per_frame(headers, grid, frames)
    return b"".join((_file(dataset), groups, elements.header(0x7FE00010, "OB", len(pixels)), pixels))


def renumbered(array: Array, segments: Sequence[Segment]) -> tuple[Array, tuple[Segment, ...]]:
    """Return array and segments with the numbers 1, 2, 3 … in the given order of numbers, as SEG demands them."""
    wanted, renamed = _renamed(segments)
    return (array if _is_same(wanted) else _table(wanted)[array]), renamed


def _renamed(segments: Sequence[Segment]) -> tuple[dict[int, int], tuple[Segment, ...]]:
    """Return the number that each number becomes, and the segments with these."""
    ordered = sorted(segments, key=lambda segment: segment.number)
    wanted = {segment.number: number for number, segment in enumerate(ordered, start=1)}
    return wanted, tuple(replace(segment, number=wanted[segment.number]) for segment in ordered)


def _is_same(wanted: Mapping[int, int]) -> bool:
    return all(old == new for old, new in wanted.items())


def _table(wanted: Mapping[int, int]) -> Array:
    table = np.zeros(256, np.uint8)
    for old, new in wanted.items():
        table[old] = new
    return table


def _check_numbers(numbers: Set[int], segments: Sequence[Segment]) -> None:
    if not numbers:
        raise LabelmapError("The mask is empty; paint at least one voxel before saving it.")
    undeclared = sorted(numbers - {segment.number for segment in segments})
    if undeclared:
        named = ", ".join(map(str, undeclared))
        raise LabelmapError(f"The voxels use segment {named}, which is not described; describe it, or clear them.")


#: What is the same in every SEG that we write.
FIXED: dict[str, object] = {
    "SpecificCharacterSet": "ISO_IR 192",
    "Modality": "SEG",
    "Manufacturer": "HepatIA",
    "ManufacturerModelName": "HepatIA for Orthanc",
    "DeviceSerialNumber": "1",
    "SoftwareVersions": f"pydicom {metadata.version('pydicom')}",
    "InstanceNumber": 1,
    "ContentLabel": "SEGMENTATION",
    "ImageType": ["DERIVED", "PRIMARY"],
    "SegmentsOverlap": "NO",
    "LossyImageCompression": "00",
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "PixelRepresentation": 0,
}

#: What tells the types of SEG apart.
BY_TYPE: dict[SegmentationType, dict[str, object]] = {
    "BINARY": {"SOPClassUID": SegmentationStorage, "BitsAllocated": 1, "BitsStored": 1, "HighBit": 0},
    "LABELMAP": {
        "SOPClassUID": LABEL_MAP_SEGMENTATION_STORAGE,
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelPaddingValue": 0,
        "PresentationLUTShape": "IDENTITY",
    },
}


def _document(headers: Sequence[Dataset], grid: Grid, context: EncodeContext) -> Dataset:
    dataset = Dataset()
    of_type = BY_TYPE[context.type] | {"SegmentationType": context.type}
    for keyword, value in (dict.fromkeys(AT_LEAST_EMPTY) | FIXED | of_type | _series(grid, context)).items():
        setattr(dataset, keyword, value)
    source = headers[0]
    for keyword in INHERITED:
        if keyword in source and source[keyword].value not in (None, ""):
            value = source[keyword].value
            # A name remembers the character set of its own file: only its text goes into this one.
            setattr(dataset, keyword, str(value) if source[keyword].VR == "PN" else value)
    return dataset


def _series(grid: Grid, context: EncodeContext) -> dict[str, object]:
    date, time = context.created.strftime("%Y%m%d"), context.created.strftime("%H%M%S.%f")
    dates = dict.fromkeys(("InstanceCreationDate", "SeriesDate", "ContentDate"), date)
    times = dict.fromkeys(("InstanceCreationTime", "SeriesTime", "ContentTime"), time)
    return {
        **dates,
        **times,
        "SOPInstanceUID": context.sop_instance_uid,
        "SeriesInstanceUID": context.series_instance_uid,
        "SeriesNumber": context.series_number,
        "SeriesDescription": context.series_description,
        "ContentDescription": context.series_description,
        "ContentCreatorName": context.creator_name,
        "FrameOfReferenceUID": grid.frame_of_reference_uid or context.mint(),
        "Rows": grid.rows,
        "Columns": grid.columns,
    }


def _packed(frames: Iterable[NDArray[np.bool_]], size: int) -> bytes:
    """Return frames of so many voxels as bits without gaps, the first voxel in the lowest bit (PS3.5 section 8.1.1)."""
    if size % 8 == 0:
        packed = b"".join(np.packbits(frame, bitorder="little").tobytes() for frame in frames)
    else:
        packed = np.packbits(np.concatenate([frame.reshape(-1) for frame in frames]), bitorder="little").tobytes()
    return packed + bytes(len(packed) % 2)


def _mapped(slices: Iterable[Array], wanted: Mapping[int, int]) -> bytes:
    """Return slices as bytes, each voxel the number that its own one becomes."""
    table = _table(wanted)
    mapped = b"".join((plane if _is_same(wanted) else table[plane]).tobytes() for plane in slices)
    return mapped + bytes(len(mapped) % 2)


def _file(dataset: Dataset) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    stream = io.BytesIO()
    FileDataset(stream, dataset, file_meta=meta, preamble=bytes(128)).save_as(stream, enforce_file_format=True)
    return stream.getvalue()
