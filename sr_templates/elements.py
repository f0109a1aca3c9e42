"""Data elements as bytes in Explicit VR Little Endian and UTF-8 (PS3.5 section 7.1), all lengths defined."""

import struct
from functools import lru_cache

from sr_templates.codes import Code

#: Value representations with a length of four bytes after two reserved ones.
LONG = frozenset({"SQ", "UT", "UC", "UR", "OB"})

#: A code value is an SH; a longer one goes into Long Code Value (PS3.3 table 8.8-1).
LONGEST_CODE_VALUE = 16


def element(tag: int, vr: str, value: bytes) -> bytes:
    """Return a whole element; its value is padded to an even length."""
    if len(value) % 2:
        value += b"\0" if vr in ("UI", "OB") else b" "
    return header(tag, vr, len(value)) + value


def header(tag: int, vr: str, length: int) -> bytes:
    """Return what stands before a value."""
    start = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
    return start + (struct.pack("<HI", 0, length) if vr in LONG else struct.pack("<H", length))


def text(tag: int, vr: str, value: str) -> bytes:
    """Return an element of a textual VR."""
    return element(tag, vr, value.encode())


def sequence(tag: int, items: bytes) -> bytes:
    """Return a sequence of items that are encoded already."""
    return element(tag, "SQ", items)


def item(elements: bytes) -> bytes:
    """Return an item of elements that are encoded already, in the order of their tags."""
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(elements)) + elements


def code(tag: int, of: Code) -> bytes:
    """Return a code sequence of one item (PS3.3 table 8.8-1)."""
    return _coded(tag, of.scheme, of.value, of.meaning)


@lru_cache(maxsize=4096)
def _coded(tag: int, scheme: str, value: str, meaning: str) -> bytes:
    long = len(value) > LONGEST_CODE_VALUE
    return sequence(
        tag,
        item(
            b"".join(
                (
                    b"" if long else text(0x00080100, "SH", value),
                    text(0x00080102, "SH", scheme),
                    text(0x00080104, "LO", meaning),
                    text(0x00080119, "UC", value) if long else b"",
                )
            )
        ),
    )
