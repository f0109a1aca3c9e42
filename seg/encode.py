"""A labelmap as DICOM-SEG, BINARY, everything at once (PS3.3 A.51).

Not written with highdicom, which makes UIDs of its own: here every UID is minted by the caller, so that
de-identification can tell our objects from others. What there is of each frame, groups and pixels, is written as bytes
behind the rest.
"""

import io
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import metadata

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.sr.coding import Code
from pydicom.uid import ExplicitVRLittleEndian, SegmentationStorage

from seg import derivation
from seg.derivation import Derivation
from seg.errors import GeometryError, LabelmapError
from seg.functional_groups import add_shared, classes_of, code_item, per_frame, reference
from seg.labelmap import Algorithm, Segment, present_by_slice
from seg.properties import WRITTEN
from seg.volume import Grid
from sr_templates import elements

Array = NDArray[np.uint8]

PREDECESSOR = Code("121348", "DCM", "Temporal Predecessor")
ARTIFICIAL_INTELLIGENCE = Code("123110", "DCM", "Artificial Intelligence")

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
    replaces
        SOP Instance UIDs of the segmentations that this one supersedes.
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
    replaces: tuple[str, ...] = ()
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
        None for a mask drawn by hand.

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
    frames = [(new, old, place) for old, new in wanted.items() for place, here in enumerate(numbers) if old in here]
    dataset = _document(headers, grid, context)
    _add_references(dataset, headers, grid, context)
    _add_segments(dataset, segments, algorithm, context)
    if context.derivation:
        derivation.add(dataset, context.derivation)
    add_shared(dataset, headers[0], grid, len(frames), context.mint())
    groups = per_frame(headers, grid, [(number, place) for number, _, place in frames])
    pixels = _packed((array[place] == old for _, old, place in frames), grid.rows * grid.columns)
    return b"".join((_file(dataset), groups, elements.header(0x7FE00010, "OB", len(pixels)), pixels))


def renumbered(array: Array, segments: Sequence[Segment]) -> tuple[Array, tuple[Segment, ...]]:
    """Return array and segments with the numbers 1, 2, 3 … in the given order of numbers, as SEG demands them."""
    wanted, renamed = _renamed(segments)
    if all(old == new for old, new in wanted.items()):
        return array, renamed
    table = np.zeros(256, np.uint8)
    for old, new in wanted.items():
        table[old] = new
    return table[array], renamed


def _renamed(segments: Sequence[Segment]) -> tuple[dict[int, int], tuple[Segment, ...]]:
    """Return the number that each number becomes, and the segments with these."""
    ordered = sorted(segments, key=lambda segment: segment.number)
    wanted = {segment.number: number for number, segment in enumerate(ordered, start=1)}
    return wanted, tuple(replace(segment, number=wanted[segment.number]) for segment in ordered)


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
    "SOPClassUID": SegmentationStorage,
    "Modality": "SEG",
    "Manufacturer": "HepatIA",
    "ManufacturerModelName": "HepatIA for Orthanc",
    "DeviceSerialNumber": "1",
    "SoftwareVersions": f"pydicom {metadata.version('pydicom')}",
    "InstanceNumber": 1,
    "ContentLabel": "SEGMENTATION",
    "ImageType": ["DERIVED", "PRIMARY"],
    "SegmentationType": "BINARY",
    "SegmentsOverlap": "NO",
    "LossyImageCompression": "00",
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsAllocated": 1,
    "BitsStored": 1,
    "HighBit": 0,
    "PixelRepresentation": 0,
}


def _document(headers: Sequence[Dataset], grid: Grid, context: EncodeContext) -> Dataset:
    dataset = Dataset()
    for keyword, value in (dict.fromkeys(AT_LEAST_EMPTY) | FIXED | _series(grid, context)).items():
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


def _add_references(dataset: Dataset, headers: Sequence[Dataset], grid: Grid, context: EncodeContext) -> None:
    classes = classes_of(headers)
    series = Dataset()
    series.SeriesInstanceUID = grid.series_instance_uid
    series.ReferencedInstanceSequence = [reference(classes, uid) for uid in grid.sop_instance_uids]
    dataset.ReferencedSeriesSequence = [series]
    if context.replaces:
        earlier = [reference({uid: SegmentationStorage}, uid) for uid in context.replaces]
        for item in earlier:
            item.PurposeOfReferenceCodeSequence = [code_item(PREDECESSOR)]
        dataset.ReferencedInstanceSequence = earlier


def _add_segments(
    dataset: Dataset, segments: Iterable[Segment], algorithm: Algorithm | None, context: EncodeContext
) -> None:
    items = []
    for segment in segments:
        properties = WRITTEN[segment.kind]
        item = Dataset()
        item.SegmentNumber = segment.number
        item.SegmentLabel = segment.label[:64]
        item.SegmentAlgorithmType = algorithm.type if algorithm else "MANUAL"
        if algorithm and algorithm.type != "MANUAL":
            item.SegmentAlgorithmName = algorithm.name
            item.SegmentationAlgorithmIdentificationSequence = [_algorithm(algorithm)]
        item.SegmentedPropertyCategoryCodeSequence = [code_item(properties.category)]
        item.SegmentedPropertyTypeCodeSequence = [code_item(properties.type)]
        if properties.region:
            item.AnatomicRegionSequence = [code_item(properties.region)]
        item.TrackingID = segment.tracking_id or segment.label
        item.TrackingUID = segment.tracking_uid or context.mint()
        item.RecommendedDisplayCIELabValue = list(properties.cielab)
        items.append(item)
    dataset.SegmentSequence = items


def _algorithm(algorithm: Algorithm) -> Dataset:
    item = Dataset()
    item.AlgorithmFamilyCodeSequence = [code_item(ARTIFICIAL_INTELLIGENCE)]
    item.AlgorithmName = algorithm.name
    item.AlgorithmVersion = algorithm.version
    return item


def _packed(frames: Iterable[NDArray[np.bool_]], size: int) -> bytes:
    """Return frames of so many voxels as bits without gaps, the first voxel in the lowest bit (PS3.5 section 8.1.1)."""
    if size % 8 == 0:
        packed = b"".join(np.packbits(frame, bitorder="little").tobytes() for frame in frames)
    else:
        packed = np.packbits(np.concatenate([frame.reshape(-1) for frame in frames]), bitorder="little").tobytes()
    return packed + bytes(len(packed) % 2)


def _file(dataset: Dataset) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    stream = io.BytesIO()
    FileDataset(stream, dataset, file_meta=meta, preamble=bytes(128)).save_as(stream, enforce_file_format=True)
    return stream.getvalue()
