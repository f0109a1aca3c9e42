"""Data elements as bytes, little endian (PS3.5 section 7.1): headers, padding, and the shape of values."""

import re
import struct
from typing import Final

from orthanc_plugin.deidentification.rules import CHECKED
from orthanc_plugin.deidentification.structure import LONG_VRS
from orthanc_plugin.deidentification.values import SHAPES

#: Zero of the binary value representations.
ZERO: Final = {"AT": 4, "FD": 8, "FL": 4, "SL": 4, "SS": 2, "SV": 8, "UL": 4, "US": 2, "UV": 8}

#: VRs whose odd values are made even by NUL, not by a space.
NUL_PADDED: Final = frozenset({"UI", "OB", "UN"})


def header(tag: int, vr: str, length: int, *, explicit: bool) -> bytes:
    """Return tag, value representation and length."""
    group, element = tag >> 16, tag & 0xFFFF
    if not explicit:
        return struct.pack("<HHL", group, element, length)
    if vr.encode() in LONG_VRS:
        return struct.pack("<HH2sHL", group, element, vr.encode(), 0, length)
    if length > 0xFFFF:
        raise OverflowError("The value is too long for its VR.")
    return struct.pack("<HH2sH", group, element, vr.encode(), length)


def element(tag: int, vr: str, value: bytes, *, explicit: bool) -> bytes:
    """Return a whole element; its value is padded to an even length."""
    if len(value) % 2:
        value += b"\0" if vr in NUL_PADDED else b" "
    return header(tag, vr, len(value), explicit=explicit) + value


def shape(vr: str) -> re.Pattern[bytes]:
    """Return what the bytes of all values of a checked VR look like when each is what it should be."""
    one = f"(?:{SHAPES[vr].pattern})?"
    return re.compile(rf"{one}(?:\\{one})*[ \0]*".encode("ascii"))


#: For each VR whose values are checked.
SHAPED: Final = {vr: shape(vr) for vr in CHECKED}
