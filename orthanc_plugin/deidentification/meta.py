"""File meta information (PS3.10 section 7.1): read as far as needed, written anew, never copied."""

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pydicom.uid import UID

from orthanc_plugin.deidentification.errors import StructureError

PREAMBLE: Final = 128
PREFIX: Final = b"DICM"

#: Our implementation: fixed, UUID-derived.
IMPLEMENTATION_CLASS_UID: Final = UID("2.25.139461713184209614215926311021958120471")
IMPLEMENTATION_VERSION_NAME: Final = "HEPATIA"

_LONG_VRS: Final = frozenset({b"OB", b"UN"})
_GROUP_LENGTH: Final = 0x0000
_SOP_INSTANCE: Final = 0x0003
_TRANSFER_SYNTAX: Final = 0x0010
_GROUP: Final = b"\x02\x00"

#: Where the elements begin, the first of them, and where it ends.
_FIRST: Final = PREAMBLE + len(PREFIX)
_LENGTH: Final = _GROUP + b"\0\0UL\4\0"
_LENGTH_ENDS: Final = _FIRST + len(_LENGTH) + 4

#: Group, element, VR, and a length that is short but for the VRs above.
_HEADER: Final = struct.Struct("<HH2sH")


@dataclass(frozen=True)
class Meta:
    """What is needed of a file's meta information.

    Attributes
    ----------
    data_set
        Offset of the first byte behind it.
    """

    transfer_syntax: UID
    data_set: int


@dataclass(frozen=True)
class _Known:
    """What stood before and behind a Media Storage SOP Instance UID: the rest is alike in all files of a sender."""

    before: bytes
    behind: bytes
    stop: int
    meta: Meta

    def fits(self, data: bytes) -> bool:
        """Whether a file has the same, and a UID of the same length."""
        # What follows it must be no element of the meta information either.
        is_end = not data.startswith(_GROUP, self.meta.data_set)
        return is_end and data.startswith(self.before, _FIRST) and data.startswith(self.behind, self.stop)


#: By the element that says how long the meta information is.
_known: Final[dict[bytes, _Known]] = {}
MOST_KNOWN: Final = 64


def read(data: bytes) -> Meta:
    """Read the meta information of a file, element by element to its end.

    Raises
    ------
    StructureError
        `not_dicom`: no such file, or one that does not say its transfer syntax. `corrupt`: a length does not add up.
    """
    if data[PREAMBLE:_FIRST] != PREFIX:
        raise StructureError("not_dicom", "These bytes are no DICOM file.")
    known = _known.get(data[_FIRST:_LENGTH_ENDS])
    if known is not None and known.fits(data):
        return known.meta
    meta, instance = _read(data)
    if instance is not None and data.startswith(_LENGTH, _FIRST):
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        start, stop = instance
        _known[data[_FIRST:_LENGTH_ENDS]] = _Known(data[_FIRST:start], data[stop : meta.data_set], stop, meta)
    return meta


def _read(data: bytes) -> tuple[Meta, tuple[int, int] | None]:
    """Return also where the value of Media Storage SOP Instance UID begins and ends."""
    syntax, said_end, instance, at = b"", None, None, _FIRST
    while data[at : at + 2] == _GROUP:
        element, value, at = _element(data, at)
        if element == _GROUP_LENGTH and len(value) == 4:
            said_end = at + int.from_bytes(value, "little")
        elif element == _TRANSFER_SYNTAX:
            syntax = value.rstrip(b"\0 ")
        elif element == _SOP_INSTANCE:
            instance = at - len(value), at
    if said_end not in (None, at):
        raise _corrupt()
    if not syntax:
        raise StructureError("not_dicom", "The file does not say its transfer syntax.")
    return Meta(_transfer_syntax(syntax), at), instance


@lru_cache(64)
def _transfer_syntax(value: bytes) -> UID:
    return UID(value.decode("ascii", "replace"))


def _element(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Return element number, value and where the next element begins."""
    value = at + _HEADER.size
    if value > len(data):
        raise _corrupt()
    _, element, vr, length = _HEADER.unpack_from(data, at)
    if vr in _LONG_VRS:
        length = int.from_bytes(data[value : value + 4], "little")
        value += 4
    if value + length > len(data):
        raise _corrupt()
    return element, data[value : value + length], value + length


def _corrupt() -> StructureError:
    return StructureError("corrupt", "The file meta information is damaged. Send the object again from its source.")


def write(sop_class_uid: bytes, sop_instance_uid: bytes, transfer_syntax: str) -> bytes:
    """Return an empty preamble and new meta information, complete with its group length.

    Parameters
    ----------
    sop_class_uid, sop_instance_uid
        As in the data set; padded or not.
    """
    changing = _uid(0x0002, sop_class_uid) + _uid(0x0003, sop_instance_uid)
    end = _end(transfer_syntax)
    length = struct.pack("<L", len(_VERSION) + len(changing) + len(end))
    return b"".join((_BEGIN, length, _VERSION, changing, end))


_BEGIN: Final = b"\0" * PREAMBLE + PREFIX + _GROUP + b"\0\0UL\4\0"
_VERSION: Final = _GROUP + b"\1\0OB\0\0\2\0\0\0\0\1"


@lru_cache(64)
def _end(transfer_syntax: str) -> bytes:
    name = IMPLEMENTATION_VERSION_NAME.encode()
    padded = name + b" " * (len(name) % 2)
    implementation = _uid(0x0012, IMPLEMENTATION_CLASS_UID.encode())
    named = struct.pack("<HH2sH", 2, 0x0013, b"SH", len(padded)) + padded
    return _uid(0x0010, transfer_syntax.encode()) + implementation + named


def _uid(element: int, value: bytes) -> bytes:
    padded = value + b"\0" * (len(value) % 2)
    return struct.pack("<HH2sH", 2, element, b"UI", len(padded)) + padded
