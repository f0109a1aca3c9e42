"""Orthanc's own REST API from within its process, below all plugins and without holding Python's lock.

What answers a path of Orthanc's own, as we do for `/instances`, has no other way to what stands below it. The plugin
that embeds Python offers such calls, but up to its version 4.2 it makes them while it holds Python's lock, and Orthanc
waits for that in the arrival callback: they dead-lock. `ctypes` gives the lock away. It needs the one pointer through
which plugins call Orthanc (`OrthancPluginContext` of the SDK), which the embedding plugin keeps among its variables: it
is recognized there by what it points to. The structures below are those of the SDK, alike in all versions since 0.8.
"""

import ctypes
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Name of the library whose variables are searched.
EMBEDDING: Final = "libOrthancPython"

#: Numbers of the services in the SDK.
GET, POST = 3001, 3002

VERSION: Final = re.compile(rb"(\d{1,3}\.\d{1,3}\.\d{1,3}|mainline)[\w.+~-]{0,40}\0")
POINTER: Final = ctypes.sizeof(ctypes.c_void_p)


class CoreError(RuntimeError):
    """Orthanc did not do it.

    Parameters
    ----------
    code
        Its error code (`OrthancPluginErrorCode`).
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"Orthanc's error {code}")
        self.code = code


class _Context(ctypes.Structure):
    _fields_ = (
        ("plugins", ctypes.c_void_p),
        ("version", ctypes.c_void_p),
        ("free", ctypes.c_void_p),
        ("invoke", ctypes.c_void_p),
    )


class _Buffer(ctypes.Structure):
    _fields_ = (("data", ctypes.c_void_p), ("size", ctypes.c_uint32))


class _Get(ctypes.Structure):
    _fields_ = (("target", ctypes.POINTER(_Buffer)), ("uri", ctypes.c_char_p))


class _Post(ctypes.Structure):
    _fields_ = (
        ("target", ctypes.POINTER(_Buffer)),
        ("uri", ctypes.c_char_p),
        ("body", ctypes.c_char_p),
        ("size", ctypes.c_uint32),
    )


_INVOKE = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p)
_FREE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Core:
    """Orthanc's built-in REST API; safe to use from several threads."""

    def __init__(self, address: int) -> None:
        context = _Context.from_address(address)
        self._address, self._invoke, self._free = address, _INVOKE(context.invoke), _FREE(context.free)

    def get(self, uri: str) -> bytes:
        """Return the answer to GET; `uri` may have a query. CoreError when it is an error.

        Orthanc turns its own exceptions into error codes here, and ends with any other: a query must be well-formed.
        """
        target = _Buffer()
        return self._call(GET, _Get(ctypes.pointer(target), uri.encode()), target)

    def post(self, uri: str, body: bytes) -> bytes:
        """Return the answer to POST. CoreError when it is an error."""
        target = _Buffer()
        return self._call(POST, _Post(ctypes.pointer(target), uri.encode(), body, len(body)), target)

    def _call(self, service: int, parameters: _Get | _Post, target: _Buffer) -> bytes:
        code = self._invoke(self._address, service, ctypes.addressof(parameters))
        if code:
            raise CoreError(code)
        try:
            return ctypes.string_at(target.data, target.size) if target.data else b""
        finally:
            self._free(target.data)


# --- where it is ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """A stretch of the process's memory (`/proc/self/maps`)."""

    start: int
    stop: int
    rights: str
    file: str


def find() -> Core | None:
    """Return Orthanc's own API, or None when it is not to be found, as in a build that nobody has seen yet."""
    memory = Memory(stretches(Path("/proc/self/maps").read_text()))
    found = {pointer for one in memory.variables_of(EMBEDDING) for pointer in memory.contexts_in(one)}
    return Core(found.pop()) if len(found) == 1 else None


def stretches(maps: str) -> list[Stretch]:
    """Return what a text like that of `/proc/self/maps` says."""
    found = []
    for line in maps.splitlines():
        span, rights, _, _, _, *file = line.split(maxsplit=5)
        start, _, stop = span.partition("-")
        found.append(Stretch(int(start, 16), int(stop, 16), rights, file[0] if file else ""))
    return found


class Memory:
    """What may be read of the process, so that a value that is no pointer does no harm."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._all = list(stretches)
        self._starts = [one.start for one in self._all]

    def variables_of(self, library: str) -> Iterator[Stretch]:
        """Yield the writable stretches of a library; variables without a first value follow the file's own."""
        before = ""
        for one in self._all:
            is_part = library in one.file or (not one.file and library in before)
            if is_part and one.rights.startswith("rw"):
                yield one
            before = one.file

    def contexts_in(self, stretch: Stretch) -> Iterator[int]:
        """Yield the pointers of a stretch that lead to a version and to functions."""
        count = (stretch.stop - stretch.start) // POINTER
        for address in (ctypes.c_void_p * count).from_address(stretch.start):
            if address and self._is_context(address):
                yield address

    def _is_context(self, address: int) -> bool:
        if address % POINTER or not self._has("r", address, ctypes.sizeof(_Context)):
            return False
        one = _Context.from_address(address)
        functions = all(self._has("r-x", function or 0, 1) for function in (one.free, one.invoke))
        return functions and self._is_version(one.version or 0)

    def _is_version(self, address: int) -> bool:
        length = next((length for length in (48, 16, 8) if self._has("r", address, length)), 0)
        return VERSION.match(ctypes.string_at(address, length)) is not None

    def _has(self, rights: str, address: int, length: int) -> bool:
        at = bisect(self._starts, address) - 1
        if at < 0:
            return False
        one = self._all[at]
        return one.start <= address and address + length <= one.stop and one.rights.startswith(rights)
