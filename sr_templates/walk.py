"""Bytes of an SR in Explicit VR Little Endian → content items, looking at headers and at wanted values only.

Whatever is not plainly understood raises `NotUnderstood`; pydicom then reads the document (`parsed`), and says the same
of everything that both understand.
"""

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from sr_templates import items
from sr_templates.codes import Code
from sr_templates.items import ContentItem, Document, Reference
from sr_templates.structure import NotUnderstood, Place, Structure, data_set

ENCODINGS: Final[Mapping[str, str]] = {"": "ascii", "ISO_IR 6": "ascii", "ISO_IR 100": "latin-1", "ISO_IR 192": "utf-8"}
DECIMAL: Final = re.compile(rb" *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *")
CHARACTER_SET: Final = b"\x08\0\x05\0"
WHOLE: Final = re.compile(rb" *[+-]?\d{1,12} *")

#: Key of an element (tag and VR) → field and what reads it; None for a wanted tag of another VR.
Readers = dict[bytes, tuple[str, Callable[["Walk", int, int, int], Any]] | None]


def document(data: bytes) -> Document:
    """Return the SR document of a DICOM file.

    Raises
    ------
    NotUnderstood
        It is in another encoding, or odd, or damaged.
    """
    walk = Walk(data)
    top = {key: (begin, end) for key, begin, end in walk.elements(data_set(data), len(data), 0)}
    walk.encoding = _encoding(data, top.get(CHARACTER_SET + b"CS"))
    content = walk.fields(((key, *place) for key, place in top.items()), ROOT, 0)
    attributes = walk.fields(((key, *place) for key, place in top.items()), ATTRIBUTES, 0)
    return Document(
        attributes,
        items.content_item(content),
        tuple(one.sop_instance_uid for one in walk.instances(top.get(b"\x40\0\x60\xa3SQ"))),
        tuple(walk.segmentations(top.get(b"\x40\0\x75\xa3SQ"))),
    )


def _encoding(data: bytes, place: tuple[int, int] | None) -> str:
    """Return Python's name of the document's character set; only of the usual single ones."""
    name = data[slice(*place)].rstrip(b" \0").decode("latin-1") if place else ""
    if name not in ENCODINGS:
        raise NotUnderstood
    return ENCODINGS[name]


class Walk(Structure):
    """Reads values out of one file.

    Parameters
    ----------
    encoding
        Python's name of the character set.
    """

    __slots__ = ("encoding",)

    def __init__(self, data: bytes, encoding: str = "ascii") -> None:
        super().__init__(data)
        self.encoding = encoding

    def fields(self, places: Iterable[Place], readers: Readers, depth: int) -> dict[str, Any]:
        """Return the fields that the elements at these places fill; empty ones fill none."""
        found: dict[str, Any] = {}
        for key, begin, end in places:
            reader = readers.get(key)
            if reader is None:
                if key[:4] in readers:
                    raise NotUnderstood
                continue
            name, read = reader
            if name in found:
                raise NotUnderstood
            if value := read(self, begin, end, depth):
                found[name] = value
        return found

    def inside(self, begin: int, end: int, readers: Readers, depth: int) -> dict[str, Any]:
        """Return the fields of an item."""
        return self.fields(self.elements(begin, end, depth), readers, depth)

    def first(self, begin: int, end: int, readers: Readers, depth: int) -> dict[str, Any]:
        """Return the fields of the first item of a sequence."""
        for start, stop in self.sequence(begin, end, depth):
            return self.inside(start, stop, readers, depth)
        return {}

    def children(self, begin: int, end: int, depth: int) -> tuple[ContentItem, ...]:
        """Return the content items of a Content Sequence."""
        inner = depth + 1
        return tuple(
            items.content_item(self.fields(self.elements(start, stop, inner), CONTENT, inner))
            for start, stop in self.sequence(begin, end, depth)
        )

    def code(self, begin: int, end: int, _depth: int) -> Code | None:
        """Return the code of a code sequence; the same bytes are looked at once."""
        return _code(self.data[begin:end], self.encoding)

    def measured(self, begin: int, end: int, depth: int) -> tuple[float | None, Code | None]:
        """Return value and unit of a Measured Value Sequence."""
        return items.measured(self.first(begin, end, MEASURED, depth))

    def references(self, begin: int, end: int, depth: int) -> tuple[Reference, ...]:
        """Return the references of a Referenced SOP Sequence."""
        return tuple(
            items.reference(self.inside(start, stop, REFERENCE, depth))
            for start, stop in self.sequence(begin, end, depth)
        )

    def template(self, begin: int, end: int, depth: int) -> str:
        """Return the Template Identifier of a Content Template Sequence."""
        return str(self.first(begin, end, TEMPLATE, depth).get("template", ""))

    def verifier(self, begin: int, end: int, depth: int) -> str:
        """Return the name in the first item of a Verifying Observer Sequence."""
        return str(self.first(begin, end, VERIFIER, depth).get("name", ""))

    def instances(self, place: tuple[int, int] | None) -> Iterator[Reference]:
        """Yield the instances of studies → series → instances, as in Predecessor Documents Sequence."""
        for study in self.sequence(*(place or (0, 0)), 0):
            for begin, end in self.inside(*study, STUDY, 0).get("series", ()):
                yield from self.inside(begin, end, CONTENT, 0).get("references", ())

    def series(self, begin: int, end: int, depth: int) -> tuple[tuple[int, int], ...]:
        """Return where the items of a Referenced Series Sequence are."""
        return tuple(self.sequence(begin, end, depth))

    def segmentations(self, place: tuple[int, int] | None) -> Iterator[str]:
        """Yield the segmentations among the evidence, which is long: a series of images is not looked into."""
        begin, end = place or (0, 0)
        if any(self.data.find(one.encode(), begin, end) >= 0 for one in items.SEGMENTATIONS):
            for one in self.instances(place):
                if one.sop_class_uid in items.SEGMENTATIONS:
                    yield one.sop_instance_uid


