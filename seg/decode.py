"""DICOM-SEG of any writer: what its segments are, and their masks on a grid (PS3.3 A.51, A.51a)."""

import io
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.sr.coding import Code
from pydicom.uid import SegmentationStorage

from seg.errors import LabelmapError, NotASegmentation, OverlapError, SegError
from seg.frames import Frame, frames_of
from seg.labelmap import Algorithm, AlgorithmType, Kind, present
from seg.pixels import Plane, planes
from seg.placing import place_on
from seg.properties import kind_of
from seg.volume import Grid

#: Not in every pydicom's dictionary of UIDs.
LABEL_MAP_SEGMENTATION_STORAGE = "1.2.840.10008.5.1.4.1.1.66.7"

#: What pydicom and numpy raise when attributes are missing or hold nonsense.
DAMAGE = (
    *(AttributeError, TypeError, ValueError, LookupError, ArithmeticError, RuntimeError, EOFError, struct.error),
    *(BytesLengthException, UnicodeError),
)

#: The values of `weights`.
WEIGHTS: dict[Kind, int] = {"liver": 1, "nodule": 2, "other": 0}


@dataclass(frozen=True)
class SegmentDescription:
    """One segment as its writer described it, and the kind that its codes (or its label) make it."""

    number: int
    label: str
    kind: Kind
    tracking_uid: str | None
    tracking_id: str | None
    category: Code | None
    type: Code | None
    algorithm_type: str | None


@dataclass(frozen=True, eq=False)
class Segmentation:
    """A DICOM-SEG; `masks_on` places it on the grid of an image series."""

    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    patient_id: str
    source_series_instance_uid: str | None
    frame_of_reference_uid: str
    segments: tuple[SegmentDescription, ...]
    created: datetime | None
    author: str
    description: str
    algorithm: Algorithm | None
    dataset: Dataset = field(repr=False)

    def masks_on(self, grid: Grid) -> dict[int, NDArray[np.bool_]]:
        """Return each segment's mask on the grid, by segment number: (slices, rows, columns).

        Frames lie where the image lies that they were derived from, else at their own position; slices without a frame
        are empty. A FRACTIONAL voxel is in the mask from half of the Maximum Fractional Value on.

        Raises
        ------
        GeometryError
            A frame is not on the grid; the message says what differs.
        NotASegmentation
            The pixels are missing or cannot be decoded.
        """
        masks = {segment.number: np.zeros(grid.shape, np.bool_) for segment in self.segments}
        for number, place, plane in self.planes_on(grid):
            masks[number][place] |= plane
        return masks

    def planes_on(self, grid: Grid) -> Iterator[tuple[int, int, NDArray[np.bool_]]]:
        """Yield segment number, slice of the grid, and mask in it, (rows, columns), frame by frame.

        Raises
        ------
        GeometryError, NotASegmentation
            As `masks_on`.
        """
        numbers = {segment.number for segment in self.segments}
        with damage_refused():
            frames = frames_of(self.dataset)
            places = place_on(self.dataset, frames, grid)
            for frame, place, plane in zip(frames, places, planes(self.dataset, len(frames)), strict=True):
                for number in numbers & _numbers_in(frame, plane):
                    yield number, place, plane == number if frame.segment_number is None else plane != 0


def decode(data: bytes | Dataset) -> Segmentation:
    """Read a DICOM-SEG; pixels are not decoded yet, and may be missing.

    Raises
    ------
    NotASegmentation
        Not DICOM, not a SEG, or without what every SEG has.
    """
    with damage_refused():
        return _described(data if isinstance(data, Dataset) else _read(data))


def _described(dataset: Dataset) -> Segmentation:
    if dataset.get("SOPClassUID") not in (SegmentationStorage, LABEL_MAP_SEGMENTATION_STORAGE):
        raise NotASegmentation("The object is not a DICOM Segmentation; give the SOP Instance UID of one.")
    if not dataset.get("SegmentSequence"):
        raise NotASegmentation("The Segmentation describes no segment; it cannot be read.")
    return Segmentation(
        sop_instance_uid=str(dataset.get("SOPInstanceUID") or ""),
        series_instance_uid=str(dataset.get("SeriesInstanceUID") or ""),
        study_instance_uid=str(dataset.get("StudyInstanceUID") or ""),
        patient_id=str(dataset.get("PatientID") or ""),
        source_series_instance_uid=_source_series(dataset),
        frame_of_reference_uid=str(dataset.get("FrameOfReferenceUID") or ""),
        segments=tuple(_segments(dataset)),
        created=_created(dataset),
        author=str(dataset.get("ContentCreatorName") or ""),
        description=str(dataset.get("SeriesDescription") or dataset.get("ContentDescription") or ""),
        algorithm=_algorithm(dataset),
        dataset=dataset,
    )


