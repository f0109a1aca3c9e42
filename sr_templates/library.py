"""The image library of a report: one group for each series, with what its images have in common (TID 1600 to 1602)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from pydicom import Dataset

from sr_templates import content
from sr_templates.codes import Code
from sr_templates.items import ContentItem, Reference

PIXELS = Code("UCUM", "{pixels}", "Pixels")

#: Contrast phase as the phase detection names it → its code.
PHASES: Mapping[str, Code] = {
    "non_contrast": Code("RADLEX", "RID11086", "Unenhanced phase"),
    "arterial": Code("99HEPATIA", "PHASE_ARTERIAL", "Arterial phase"),
    "portal_venous": Code("99HEPATIA", "PHASE_PORTAL", "Portal venous phase"),
    "equilibrium": Code("RADLEX", "RID11081", "Delayed phase"),
}
#: What a reader says of a series that shows none of these.
NO_PHASE = Code("SCT", "74964007", "Other")
#: Modality → code of PS3.16 CID 29.
MODALITIES: Mapping[str, Code] = {
    "CT": Code("DCM", "CT", "Computed Tomography"),
    "MR": Code("DCM", "MR", "Magnetic Resonance"),
    "PT": Code("DCM", "PT", "Positron emission tomography"),
    "US": Code("DCM", "US", "Ultrasound"),
}
#: Image Laterality → code of PS3.16 CID 244.
LATERALITIES: Mapping[str, Code] = {
    "R": Code("SCT", "24028007", "Right"),
    "L": Code("SCT", "7771000", "Left"),
    "B": Code("SCT", "51440002", "Right and left"),
}

MODALITY = Code("DCM", "121139", "Modality")
LATERALITY = Code("DCM", "111027", "Image Laterality")
PHASE = Code("DCM", "109058", "Contrast Phase")
SERIES = Code("DCM", "112002", "Series Instance UID")
#: Measurement Method of a phase that the reader entered; detected ones have none.
BY_READER = Code("DCM", "113857", "Manual Entry")
#: Value type, concept, and the attribute that gives the value.
MOMENTS = (
    ("DATE", Code("DCM", "126201", "Acquisition Date"), "AcquisitionDate"),
    ("TIME", Code("DCM", "126202", "Acquisition Time"), "AcquisitionTime"),
)
FRAME = Code("DCM", "112227", "Frame of Reference UID")
NUMBERS = (
    (Code("DCM", "110910", "Pixel Data Rows"), "Rows"),
    (Code("DCM", "110911", "Pixel Data Columns"), "Columns"),
)


def library(
    sources: Sequence[Dataset], phases: Mapping[str, str], corrections: Mapping[str, str] | None = None
) -> ContentItem:
    """Return the image library of the instances that were read.

    Parameters
    ----------
    sources
        Headers; the first of each series is whole, the others have their UIDs.
    phases
        Series Instance UID → a key of `PHASES`; series of no phase, or of another, have none.
    corrections
        The same, of the series whose phase the reader corrected; "other" as well.
    """
    corrected = corrections or {}
    ordered = sorted(sources, key=lambda header: str(header.SeriesInstanceUID))
    groups = [
        _group(list(headers), _phase(phases.get(uid, ""), corrected.get(uid)))
        for uid, headers in groupby(ordered, key=lambda header: str(header.SeriesInstanceUID))
    ]
    return content.container(content.LIBRARY, groups, "1600")


def corrections(root: ContentItem) -> dict[str, str]:
    """Return Series Instance UID → phase of the series whose phase the reader of a report corrected."""
    found = (_corrected(group) for one in root.named(content.LIBRARY) for group in one.named(content.LIBRARY_GROUP))
    return {uid: phase for uid, phase in found if phase}


def _corrected(group: ContentItem) -> tuple[str, str | None]:
    series, phase = group.first(SERIES), group.first(PHASE)
    method = phase.first(content.METHOD) if phase else None
    if not (series and phase and method and isinstance(method.value, Code) and method.value.key == BY_READER.key):
        return "", None
    names = {code.key: name for name, code in PHASES.items()} | {NO_PHASE.key: "other"}
    return str(series.value or ""), names.get(phase.value.key) if isinstance(phase.value, Code) else None


def _phase(detected: str, corrected: str | None) -> ContentItem | None:
    code = PHASES.get(corrected or detected, NO_PHASE if corrected else None)
    by = [content.code(content.METHOD, BY_READER, content.MODIFIER)] if corrected else []
    return content.code(PHASE, code, content.ACQUISITION, by) if code else None


def _group(headers: Sequence[Dataset], phase: ContentItem | None) -> ContentItem:
    entries = [content.image(Reference(str(one.SOPClassUID), str(one.SOPInstanceUID))) for one in headers]
    return content.container(content.LIBRARY_GROUP, [*_descriptors(headers[0], phase), *entries])


def _descriptors(header: Dataset, phase: ContentItem | None) -> Iterator[ContentItem]:
    """Yield what the images of a series have in common (TID 1602), in the order of its rows."""
    for concept, code in (
        (MODALITY, MODALITIES.get(str(header.get("Modality", "")))),
        (LATERALITY, LATERALITIES.get(str(header.get("ImageLaterality") or header.get("Laterality") or ""))),
    ):
        if code:
            yield content.code(concept, code, content.ACQUISITION)
    for value_type, concept, keyword in MOMENTS:
        if value := header.get(keyword):
            yield content.moment(value_type, concept, str(value), content.ACQUISITION)
    if frame := header.get("FrameOfReferenceUID"):
        yield content.uid(FRAME, str(frame), content.ACQUISITION)
    for concept, keyword in NUMBERS:
        if (value := header.get(keyword)) is not None:
            yield content.number(concept, int(value), PIXELS, content.ACQUISITION)
    # TID 1602 may be extended.
    yield content.uid(SERIES, str(header.SeriesInstanceUID), content.ACQUISITION)
    if phase:
        yield phase
