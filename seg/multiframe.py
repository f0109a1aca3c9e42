"""Frames of an Enhanced or Legacy Converted Enhanced CT as headers of single slices (PS3.3 C.7.6.16)."""

from collections.abc import Sequence

from pydicom import Dataset

#: Of the whole image.
COMMON = (
    *("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID", "Modality"),
    *("InstanceNumber", "Rows", "Columns"),
)

#: Of each frame: functional group → attribute there, and its name in a single-frame image.
OF_FRAME = {
    "PlanePositionSequence": {"ImagePositionPatient": "ImagePositionPatient"},
    "PlaneOrientationSequence": {"ImageOrientationPatient": "ImageOrientationPatient"},
    "PixelMeasuresSequence": {
        "PixelSpacing": "PixelSpacing",
        "SpacingBetweenSlices": "SpacingBetweenSlices",
        "SliceThickness": "SliceThickness",
    },
    "PixelValueTransformationSequence": {
        "RescaleSlope": "RescaleSlope",
        "RescaleIntercept": "RescaleIntercept",
    },
    "CTImageFrameTypeSequence": {"FrameType": "ImageType"},
}


def is_multiframe(header: Dataset) -> bool:
    """Whether an image says of each of its frames where it is."""
    return bool(header.get("PerFrameFunctionalGroupsSequence"))


def frames(header: Dataset) -> list[Dataset]:
    """Return one header for each frame, with its number as Referenced Frame Number; of a single-frame image, itself."""
    if not is_multiframe(header):
        return [header]
    shared = (header.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    per_frame: Sequence[Dataset] = header.PerFrameFunctionalGroupsSequence
    return [_frame(header, item, shared, number) for number, item in enumerate(per_frame, start=1)]


def number(header: Dataset) -> int:
    """Return the number of the frame that a header of `frames` is of, counted from 1; 0 of a single-frame image."""
    return int(header.get("ReferencedFrameNumber") or 0)


def _frame(header: Dataset, item: Dataset, shared: Dataset, place: int) -> Dataset:
    frame = Dataset()
    for keyword in COMMON:
        if keyword in header:
            setattr(frame, keyword, header[keyword].value)
    for group, attributes in OF_FRAME.items():
        source = (item.get(group) or shared.get(group) or [Dataset()])[0]
        for keyword, name in attributes.items():
            if keyword in source:
                setattr(frame, name, source[keyword].value)
    frame.ReferencedFrameNumber = place
    return frame
