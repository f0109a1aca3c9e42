"""Content items of an SR as small values (PS3.3 section C.17.3), whatever they were read from."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sr_templates.codes import Code

#: No template nests so deep; only a hostile file does.
DEEPEST = 64

#: Attributes of the document that a report is read from, by tag; all are single texts, the last one within a sequence.
ATTRIBUTES: Mapping[int, tuple[str, str]] = {
    0x00080016: ("UI", "SOPClassUID"),
    0x00080018: ("UI", "SOPInstanceUID"),
    0x00080020: ("DA", "StudyDate"),
    0x00080023: ("DA", "ContentDate"),
    0x00080033: ("TM", "ContentTime"),
    0x00080060: ("CS", "Modality"),
    0x00100020: ("LO", "PatientID"),
    0x00100040: ("CS", "PatientSex"),
    0x00101010: ("AS", "PatientAge"),
    0x0020000D: ("UI", "StudyInstanceUID"),
    0x0020000E: ("UI", "SeriesInstanceUID"),
    0x0040A491: ("CS", "CompletionFlag"),
    0x0040A493: ("CS", "VerificationFlag"),
    0x0040A073: ("verifier", "VerifyingObserverName"),
}

#: Of an item of Verifying Observer Sequence.
VERIFIER: Mapping[int, tuple[str, str]] = {0x0040A075: ("PN", "name")}

#: SOP classes of segmentations: Segmentation Storage and Label Map Segmentation Storage.
SEGMENTATIONS: Final = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")

#: Value and unit of a NUM that has neither.
NO_VALUE: Final = (None, None)


@dataclass(frozen=True, slots=True)
class Reference:
    """An instance that is referred to, and the frames or segments of it that are meant (PS3.3 section 10.3)."""

    sop_class_uid: str
    sop_instance_uid: str
    frames: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Coordinates:
    """The value of an SCOORD, SCOORD3D or TCOORD (PS3.3 sections C.18.6, C.18.9 and C.18.7).

    Attributes
    ----------
    shape : str
        Graphic Type or Temporal Range Type.
    points : tuple of float
        Graphic Data, or the referenced positions, offsets or times as they stand.
    frame_of_reference_uid : str
        Of an SCOORD3D.
    """

    shape: str
    points: tuple[float | str, ...]
    frame_of_reference_uid: str = ""


@dataclass(frozen=True, slots=True)
class ContentItem:
    """One content item with all that is below it.

    Attributes
    ----------
    relationship : str
        To its parent; empty for the root.
    value : Code, str, float or None
        Of CODE, of the types that are texts, and of NUM; a NUM without value has None.
    unit, qualifier : Code, optional
        Of NUM: Measurement Units, and Numeric Value Qualifier, which says why there is no value.
    references : tuple of Reference
        Of IMAGE, COMPOSITE and WAVEFORM.
    template : str
        Template Identifier of a CONTAINER.
    target : tuple of int
        Referenced Content Item Identifier, when the item is told by reference.
    """

    value_type: str
    relationship: str
    concept: Code | None
    value: Code | str | float | None = None
    unit: Code | None = None
    qualifier: Code | None = None
    references: tuple[Reference, ...] = ()
    coordinates: Coordinates | None = None
    template: str = ""
    target: tuple[int, ...] = ()
    children: tuple["ContentItem", ...] = ()

    def named(self, concept: Code) -> Iterator["ContentItem"]:
        """Yield the children with a concept name."""
        key = concept.key
        return (child for child in self.children if child.concept is not None and child.concept.key == key)

    def first(self, concept: Code) -> "ContentItem | None":
        """Return the first child with a concept name."""
        return next(self.named(concept), None)


@dataclass(frozen=True, slots=True)
class Document:
    """What is read of an SR document.

    Attributes
    ----------
    attributes : mapping of str to str
        Keywords of `ATTRIBUTES` that are there.
    predecessors : tuple of str
        SOP Instance UIDs of Predecessor Documents Sequence.
    segmentations : tuple of str
        SOP Instance UIDs of the segmentations among the evidence.
    """

    attributes: Mapping[str, str]
    root: ContentItem
    predecessors: tuple[str, ...] = ()
    segmentations: tuple[str, ...] = ()


def walk(root: ContentItem) -> Iterator[ContentItem]:
    """Yield every item of a tree in document order, the root first."""
    stack = [root]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(reversed(item.children))


#: Attributes of a content item that are read: tag → how, and the field that it fills.
CONTENT: Mapping[int, tuple[str, str]] = {
    0x00081199: ("references", "references"),
    0x0040A010: ("CS", "relationship"),
    0x0040A040: ("CS", "value_type"),
    0x0040A043: ("code", "concept"),
    0x0040A120: ("DT", "DATETIME"),
    0x0040A121: ("DA", "DATE"),
    0x0040A122: ("TM", "TIME"),
    0x0040A123: ("PN", "PNAME"),
    0x0040A124: ("UI", "UIDREF"),
    0x0040A130: ("CS", "range"),
    0x0040A132: ("UL", "positions"),
    0x0040A138: ("DS", "offsets"),
    0x0040A13A: ("DT", "moments"),
    0x0040A160: ("UT", "TEXT"),
    0x0040A168: ("code", "CODE"),
    0x0040A300: ("measured", "measured"),
    0x0040A301: ("code", "qualifier"),
    0x0040A504: ("template", "template"),
    0x0040A730: ("children", "children"),
    0x0040DB73: ("UL", "target"),
    0x00700022: ("FL", "points"),
    0x00700023: ("CS", "shape"),
    0x30060024: ("UI", "frame_of_reference"),
}
#: Of an item of Measured Value Sequence.
MEASURED: Mapping[int, tuple[str, str]] = {
    0x004008EA: ("code", "unit"),
    0x0040A161: ("FD", "exact"),
    0x0040A30A: ("DS", "shown"),
}
#: Of an item of Referenced SOP Sequence.
REFERENCE: Mapping[int, tuple[str, str]] = {
    0x00081150: ("UI", "sop_class_uid"),
    0x00081155: ("UI", "sop_instance_uid"),
    0x00081160: ("IS", "frames"),
    0x0062000B: ("US", "segments"),
}
#: Of a code sequence item (PS3.3 table 8.8-1).
CODE: Mapping[int, tuple[str, str]] = {
    0x00080100: ("SH", "value"),
    0x00080102: ("SH", "scheme"),
    0x00080104: ("LO", "meaning"),
    0x00080119: ("UC", "long_value"),
    0x00080120: ("UR", "urn"),
}
#: Of an item of Content Template Sequence, and of the studies of Predecessor Documents Sequence.
TEMPLATE: Mapping[int, tuple[str, str]] = {0x0040DB00: ("CS", "template")}
STUDY: Mapping[int, tuple[str, str]] = {0x00081115: ("series", "series")}


def content_item(fields: Mapping[str, Any]) -> ContentItem:
    """Return the content item of the fields that were found."""
    value_type = fields.get("value_type", "")
    value, unit = fields.get("measured", NO_VALUE) if value_type == "NUM" else (fields.get(value_type), None)
    return ContentItem(
        value_type,
        fields.get("relationship", ""),
        fields.get("concept"),
        value,
        unit,
        fields.get("qualifier"),
        fields.get("references", ()),
        coordinates(fields) if value_type in ("SCOORD", "SCOORD3D", "TCOORD") else None,
        fields.get("template", ""),
        fields.get("target", ()),
        fields.get("children", ()),
    )


def coordinates(fields: Mapping[str, Any]) -> Coordinates:
    """Return the coordinates of the fields that were found."""
    points = next((fields[name] for name in ("points", "positions", "offsets", "moments") if name in fields), ())
    return Coordinates(fields.get("shape") or fields.get("range", ""), points, fields.get("frame_of_reference", ""))


def measured(fields: Mapping[str, Any]) -> tuple[float | None, Code | None]:
    """Return value and unit of the fields of a measured value; Floating Point Value is the exact one."""
    given = (fields[name][0] for name in ("exact", "shown") if name in fields)
    return next((value for value in given if not isinstance(value, str)), None), fields.get("unit")


def finite(numbers: Iterable[float]) -> tuple[float | str, ...]:
    """Return numbers; what is none (infinite, or not a number) as text, which JSON can hold."""
    return tuple(number if math.isfinite(number) else str(number) for number in numbers)


def reference(fields: Mapping[str, Any]) -> Reference:
    """Return the reference of the fields that were found."""
    return Reference(
        fields.get("sop_class_uid", ""),
        fields.get("sop_instance_uid", ""),
        fields.get("frames", ()),
        fields.get("segments", ()),
    )


def code(fields: Mapping[str, Any]) -> Code | None:
    """Return the code, whichever of the three value attributes it uses."""
    value = fields.get("value") or fields.get("long_value") or fields.get("urn")
    return Code(fields.get("scheme", ""), value, fields.get("meaning", "")) if value else None
