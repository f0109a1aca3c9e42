"""Content items → bytes in Explicit VR Little Endian and UTF-8 (PS3.5 section 7), as `walk` reads them."""

import struct
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from pydicom import Dataset
from pydicom.valuerep import format_number_as_ds

from sr_templates import elements
from sr_templates.codes import Code
from sr_templates.items import ContentItem, Coordinates, Reference

#: A decimal string has at most so many characters.
LONGEST_DECIMAL = 16

#: Value types that hold a text: tag and VR of it.
TEXTS = {
    "DATETIME": (0x0040A120, "DT"),
    "DATE": (0x0040A121, "DA"),
    "TIME": (0x0040A122, "TM"),
    "PNAME": (0x0040A123, "PN"),
    "UIDREF": (0x0040A124, "UI"),
    "TEXT": (0x0040A160, "UT"),
}


def content(items: Iterable[ContentItem]) -> bytes:
    """Return the value of a Content Sequence."""
    return b"".join(elements.item(_content_item(item)) for item in items)


def instances(headers: Iterable[Dataset]) -> bytes:
    """Return instances as studies → series → instances: the value of the evidence and of predecessor documents.

    Series stand in the order in which their first instance is given.
    """
    given, first = list(headers), dict[str, int]()
    for place, header in enumerate(given):
        first.setdefault(str(header.SeriesInstanceUID), place)
    ordered = sorted(given, key=lambda header: (header.StudyInstanceUID, first[str(header.SeriesInstanceUID)]))
    return b"".join(
        elements.item(_of_series(of_study) + elements.text(0x0020000D, "UI", study))
        for study, of_study in groupby(ordered, key=lambda header: str(header.StudyInstanceUID))
    )


def _of_series(headers: Iterable[Dataset]) -> bytes:
    return elements.sequence(0x00081115, b"".join(_series(uid, found) for uid, found in _by_series(headers)))


def _by_series(headers: Iterable[Dataset]) -> Iterable[tuple[str, Iterable[Dataset]]]:
    return groupby(headers, key=lambda header: str(header.SeriesInstanceUID))


def _series(series_instance_uid: str, headers: Iterable[Dataset]) -> bytes:
    references = [Reference(str(header.SOPClassUID), str(header.SOPInstanceUID)) for header in headers]
    return elements.item(_references(references) + elements.text(0x0020000E, "UI", series_instance_uid))


def _content_item(item: ContentItem) -> bytes:
    """Return the elements of one content item, in the order of their tags."""
    return b"".join(
        (
            _references(item.references) if item.references else b"",
            elements.text(0x0040A010, "CS", item.relationship),
            elements.text(0x0040A040, "CS", item.value_type),
            elements.code(0x0040A043, item.concept) if item.concept else b"",
            elements.text(0x0040A050, "CS", "SEPARATE") if item.value_type == "CONTAINER" else b"",
            _value(item),
            _template(item.template) if item.template else b"",
            elements.sequence(0x0040A730, content(item.children)) if item.children else b"",
            _coordinates(item.coordinates) if item.coordinates else b"",
        )
    )


def _value(item: ContentItem) -> bytes:
    if item.value_type in TEXTS:
        return elements.text(*TEXTS[item.value_type], str(item.value))
    if item.value_type == "CODE":
        assert isinstance(item.value, Code)
        return elements.code(0x0040A168, item.value)
    return _measured(item) if item.value_type == "NUM" else b""


def _measured(item: ContentItem) -> bytes:
    """Return the value of a NUM; one that a DS cannot hold exactly has its Floating Point Value beside it."""
    if item.value is None or item.unit is None:
        qualifier = elements.code(0x0040A301, item.qualifier) if item.qualifier else b""
        return elements.sequence(0x0040A300, b"") + qualifier
    text = str(item.value)
    shown = text if len(text) <= LONGEST_DECIMAL else format_number_as_ds(float(text))
    exact = (
        b"" if Decimal(shown) == Decimal(text) else elements.element(0x0040A161, "FD", struct.pack("<d", float(text)))
    )
    return elements.sequence(
        0x0040A300, elements.item(elements.code(0x004008EA, item.unit) + exact + elements.text(0x0040A30A, "DS", shown))
    )


def _coordinates(coordinates: Coordinates) -> bytes:
    """Return the value of an SCOORD or SCOORD3D."""
    points = struct.pack(f"<{len(coordinates.points)}f", *map(float, coordinates.points))
    frame = coordinates.frame_of_reference_uid
    return b"".join(
        (
            elements.element(0x00700022, "FL", points),
            elements.text(0x00700023, "CS", coordinates.shape),
            elements.text(0x30060024, "UI", frame) if frame else b"",
        )
    )


def _references(references: Iterable[Reference]) -> bytes:
    return elements.sequence(0x00081199, b"".join(elements.item(_reference(one)) for one in references))


def _reference(reference: Reference) -> bytes:
    frames, segments = "\\".join(map(str, reference.frames)), reference.segments
    return b"".join(
        (
            elements.text(0x00081150, "UI", reference.sop_class_uid),
            elements.text(0x00081155, "UI", reference.sop_instance_uid),
            elements.text(0x00081160, "IS", frames) if frames else b"",
            elements.element(0x0062000B, "US", struct.pack(f"<{len(segments)}H", *segments)) if segments else b"",
        )
    )


def _template(identifier: str) -> bytes:
    """Return a Content Template Sequence of PS3.16's resource."""
    return elements.sequence(
        0x0040A504, elements.item(elements.text(0x00080105, "CS", "DCMR") + elements.text(0x0040DB00, "CS", identifier))
    )
