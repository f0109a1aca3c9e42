"""Walks the bytes of a data set to their very end, without reading any value.

pydicom reads what it can of a damaged file; writing that again would heal what must be refused. So nothing is parsed
for good before every length has been seen to add up (PS3.5 section 7).
"""

import struct
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydicom.datadict import dictionary_VR

from orthanc_plugin.deidentification.errors import StructureError

UNDEFINED: Final = 0xFFFFFFFF
ITEM: Final = 0xFFFEE000
ITEM_END: Final = 0xFFFEE00D
SEQUENCE_END: Final = 0xFFFEE0DD

#: Real objects nest less than ten deep; what nests deeper than this was made to exhaust a stack.
DEEPEST: Final = 32

#: Values of Specific Character Set: DICOM has some twenty terms. Each costs time for each text of the object.
CHARACTER_SET: Final = 0x00080005
MOST_CHARACTER_SETS: Final = 16

#: VRs whose length has four bytes after two reserved ones (PS3.5 table 7.1-1).
LONG_VRS: Final = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
KNOWN_VRS: Final = LONG_VRS | frozenset(
    {
        b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL",
        b"SS", b"ST", b"TM", b"UI", b"UL", b"US",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Encoding:
    """How a data set is written: explicit or implicit VR, byte order."""

    explicit: bool
    little: bool


@dataclass(frozen=True)
class _Header:
    tag: int
    vr: bytes
    length: int
    value: int


def check(data: bytes, start: int, encoding: Encoding) -> None:
    """Check that a data set fills its bytes exactly.

    Parameters
    ----------
    start
        Offset of the first element.

    Raises
    ------
    StructureError
        A length does not add up, an element is out of order, or sequences nest deeper than `DEEPEST`.
    """
    end = _data_set(data, start, len(data), encoding, 0, in_item=False)
    if end != len(data):
        raise _corrupt("bytes are left over at the end")


def check_items(data: bytes, start: int, end: int, encoding: Encoding) -> None:
    """Check that the items of one sequence of defined length fill their bytes exactly.

    Raises
    ------
    StructureError
        They do not.
    """
    _items(data, start, end, encoding, 1, delimited=False)


def end_of_undefined(data: bytes, tag: int, vr: bytes, value: int, limit: int, encoding: Encoding) -> int:
    """Return where an element of undefined length ends, its delimiter included, after checking all of it.

    Parameters
    ----------
    vr
        Empty in implicit VR.

    Raises
    ------
    StructureError
        Something in it does not add up.
    """
    return _value(data, _Header(tag, vr, UNDEFINED, value), limit, encoding, 0)


def _data_set(data: bytes, at: int, limit: int, encoding: Encoding, depth: int, *, in_item: bool) -> int:
    """Walk elements up to `limit`, or up to the delimiter of an item of undefined length; return where it ends."""
    last = -1
    while at < limit:
        header = _header(data, at, limit, encoding)
        if header.tag == ITEM_END and in_item:
            return header.value
        if header.tag <= last:
            raise _corrupt("elements are out of order or there twice")
        last = header.tag
        at = _value(data, header, limit, encoding, depth)
    if in_item:
        raise _corrupt("an item does not end")
    return at


def _value(data: bytes, header: _Header, limit: int, encoding: Encoding, depth: int) -> int:
    """Return where the value of an element ends."""
    if header.length == UNDEFINED:
        if header.tag == 0x7FE00010 or header.vr in (b"OB", b"OW"):
            return _fragments(data, header.value, limit, encoding)
        # A value of VR UN and undefined length is in Implicit VR Little Endian (PS3.5 section 6.2.2).
        inner = Encoding(explicit=False, little=True) if header.vr == b"UN" else encoding
        return _items(data, header.value, limit, inner, depth + 1, delimited=True)
    end = header.value + header.length
    if end > limit:
        raise _corrupt("a value is longer than what is left")
    if header.tag == CHARACTER_SET and data.count(b"\\", header.value, end) >= MOST_CHARACTER_SETS:
        raise _corrupt("it names more character sets than there are")
    if header.vr == b"SQ" or (not encoding.explicit and _is_sequence(header.tag)):
        _items(data, header.value, end, encoding, depth + 1, delimited=False)
    return end


def _items(data: bytes, at: int, limit: int, encoding: Encoding, depth: int, *, delimited: bool) -> int:
    if depth > DEEPEST:
        raise StructureError("too_deep", f"Sequences nest deeper than {DEEPEST} levels; send the object without them.")
    while at < limit:
        header = _header(data, at, limit, encoding)
        if header.tag == SEQUENCE_END and delimited:
            return header.value
        if header.tag != ITEM:
            raise _corrupt("a sequence holds something that is no item")
        if header.length == UNDEFINED:
            at = _data_set(data, header.value, limit, encoding, depth, in_item=True)
        else:
            end = header.value + header.length
            if end > limit or _data_set(data, header.value, end, encoding, depth, in_item=False) != end:
                raise _corrupt("an item is longer than its sequence")
            at = end
    if delimited:
        raise _corrupt("a sequence does not end")
    return at


def _fragments(data: bytes, at: int, limit: int, encoding: Encoding) -> int:
    """Walk encapsulated pixel data (PS3.5 section A.4)."""
    while at < limit:
        header = _header(data, at, limit, encoding)
        if header.tag == SEQUENCE_END:
            return header.value
        if header.tag != ITEM or header.length == UNDEFINED or header.value + header.length > limit:
            raise _corrupt("a fragment of the pixel data does not add up")
        at = header.value + header.length
    raise _corrupt("the pixel data do not end")


def _header(data: bytes, at: int, limit: int, encoding: Encoding) -> _Header:
    order = "<" if encoding.little else ">"
    if at + 8 > limit:
        raise _corrupt("an element is cut off")
    group, element = struct.unpack_from(order + "HH", data, at)
    tag = group << 16 | element
    if not encoding.explicit or group == 0xFFFE:
        return _Header(tag, b"", struct.unpack_from(order + "L", data, at + 4)[0], at + 8)
    vr = data[at + 4 : at + 6]
    if vr not in KNOWN_VRS:
        raise _corrupt("an element has no value representation of DICOM")
    if vr not in LONG_VRS:
        return _Header(tag, vr, struct.unpack_from(order + "H", data, at + 6)[0], at + 8)
    if at + 12 > limit:
        raise _corrupt("an element is cut off")
    return _Header(tag, vr, struct.unpack_from(order + "L", data, at + 8)[0], at + 12)


@cache
def _is_sequence(tag: int) -> bool:
    try:
        return dictionary_VR(tag) == "SQ"
    except KeyError:
        return False


def _corrupt(what: str) -> StructureError:
    return StructureError("corrupt", f"The object is damaged: {what}. Send it again from its source.")
