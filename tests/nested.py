"""Objects whose only oddity is that their sequences nest: every way in which dcmtk goes down into one."""

import io
import struct
import zlib

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset

EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"

#: (transfer syntax, whether lengths are defined, tag, VR of the outermost and of the inner ones).
FORMS = {
    "explicit": (EXPLICIT, False, (0x0040, 0xA730), b"SQ", b"SQ"),
    "explicit-defined": (EXPLICIT, True, (0x0040, 0xA730), b"SQ", b"SQ"),
    "implicit": (IMPLICIT, False, (0x0040, 0xA730), b"", b""),
    "implicit-defined": (IMPLICIT, True, (0x0040, 0xA730), b"", b""),
    "implicit-private": (IMPLICIT, False, (0x0041, 0x1001), b"", b""),
    "big-endian": (BIG, False, (0x0040, 0xA730), b"SQ", b"SQ"),
    "deflated": (DEFLATED, False, (0x0040, 0xA730), b"SQ", b"SQ"),
    "private": (EXPLICIT, False, (0x0041, 0x1001), b"SQ", b"SQ"),
    "unknown": (EXPLICIT, False, (0x0040, 0xA730), b"UN", b""),
    "unknown-explicit": (EXPLICIT, False, (0x0040, 0xA730), b"UN", b"UN"),
    "pixel-data": (EXPLICIT, False, (0x7FE0, 0x0010), b"SQ", b"SQ"),
}


def nested(depth: int, form: str = "explicit", number: int = 0) -> bytes:
    """Return a file whose sequences nest `depth` deep."""
    syntax, defined, tag, outer, inner = FORMS[form]
    order = ">" if syntax == BIG else "<"
    levels = _defined(depth, order, tag, outer) if defined else _undefined(depth, order, tag, outer, inner)
    head, body = _head(syntax, f"2.999.{depth}.{sorted(FORMS).index(form)}.{number}")
    body += levels
    if syntax == DEFLATED:
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        body = deflate.compress(body) + deflate.flush()
        body += b"\0" * (len(body) % 2)
    return head + body


def _head(syntax: str, uid: str) -> tuple[bytes, bytes]:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = EXPLICIT if syntax == DEFLATED else syntax
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.33", uid
    dataset.Modality, dataset.PatientID, dataset.PatientName = "SR", "QUETZALVIN-9917355502", "Quetzalvina"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.BurnedInAnnotation = f"{uid}.1", f"{uid}.2", "NO"
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    data = buffer.getvalue()
    end = 144 + struct.unpack_from("<L", data, 140)[0]
    head, body = data[:end], data[end:]
    if syntax == DEFLATED:
        # Two UIDs of other lengths: the group length is not repeated, which is allowed to readers.
        head = head.replace(b"UI\x14\x00" + EXPLICIT.encode() + b"\0", b"UI\x16\x00" + DEFLATED.encode())
        head = head[:140] + struct.pack("<L", len(head) - 144) + head[144:]
    return head, body


def _tag(order: str, tag: tuple[int, int]) -> bytes:
    return struct.pack(order + "HH", *tag)


def _undefined(depth: int, order: str, tag: tuple[int, int], outer: bytes, inner: bytes) -> bytes:
    item = _tag(order, (0xFFFE, 0xE000)) + b"\xff" * 4
    ends = _tag(order, (0xFFFE, 0xE00D)) + b"\0" * 4 + _tag(order, (0xFFFE, 0xE0DD)) + b"\0" * 4

    def opened(vr: bytes) -> bytes:
        return _tag(order, tag) + (vr + b"\0\0" if vr else b"") + b"\xff" * 4 + item

    return (opened(outer) + opened(inner) * (depth - 1) if depth else b"") + ends * depth


def _defined(depth: int, order: str, tag: tuple[int, int], vr: bytes) -> bytes:
    """From the inside out, built backwards: each level says how long what it holds is."""
    heads, length = [], 0
    for _ in range(depth):
        item = _tag(order, (0xFFFE, 0xE000)) + struct.pack(order + "L", length)
        length += 8
        heads.append(_tag(order, tag) + (vr + b"\0\0" if vr else b"") + struct.pack(order + "L", length) + item)
        length += len(heads[-1]) - 8
    return b"".join(reversed(heads))
