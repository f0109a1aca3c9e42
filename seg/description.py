"""What a DICOM-SEG says of its segments and of how it came about (PS3.3 C.8.20.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydicom import Dataset
from pydicom.sr.coding import Code
from pydicom.uid import SegmentationStorage

from seg.labelmap import Algorithm, AlgorithmType, Kind
from seg.properties import kind_of

#: Not in every pydicom's dictionary of UIDs.
LABEL_MAP_SEGMENTATION_STORAGE = "1.2.840.10008.5.1.4.1.1.66.7"

SEGMENTATIONS = frozenset({str(SegmentationStorage), LABEL_MAP_SEGMENTATION_STORAGE})

#: Purpose of a reference to the version that a segmentation supersedes (CID 7201).
PREDECESSOR = Code("121348", "DCM", "Temporal Predecessor")

#: Our private block in an item of Segmentation Algorithm Identification Sequence, and the element in it.
PRIVATE_GROUP, PRIVATE_CREATOR = 0x0071, "HEPATIA"
UNCERTAINTY = 0x01

TYPES: dict[str, AlgorithmType] = {"SEMIAUTOMATIC": "SEMIAUTOMATIC", "AUTOMATIC": "AUTOMATIC"}


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
    algorithm: Algorithm | None = None


def segments(dataset: Dataset) -> Iterator[SegmentDescription]:
    """Yield the segments of a SEG, without the background that some writers of label maps describe."""
    for item in dataset.SegmentSequence:
        number = int(item.SegmentNumber)
        if number == 0:
            continue
        category = code(item, "SegmentedPropertyCategoryCodeSequence")
        type_ = code(item, "SegmentedPropertyTypeCodeSequence")
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
            algorithm=_algorithm(item),
        )


def source_series(dataset: Dataset) -> str | None:
    """Return the Series Instance UID of the images; a SEG may refer to earlier versions of itself as well."""
    item = _source(dataset)
    return str(item.SeriesInstanceUID) if item else None


def source_instances(dataset: Dataset) -> frozenset[str]:
    """Return the SOP Instance UIDs of the images of the source series that a SEG names."""
    references = (_source(dataset) or Dataset()).get("ReferencedInstanceSequence") or ()
    return frozenset(str(one.ReferencedSOPInstanceUID) for one in references if one.get("ReferencedSOPInstanceUID"))


def replaces(dataset: Dataset) -> tuple[str, ...]:
    """Return the SOP Instance UIDs of the segmentations that a SEG supersedes (PS3.3 C.12.4)."""
    references = [*(dataset.get("ReferencedImageSequence") or ()), *(dataset.get("ReferencedInstanceSequence") or ())]
    found = (
        str(one.ReferencedSOPInstanceUID)
        for one in references
        if one.get("ReferencedSOPInstanceUID") and code(one, "PurposeOfReferenceCodeSequence") == PREDECESSOR
    )
    return tuple(dict.fromkeys(found))


def created(dataset: Dataset) -> datetime | None:
    """Return when the content was made."""
    for date, time in (("ContentDate", "ContentTime"), ("InstanceCreationDate", "InstanceCreationTime")):
        text = str(dataset.get(date) or "") + str(dataset.get(time) or "").split(".")[0].ljust(6, "0")
        try:
            return datetime.strptime(text, "%Y%m%d%H%M%S")
        except ValueError:
            continue
    return None


def _source(dataset: Dataset) -> Dataset | None:
    named = [item for item in dataset.get("ReferencedSeriesSequence") or () if item.get("SeriesInstanceUID")]
    # Of a single one the hundreds of references are not looked at.
    return max(named, key=_images) if len(named) > 1 else next(iter(named), None)


def _images(series: Dataset) -> int:
    references = series.get("ReferencedInstanceSequence") or ()
    return sum(str(one.get("ReferencedSOPClassUID") or "") not in SEGMENTATIONS for one in references)


def code(item: Dataset, keyword: str) -> Code | None:
    """Return the code of a code sequence (PS3.3 table 8.8-1)."""
    sequence = item.get(keyword)
    if not sequence:
        return None
    item = sequence[0]
    value = item.get("CodeValue") or item.get("LongCodeValue") or item.get("URNCodeValue")
    if not value:
        return None
    return Code(str(value), str(item.get("CodingSchemeDesignator") or ""), str(item.get("CodeMeaning") or ""))


def _algorithm(segment: Dataset) -> Algorithm | None:
    kind = TYPES.get(str(segment.get("SegmentAlgorithmType") or ""))
    if kind is None:
        return None
    described = (segment.get("SegmentationAlgorithmIdentificationSequence") or [Dataset()])[0]
    name = described.get("AlgorithmName") or segment.get("SegmentAlgorithmName") or "unknown"
    return Algorithm(str(name), str(described.get("AlgorithmVersion") or ""), kind, _uncertainty(described))


def _uncertainty(described: Dataset) -> float | None:
    try:
        return float(described.private_block(PRIVATE_GROUP, PRIVATE_CREATOR)[UNCERTAINTY].value)
    except (KeyError, TypeError, ValueError):
        return None
