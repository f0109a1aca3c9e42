"""DICOM files written and read byte by byte: in every encoding, and as oddly as a test wants."""

import io
import zlib
from collections.abc import Mapping
from typing import Final, NamedTuple

from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_VR
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

LONG: Final = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
NUL_PADDED: Final = frozenset({"UI", "OB", "UN", "OW"})
#: Bytes that change their order in big endian.
SIZES: Final = {
    **dict.fromkeys(("US", "SS", "OW", "AT"), 2),
    **dict.fromkeys(("UL", "SL", "FL", "OF", "OL"), 4),
    **dict.fromkeys(("FD", "OD", "SV", "UV", "OV"), 8),
}

Elements = dict[int, "Element"]
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
UNDEFINED: Final = 0xFFFFFFFF


class Element(NamedTuple):
    """One element; numbers are little endian, whatever they are written in.

    Attributes
    ----------
    open
        Whether its length is undefined: a sequence, or fragments.
    open_items
        Whether the lengths of its items are undefined.
    """

    vr: str
    value: bytes | list[Elements]
    open: bool = False
    open_items: bool = False


class Encoding(NamedTuple):
    explicit: bool
    little: bool


IMPLICIT: Final = Encoding(explicit=False, little=True)
EXPLICIT: Final = Encoding(explicit=True, little=True)


def sequence(*items: Elements, delimited: bool = False, open_items: bool | None = None) -> Element:
    return Element("SQ", list(items), delimited, delimited if open_items is None else open_items)


def text(vr: str, value: str, codec: str = "ascii") -> Element:
    return Element(vr, value.encode(codec))


def write_data_set(elements: Mapping[int, Element], encoding: Encoding) -> bytes:
    return b"".join(write_element(tag, elements[tag], encoding) for tag in sorted(elements))


def write_element(tag: int, element: Element, encoding: Encoding) -> bytes:
    order = "little" if encoding.little else "big"
    vr, value = element.vr, element.value
    if isinstance(value, bytes):
        body = swapped(padded(value, vr), vr) if not encoding.little else padded(value, vr)
    else:
        # What is of VR UN and undefined length is implicit little endian inside (PS3.5 section 6.2.2).
        inner = IMPLICIT if vr == "UN" and element.open else encoding
        body = b"".join(write_item(item, inner, element.open_items) for item in value)
    end = _tag(SEQUENCE_END, order) + bytes(4) if element.open else b""
    if vr == "UN" and element.open:
        end = _tag(SEQUENCE_END, "little") + bytes(4)
    length = (UNDEFINED if element.open else len(body)).to_bytes(4, order)
    head = _tag(tag, order)
    if not encoding.explicit:
        head += length
    elif vr in LONG:
        head += vr.encode() + bytes(2) + length
    else:
        head += vr.encode() + len(body).to_bytes(2, order)
    return head + body + end


def write_item(item: Elements, encoding: Encoding, is_open: bool) -> bytes:
    order = "little" if encoding.little else "big"
    body = write_data_set(item, encoding)
    length = UNDEFINED if is_open else len(body)
    end = _tag(ITEM_END, order) + bytes(4) if is_open else b""
    return _tag(ITEM, order) + length.to_bytes(4, order) + body + end


def _tag(tag: int, order: str) -> bytes:
    assert order in ("little", "big")
    return (tag >> 16).to_bytes(2, order) + (tag & 0xFFFF).to_bytes(2, order)  # type: ignore[arg-type]


def padded(value: bytes, vr: str) -> bytes:
    return value + (b"\0" if vr in NUL_PADDED else b" ") * (len(value) % 2)


def swapped(value: bytes, vr: str) -> bytes:
    size = SIZES.get(vr, 1)
    return b"".join(value[at : at + size][::-1] for at in range(0, len(value), size))


def encoding_of(syntax: UID) -> Encoding:
    return Encoding(not syntax.is_implicit_VR, syntax.is_little_endian)


def write_file(
    elements: Mapping[int, Element],
    syntax: UID = ExplicitVRLittleEndian,
    meta: Mapping[int, Element] | None = None,
    preamble: bytes = bytes(128),
) -> bytes:
    body = write_data_set(elements, encoding_of(syntax))
    if syntax == DeflatedExplicitVRLittleEndian:
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        body = deflate.compress(body) + deflate.flush()
        body = padded(body, "OB")
    head = {
        0x00020001: Element("OB", b"\0\1"),
        0x00020002: elements.get(0x00080016, Element("UI", b"")),
        0x00020003: elements.get(0x00080018, Element("UI", b"")),
        0x00020010: text("UI", syntax),
        0x00020012: text("UI", "1.2.3.99"),
        **(meta or {}),
    }
    written = write_data_set(head, EXPLICIT)
    length = write_element(0x00020000, Element("UL", len(written).to_bytes(4, "little")), EXPLICIT)
    return preamble + b"DICM" + length + written + body


def inflated(data: bytes) -> bytes:
    """Return the bytes of a file as they are to be searched: its data set inflated."""
    dataset = dcmread(io.BytesIO(data), stop_before_pixels=True)
    if dataset.file_meta.TransferSyntaxUID != DeflatedExplicitVRLittleEndian:
        return data
    at = 144 + int.from_bytes(data[140:144], "little")
    return data[:at] + zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[at:])


def read_data_set(dataset: Dataset) -> Elements:
    """Return a little endian data set of pydicom as elements."""
    syntax = dataset.file_meta.TransferSyntaxUID
    assert syntax.is_little_endian
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    data = inflated(buffer.getvalue())
    at = 144 + int.from_bytes(data[140:144], "little")
    return _elements(data, at, len(data), encoding_of(syntax))[0]


def _elements(data: bytes, at: int, limit: int, encoding: Encoding) -> tuple[Elements, int]:
    found: Elements = {}
    while at < limit:
        tag = int.from_bytes(data[at : at + 2], "little") << 16 | int.from_bytes(data[at + 2 : at + 4], "little")
        if tag == ITEM_END:
            return found, at + 8
        vr = data[at + 4 : at + 6].decode() if encoding.explicit else vr_of(tag)
        is_long = encoding.explicit and vr in LONG
        start = at + (12 if is_long else 8)
        length_at = at + (8 if is_long else 6 if encoding.explicit else 4)
        length = int.from_bytes(data[length_at:start], "little")
        is_open = length == UNDEFINED
        if vr == "SQ":
            items, at = _items(data, start, limit if is_open else start + length, encoding)
            found[tag] = Element("SQ", items, is_open, is_open)
        elif is_open:
            end = _end_of_fragments(data, start)
            found[tag], at = Element("OB", data[start:end], open=True), end + 8
        else:
            found[tag], at = Element(vr, data[start : start + length]), start + length
    return found, at


def _items(data: bytes, at: int, limit: int, encoding: Encoding) -> tuple[list[Elements], int]:
    items: list[Elements] = []
    while at < limit:
        is_end = data[at : at + 4] == b"\xfe\xff\xdd\xe0"
        if is_end:
            return items, at + 8
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        stop = limit if length == UNDEFINED else at + 8 + length
        item, at = _elements(data, at + 8, stop, encoding)
        items.append(item)
    return items, at


def _end_of_fragments(data: bytes, at: int) -> int:
    while data[at : at + 4] != b"\xfe\xff\xdd\xe0":
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "little")
    return at


def vr_of(tag: int) -> str:
    try:
        return dictionary_VR(tag)[:2]
    except KeyError:
        return "UN"


#: One of each family.
SYNTAXES: Final = {
    "implicit": ImplicitVRLittleEndian,
    "explicit": ExplicitVRLittleEndian,
    "big endian": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
}
