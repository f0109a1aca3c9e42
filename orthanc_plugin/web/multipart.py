"""Bodies of several parts (RFC 2046), taken apart without copying the parts; binary safe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

#: `name=value` behind a media type; the value quoted or not. Unquoted "application/dicom" is no token of RFC 2045,
#: and many senders write it.
PARAMETER = re.compile(r';\s*([\w!#$&.+^-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))')


class MultipartError(ValueError):
    """A body that cannot be taken apart; the message says why and quotes nothing of it."""


@dataclass(frozen=True)
class Part:
    """One part.

    Parameters
    ----------
    media_type
        In lower case, without parameters; empty when the part does not say it.
    content
        A view of the body.
    """

    media_type: str
    content: memoryview


def content_type(header: str) -> tuple[str, dict[str, str]]:
    """Return media type, in lower case, and parameters of a Content-Type; parameters by names in lower case."""
    media_type = header.partition(";")[0].strip().lower()
    found = PARAMETER.findall(header)
    return media_type, {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare for name, quoted, bare in found}


def parse(body: bytes, boundary: str) -> list[Part]:
    """Take a body apart; what is before the first boundary and after the last is nobody's.

    Parameters
    ----------
    boundary
        As the Content-Type says it, without quotes.

    Raises
    ------
    MultipartError
        There is no boundary, a part has no end of its headers, or the last boundary is missing: the body was cut.
    """
    boundaries = list(_boundaries(body, b"--" + boundary.encode("latin-1", "replace")))
    if not boundaries:
        raise MultipartError("The body does not hold the boundary that its Content-Type names.")
    if not boundaries[-1].last:
        raise MultipartError("The body ends before its last boundary; send it again.")
    view = memoryview(body)
    return [_part(body, view, before.stop, after.start) for before, after in pairwise(boundaries)]


@dataclass(frozen=True)
class _Boundary:
    """Where the line of a boundary begins, the line break before it included, and ends, without the one behind it."""

    start: int
    stop: int
    last: bool


def _boundaries(body: bytes, mark: bytes) -> Iterator[_Boundary]:
    """Yield the boundaries up to the last one."""
    start = 0 if body.startswith(mark) else body.find(b"\r\n" + mark)
    while start >= 0:
        stop = start + len(mark) + (2 if body.startswith(b"\r\n", start) else 0)
        last = body.startswith(b"--", stop)
        stop += 2 * last
        while body[stop : stop + 1] in (b" ", b"\t"):
            stop += 1
        # What only begins like the boundary is content.
        if last or body.startswith(b"\r\n", stop):
            yield _Boundary(start, stop, last)
        if last:
            return
        start = body.find(b"\r\n" + mark, stop)


def _part(body: bytes, view: memoryview, start: int, stop: int) -> Part:
    """Return the part between two boundaries: header lines, an empty line, the content."""
    end = body.find(b"\r\n\r\n", start, stop)
    if end < 0:
        raise MultipartError("A part has no empty line between its headers and its content.")
    for line in body[start:end].split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-type":
            return Part(content_type(value.decode("latin-1"))[0], view[end + 4 : stop])
    return Part("", view[end + 4 : stop])
