"""Where the elements of a DICOM file lie, as far as that can be told; reads on after whatever is wrong."""

import struct
from dataclasses import dataclass

LONG = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
UNDEFINED = 0xFFFFFFFF


@dataclass(frozen=True)
class Element:
    """One element, of the file meta information too, or an item."""

    tag: int
    vr: bytes
    start: int
    value: int
    stop: int

    @property
    def length_at(self) -> int:
        """Where its length is written."""
        return self.value - (2 if self.vr and self.vr not in LONG else 4)

    @property
    def length_size(self) -> int:
        """Bytes of its length."""
        return self.value - self.length_at


def elements(data: bytes) -> list[Element]:
    """Return the elements at every depth, in their order; of little endian only."""
    found: list[Element] = []
    at, explicit, in_meta = 132, True, True
    while at + 8 <= len(data):
        if in_meta and data[at : at + 2] != b"\2\0":
            in_meta, explicit = False, b"1.2.840.10008.1.2\0" not in data[132:at]
        element = _element(data, at, explicit=explicit)
        if element is None:
            break
        found.append(element)
        at = element.stop
    return found


def _element(data: bytes, at: int, *, explicit: bool) -> Element | None:
    group, number = struct.unpack_from("<HH", data, at)
    tag, vr, value = group << 16 | number, b"", at + 8
    length = struct.unpack_from("<L", data, at + 4)[0]
    if explicit and group != 0xFFFE:
        vr = data[at + 4 : at + 6]
        if not vr.isalpha():
            return None
        if vr in LONG:
            value = at + 12
            length = struct.unpack_from("<L", data.ljust(at + 12, b"\0"), at + 8)[0]
        else:
            length = struct.unpack_from("<H", data, at + 6)[0]
    goes_inside = (
        length == UNDEFINED or vr == b"SQ" or tag == 0xFFFEE000 or (not explicit and _looks_like_items(data, value))
    )
    is_fragment = tag == 0xFFFEE000 and length != UNDEFINED and not _looks_like_element(data, value)
    stop = value if goes_inside and not is_fragment else min(value + length, len(data))
    return Element(tag, vr, at, value, stop)


def _looks_like_items(data: bytes, at: int) -> bool:
    return data[at : at + 4] == b"\xfe\xff\x00\xe0"


def _looks_like_element(data: bytes, at: int) -> bool:
    group = data[at : at + 2]
    return len(group) == 2 and group != b"\0\0" and 8 <= int.from_bytes(group, "little") < 0x5400
