"""DICOM-SEG of any writer: what its segments are, and their masks on a grid (PS3.3 A.51, A.51a)."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.sr.coding import Code
from pydicom.uid import SegmentationStorage

from seg.errors import LabelmapError, NotASegmentation, OverlapError
from seg.frames import Frame, Plane, frames_of, place_on, planes
from seg.labelmap import Algorithm, AlgorithmType, Kind
from seg.properties import kind_of
from seg.volume import Grid

#: Not in every pydicom's dictionary of UIDs.
LABEL_MAP_SEGMENTATION_STORAGE = "1.2.840.10008.5.1.4.1.1.66.7"

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
        for frame, place, plane in self._placed(grid):
            if frame.segment_number is not None:
                if frame.segment_number in masks:
                    masks[frame.segment_number][place] |= plane != 0
                continue
            for number in np.unique(plane).tolist():
                if number in masks:
                    masks[number][place] |= plane == number
        return masks

    def _placed(self, grid: Grid) -> Iterator[tuple[Frame, int, Plane]]:
        frames = frames_of(self.dataset)
        places = place_on(self.dataset, frames, grid)
        return zip(frames, places, planes(self.dataset, len(frames)), strict=True)


def decode(data: bytes | Dataset) -> Segmentation:
    """Read a DICOM-SEG; pixels are not decoded yet, and may be missing.

    Raises
    ------
    NotASegmentation
        Not DICOM, not a SEG, or without what every SEG has.
    """
    dataset = data if isinstance(data, Dataset) else _read(data)
    if dataset.get("SOPClassUID") not in (SegmentationStorage, LABEL_MAP_SEGMENTATION_STORAGE):
        raise NotASegmentation("The object is not a DICOM Segmentation; give the SOP Instance UID of one.")
    if not dataset.get("SegmentSequence"):
        raise NotASegmentation("The Segmentation describes no segment; it cannot be read.")
    try:
        segments = tuple(_segments(dataset))
    except (AttributeError, TypeError, ValueError):
        raise NotASegmentation("A segment of the Segmentation has no valid number; it cannot be read.") from None
    return Segmentation(
        sop_instance_uid=str(dataset.get("SOPInstanceUID") or ""),
        series_instance_uid=str(dataset.get("SeriesInstanceUID") or ""),
        study_instance_uid=str(dataset.get("StudyInstanceUID") or ""),
        patient_id=str(dataset.get("PatientID") or ""),
        source_series_instance_uid=_source_series(dataset),
        frame_of_reference_uid=str(dataset.get("FrameOfReferenceUID") or ""),
        segments=segments,
        created=_created(dataset),
        author=str(dataset.get("ContentCreatorName") or ""),
        description=str(dataset.get("SeriesDescription") or dataset.get("ContentDescription") or ""),
        algorithm=_algorithm(dataset),
        dataset=dataset,
    )


def weights(segmentation: Segmentation, grid: Grid) -> NDArray[np.uint8]:
    """Return 0 rest, 1 liver, 2 nodule on the grid, (slices, rows, columns); where both are, the nodule wins."""
    masks = segmentation.masks_on(grid)
    result = np.zeros(grid.shape, np.uint8)
    for segment in segmentation.segments:
        if WEIGHTS[segment.kind]:
            np.maximum(result, masks[segment.number] * np.uint8(WEIGHTS[segment.kind]), out=result)
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
    for number, mask in segmentation.masks_on(grid).items():
        if number > 255:
            raise LabelmapError(f"Segment {number} has no place in a map of bytes; export that segment alone.")
        claimed = result[mask]
        if claimed.any():
            other = int(claimed[claimed > 0][0])
            count = int(np.count_nonzero(claimed))
            message = f"Segments {other} and {number} overlap: {count} voxels of segment {number} belong to another too"
            raise OverlapError(f"{message}; export single segments, or the weights.")
        result[mask] = number
    return result


def _read(data: bytes) -> Dataset:
    try:
        return pydicom.dcmread(io.BytesIO(data))
    except (InvalidDicomError, EOFError, ValueError, KeyError, NotImplementedError, AttributeError, struct.error):
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