def weights(segmentation: Segmentation, grid: Grid) -> NDArray[np.uint8]:
    """Return 0 rest, 1 liver, 2 nodule on the grid, (slices, rows, columns); where both are, the nodule wins."""
    weight = {segment.number: np.uint8(WEIGHTS[segment.kind]) for segment in segmentation.segments}
    result = np.zeros(grid.shape, np.uint8)
    for number, place, plane in segmentation.planes_on(grid):
        np.maximum(result[place], plane * weight[number], out=result[place])
    return result


def segment_numbers(segmentation: Segmentation, grid: Grid) -> NDArray[np.uint8]:
    """Return segment numbers on the grid, (slices, rows, columns), 0 outside.

    Raises
    ------
    OverlapError
        Two segments claim a voxel; the message gives both and the count.
    LabelmapError
        A segment number is above 255.
    """
    result = np.zeros(grid.shape, np.uint8)
    overlaps: Counter[tuple[int, int]] = Counter()
    for number, place, plane in segmentation.planes_on(grid):
        if number > 255:
            raise LabelmapError(f"Segment {number} has no place in a map of bytes; export that segment alone.")
        for other in present(result[place] * plane):
            overlaps[other, number] += int(np.count_nonzero((result[place] == other) & plane))
        result[place][plane] = number
    for (first, second), count in overlaps.most_common(1):
        message = f"Segments {first} and {second} overlap in {count} voxels, which a map of segment numbers cannot say"
        raise OverlapError(f"{message}; export single segments, or the weights.")
    return result


@contextmanager
def damage_refused() -> Iterator[None]:
    """Say of a damaged file that it is one; what pydicom raises of it may quote values and is not passed on."""
    try:
        yield
    except SegError:
        raise
    except DAMAGE:
        raise NotASegmentation("The Segmentation is damaged or incomplete; it cannot be read.") from None


def _numbers_in(frame: Frame, plane: Plane) -> set[int]:
    return set(np.unique(plane).tolist()) if frame.segment_number is None else {frame.segment_number}


def _read(data: bytes) -> Dataset:
    try:
        return pydicom.dcmread(io.BytesIO(data))
    except (InvalidDicomError, *DAMAGE):
        raise NotASegmentation("The bytes are no DICOM file.") from None


def _segments(dataset: Dataset) -> Iterator[SegmentDescription]:
    for item in dataset.SegmentSequence:
        number = int(item.SegmentNumber)
        category = _code(item, "SegmentedPropertyCategoryCodeSequence")
        type_ = _code(item, "SegmentedPropertyTypeCodeSequence")
        if number == 0:  # the background that some writers of label maps describe
            continue
        label = str(item.get("SegmentLabel") or item.get("SegmentDescription") or f"Segment {number}")
        yield SegmentDescription(
            number,
            label,
            kind_of(category, type_, label),
            tracking_uid=str(item.TrackingUID) if item.get("TrackingUID") else None,
            tracking_id=str(item.TrackingID) if item.get("TrackingID") else None,
            category=category,
            type=type_,
            algorithm_type=str(item.SegmentAlgorithmType) if item.get("SegmentAlgorithmType") else None,
        )


def _code(item: Dataset, keyword: str) -> Code | None:
    sequence = item.get(keyword)
    if not sequence:
        return None
    code = sequence[0]
    value = code.get("CodeValue") or code.get("LongCodeValue") or code.get("URNCodeValue")
    if not value:
        return None
    return Code(str(value), str(code.get("CodingSchemeDesignator") or ""), str(code.get("CodeMeaning") or ""))


def _source_series(dataset: Dataset) -> str | None:
    series = dataset.get("ReferencedSeriesSequence") or []
    named = [item for item in series if item.get("SeriesInstanceUID")]
    if not named:
        return None
    most = max(named, key=lambda item: len(item.get("ReferencedInstanceSequence") or ()))
    return str(most.SeriesInstanceUID)


def _created(dataset: Dataset) -> datetime | None:
    for date, time in (("ContentDate", "ContentTime"), ("InstanceCreationDate", "InstanceCreationTime")):
        text = str(dataset.get(date) or "") + str(dataset.get(time) or "").split(".")[0].ljust(6, "0")
        try:
            return datetime.strptime(text, "%Y%m%d%H%M%S")
        except ValueError:
            continue
    return None


def _algorithm(dataset: Dataset) -> Algorithm | None:
    types: dict[str, AlgorithmType] = {"SEMIAUTOMATIC": "SEMIAUTOMATIC", "AUTOMATIC": "AUTOMATIC"}
    for item in dataset.SegmentSequence:
        kind = types.get(str(item.get("SegmentAlgorithmType") or ""))
        if kind is None:
            continue
        described = (item.get("SegmentationAlgorithmIdentificationSequence") or [Dataset()])[0]
        name = described.get("AlgorithmName") or item.get("SegmentAlgorithmName") or "unknown"
        return Algorithm(str(name), str(described.get("AlgorithmVersion") or ""), kind)
    return None
