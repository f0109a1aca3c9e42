"""How Orthanc's own API is recognized among the variables of a library; that it works is seen by every upload."""

import ctypes

from orthanc_plugin import core
from orthanc_plugin.core import Memory, Stretch

MAPS = """\
55d0c0a00000-55d0c0a21000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0000001000 r-xp 00000000 08:01 7    /usr/lib/orthanc/libOrthancPython.so.4.0
7f0000001000-7f0000002000 rw-p 00001000 08:01 7    /usr/lib/orthanc/libOrthancPython.so.4.0
7f0000002000-7f0000003000 rw-p 00000000 00:00 0
7f0000004000-7f0000005000 rw-p 00001000 08:01 8    /usr/lib/a file with blanks.so
"""


class Made:
    """A context in our own memory, among variables."""

    def __init__(self, version=b"1.10.1", pointer=None):
        self.version = ctypes.create_string_buffer(version, 64)
        self.function = ctypes.CFUNCTYPE(None)(lambda: None)
        function = ctypes.cast(self.function, ctypes.c_void_p).value
        self.context = core._Context(1, ctypes.addressof(self.version), function, function)
        address = ctypes.addressof(self.context) if pointer is None else pointer
        self.variables = (ctypes.c_void_p * 4)(0, 12345, address, 2**63)

    def found(self):
        start = ctypes.addressof(self.variables)
        page = (ctypes.cast(self.function, ctypes.c_void_p).value or 0) & ~4095
        data = [
            Stretch(start, start + 32, "rw-p", "libOrthancPython.so"),
            Stretch(ctypes.addressof(self.version), ctypes.addressof(self.version) + 64, "rw-p", ""),
            Stretch(ctypes.addressof(self.context), ctypes.addressof(self.context) + 32, "rw-p", ""),
            Stretch(page, page + 4096, "r-xp", ""),
        ]
        return list(Memory(sorted(data, key=lambda one: one.start)).contexts_in(data[0]))


def test_stretches_are_read():
    found = core.stretches(MAPS)
    assert found[1] == Stretch(0x7F0000000000, 0x7F0000001000, "r-xp", "/usr/lib/orthanc/libOrthancPython.so.4.0")
    assert found[4].file == "/usr/lib/a file with blanks.so"


def test_variables_are_the_writable_stretches_of_the_library_and_what_follows_it():
    starts = [one.start for one in Memory(core.stretches(MAPS)).variables_of("libOrthancPython")]
    assert starts == [0x7F0000001000, 0x7F0000002000]


def test_a_context_is_known_by_what_it_points_to():
    for version in (b"1.10.1", b"1.12.7+dfsg", b"mainline-2025"):
        made = Made(version)
        assert made.found() == [ctypes.addressof(made.context)], version


def test_anything_else_is_none():
    assert Made(b"no version").found() == []
    assert Made(b"").found() == []
    assert Made(pointer=64).found() == []


def test_where_there_is_none_none_is_found():
    assert core.find() is None
