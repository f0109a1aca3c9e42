"""Bodies that hold others, zip files and compressed ones: taken apart with limits that are kept meanwhile."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ZIP: Final = b"PK\3\4"

#: What Orthanc itself reads of zip files.
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

#: What grows beyond this may be a bomb: it has to be compressed less than so many times then. Black images compress
#: hundreds of times, and have half a megabyte.
SUSPICIOUS_BYTES: Final = 64 * 2**20
GREATEST_RATIO: Final = 100

_BLOCK: Final = 2**20


class UnpackingError(ValueError):
    """A body that is not taken apart.

    Parameters
    ----------
    reason
        A snake_case word.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Limits:
    """How much may come out.

    Parameters
    ----------
    one_bytes, all_bytes
        Of one member, and of all of them together.
    """

    one_bytes: int
    all_bytes: int
    members: int = 20_000


def is_zip(body: bytes) -> bool:
    """Whether Orthanc takes a body for a zip file."""
    return body.startswith(ZIP)


def members(body: bytes, limits: Limits) -> Iterator[bytes]:
    """Yield the files of a zip file that are not empty, one after the other.

    Raises
    ------
    UnpackingError
        It is damaged, encrypted, or more than the limits allow; what came before it was yielded.
    """
    left = limits.all_bytes
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
            if len(entries) > limits.members:
                raise UnpackingError("too_many", f"The zip file has more than {limits.members} files; send several.")
            for entry in entries:
                content = _member(archive, entry, min(limits.one_bytes, left))
                left -= len(content)
                if content:
                    yield content
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        if isinstance(error, UnpackingError):
            raise
        # The messages of zipfile quote the names of files.
        raise UnpackingError("corrupt", f"The zip file cannot be read ({type(error).__name__}).") from None


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    if entry.is_dir():
        return b""
    if entry.compress_type not in METHODS or entry.flag_bits & 1:
        raise UnpackingError("corrupt", "The zip file is encrypted, or compressed by another method than deflate.")
    with archive.open(entry) as file:
        return _bounded(iter(lambda: file.read(_BLOCK), b""), entry.compress_size, most)


def inflated(body: bytes, limits: Limits) -> bytes:
    """Return what a body was before it was compressed (Content-Encoding: gzip).

    Raises
    ------
    UnpackingError
        It is damaged, or more than the limits allow.
    """
    try:
        return _bounded(_inflate(body), len(body), limits.one_bytes)
    except zlib.error:
        raise UnpackingError("corrupt", "The body is not compressed as its Content-Encoding says.") from None


def _inflate(body: bytes) -> Iterator[bytes]:
    inflate, rest = zlib.decompressobj(zlib.MAX_WBITS | 16), body
    while rest and not inflate.eof:
        yield inflate.decompress(rest, _BLOCK)
        rest = inflate.unconsumed_tail
    if not inflate.eof:
        raise UnpackingError("corrupt", "The compressed body does not end.")


def _bounded(blocks: Iterator[bytes], compressed: int, most: int) -> bytes:
    content = bytearray()
    for block in blocks:
        content += block
        is_bomb = len(content) > SUSPICIOUS_BYTES and len(content) > GREATEST_RATIO * max(compressed, 1)
        if len(content) > most or is_bomb:
            raise UnpackingError("too_large", "What is compressed in the body is too large; send it in parts.")
    return bytes(content)
