"""Where elements begin and end in bytes of Explicit VR Little Endian (PS3.5 section 7), every step within bounds."""

from collections.abc import Iterator
from typing import Final

from pydicom.uid import ExplicitVRLittleEndian

from sr_templates.items import DEEPEST

ITEM: Final = b"\xfe\xff\x00\xe0"
ITEM_END: Final = b"\xfe\xff\x0d\xe0\0\0\0\0"
SEQUENCE_END: Final = b"\xfe\xff\xdd\xe0\0\0\0\0"
UNDEFINED: Final = b"\xff\xff\xff\xff"
SHORT: Final = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
LONG: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())

#: Tag with VR, begin and end of the value.
Place = tuple[bytes, int, int]


class NotUnderstood(Exception):  # noqa: N818 -- not a fault: the other builder reads it
    """The bytes are not what is read here."""


class Structure:
    """Where the elements of one file begin and end (PS3.5 section 7).

    Parameters
    ----------
    data
        The whole file, or a part of it that begins with an element.
    """

    __slots__ = ("data", "ends")

    def __init__(self, data: bytes) -> None:
        self.data = data
        #: Where what has no length was found to end, by where it begins.
        self.ends: dict[int, int] = {}

    def elements(self, at: int, stop: int, depth: int) -> Iterator[Place]:
        """Yield tag with VR, and begin and end of the value, of the elements in a range.

        Raises
        ------
        NotUnderstood
            An element is no element, or goes beyond the range.
        """
        if depth > DEEPEST:
            raise NotUnderstood
        data = self.data
        while at < stop:
            key = data[at : at + 6]
            begin, after = at + 8, 0
            if key[4:] in SHORT:
                end = begin + int.from_bytes(data[at + 6 : begin], "little")
            elif key[4:] in LONG:
                begin += 4
                length = data[begin - 4 : begin]
                if length == UNDEFINED:
                    end, after = self._sequence_end(key, begin, stop, depth), 8
                else:
                    end = begin + int.from_bytes(length, "little")
            else:
                raise NotUnderstood
            if end + after > stop:
                raise NotUnderstood
            yield key, begin, end
            at = end + after

    def sequence(self, at: int, stop: int, depth: int) -> Iterator[tuple[int, int]]:
        """Yield begin and end of the items of a sequence.

        Raises
        ------
        NotUnderstood
            An item is no item, or goes beyond the range.
        """
        data = self.data
        while at < stop:
            begin = at + 8
            length = data[at + 4 : begin]
            if data[at : at + 4] != ITEM or begin > stop:
                raise NotUnderstood
            undefined = length == UNDEFINED
            end = self._item_end(begin, stop, depth) if undefined else begin + int.from_bytes(length, "little")
            if end > stop:
                raise NotUnderstood
            yield begin, end
            at = end + 8 if undefined else end

    def _sequence_end(self, key: bytes, begin: int, stop: int, depth: int) -> int:
        """Return where the delimiter of a sequence of undefined length stands."""
        if key[4:] != b"SQ":
            raise NotUnderstood
        end = self.ends.get(begin, begin)
        while self.data[end : end + 8] != SEQUENCE_END:
            start, stopped = next(self.sequence(end, stop, depth), (0, 0))
            if not start:
                raise NotUnderstood
            end = stopped + (8 if self.data[start - 4 : start] == UNDEFINED else 0)
        self.ends[begin] = end
        return end

    def _item_end(self, begin: int, stop: int, depth: int) -> int:
        """Return where the delimiter of an item of undefined length stands."""
        end = self.ends.get(begin, begin)
        while self.data[end : end + 8] != ITEM_END:
            key, start, stopped = next(self.elements(end, stop, depth + 1), (b"", 0, 0))
            if not key:
                raise NotUnderstood
            end = stopped + (8 if key[4:] in LONG and self.data[start - 4 : start] == UNDEFINED else 0)
        self.ends[begin] = end
        return end


def data_set(data: bytes) -> int:
    """Return where the data set begins, after the file meta information (PS3.10 section 7.1).

    Raises
    ------
    NotUnderstood
        It is no DICOM file, or one of another transfer syntax.
    """
    structure, at, syntax = Structure(data), 132, b""
    if data[128:132] != b"DICM":
        raise NotUnderstood
    while data[at : at + 2] == b"\x02\0":
        key, begin, end = next(structure.elements(at, len(data), 0))
        if key == b"\x02\0\x10\0UI":
            syntax = data[begin:end].rstrip(b"\0")
        at = end
    if syntax != ExplicitVRLittleEndian.encode():
        raise NotUnderstood
    return at