@lru_cache(maxsize=4096)
def _code(raw: bytes, encoding: str) -> Code | None:
    return items.code(Walk(raw, encoding).first(0, len(raw), CODE, 0))


def _ascii(walk: Walk, begin: int, end: int, _depth: int) -> str:
    raw = walk.data[begin:end].rstrip(b" \0")
    if b"\\" in raw or not raw.isascii():
        raise NotUnderstood
    return raw.decode("ascii")


def _decoded(forbidden: bytes) -> Callable[[Walk, int, int, int], str]:
    def read(walk: Walk, begin: int, end: int, _depth: int) -> str:
        raw = walk.data[begin:end].rstrip(b" \0")
        if any(one in raw for one in forbidden):
            raise NotUnderstood
        try:
            return raw.decode(walk.encoding)
        except UnicodeDecodeError:
            raise NotUnderstood from None

    return read


def _numbers(pattern: re.Pattern[bytes], number: Callable[[bytes], float]) -> Callable[[Walk, int, int, int], Any]:
    def read(walk: Walk, begin: int, end: int, _depth: int) -> tuple[float | str, ...]:
        raw = walk.data[begin:end].rstrip(b" \0")
        parts = raw.split(b"\\") if raw else []
        if not all(pattern.fullmatch(part) for part in parts):
            raise NotUnderstood
        return items.finite(number(part) for part in parts)

    return read


def _packed(form: str) -> Callable[[Walk, int, int, int], Any]:
    size = struct.calcsize(form)

    def read(walk: Walk, begin: int, end: int, _depth: int) -> tuple[Any, ...]:
        if (end - begin) % size:
            raise NotUnderstood
        return items.finite(struct.unpack(f"<{(end - begin) // size}{form}", walk.data[begin:end]))

    return read


#: Nothing in a text may have a meaning beyond itself: no second value, no other character set.
_ONE_TEXT, _LONG_TEXT, _NAME = _decoded(b"\\\x1b"), _decoded(b"\x1b"), _decoded(b"\\\x1b=")

#: Kind of `items.CONTENT` → VR and what reads it.
KINDS: Final[Mapping[str, tuple[str, Callable[[Walk, int, int, int], Any]]]] = {
    **{vr: (vr, _ascii) for vr in ("AS", "CS", "DA", "DT", "TM", "UI")},
    **{vr: (vr, _ONE_TEXT) for vr in ("LO", "SH", "UC")},
    "PN": ("PN", _NAME),
    "UT": ("UT", _LONG_TEXT),
    "UR": ("UR", _LONG_TEXT),
    "DS": ("DS", _numbers(DECIMAL, float)),
    "IS": ("IS", _numbers(WHOLE, int)),
    "FD": ("FD", _packed("d")),
    "FL": ("FL", _packed("f")),
    "UL": ("UL", _packed("I")),
    "US": ("US", _packed("H")),
    "code": ("SQ", Walk.code),
    "children": ("SQ", Walk.children),
    "measured": ("SQ", Walk.measured),
    "references": ("SQ", Walk.references),
    "template": ("SQ", Walk.template),
    "series": ("SQ", Walk.series),
    "verifier": ("SQ", Walk.verifier),
}


def _readers(attributes: Mapping[int, tuple[str, str]], *, inside: bool = True) -> Readers:
    """Return what reads attributes; inside the document no item may have a character set of its own."""
    readers: Readers = {CHARACTER_SET: None} if inside else {}
    for tag, (kind, field) in attributes.items():
        raw = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
        vr, read = KINDS[kind]
        readers[raw] = None
        readers[raw + vr.encode()] = (field, read)
    return readers


ROOT, ATTRIBUTES = _readers(items.CONTENT, inside=False), _readers(items.ATTRIBUTES, inside=False)
CONTENT, MEASURED, REFERENCE, CODE = map(_readers, (items.CONTENT, items.MEASURED, items.REFERENCE, items.CODE))
TEMPLATE, STUDY, VERIFIER = map(_readers, (items.TEMPLATE, items.STUDY, items.VERIFIER))
