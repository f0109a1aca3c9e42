"""Changes to DICOM files that know what an element is: what a broken or a hostile sender may write."""

import struct
from collections.abc import Callable, Sequence
from random import Random

from tests.fuzz.anatomy import LONG, UNDEFINED, Element, elements

VRS = (
    *(b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL"),
    *(b"SS", b"ST", b"TM", b"UI", b"UL", b"US", *sorted(LONG), b"ZZ", b"\0\0", b"??"),
)
LENGTHS = (0, 1, 2, 3, 7, 8, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, UNDEFINED)
SYNTAXES = (
    *(b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99"),
    *(b"1.2.840.10008.1.2.4.50", b"1.2.840.10008.1.2.4.70", b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.90"),
    *(b"1.2.840.10008.1.2.5", b"1.2.840.10008.1.2.4.100", b"1.2.840.10008.1.2.4.201", b"1.2.3", b"", b"\xff\xfe"),
)
CHARACTER_SETS = (
    *(b"ISO_IR 192", b"ISO_IR 100", b"GB18030", b"GBK", b"\\ISO 2022 IR 87", b"ISO 2022 IR 13\\ISO 2022 IR 87"),
    *(b"\\ISO 2022 IR 149", b"ISO_IR 13", b"NONSENSE", b"\\" * 40, b"utf_16", b"\xff\xff", b"ISO_IR 6\\ISO_IR 192"),
)
NUMBERS = (
    b"0",
    b"-1",
    b"1e309",
    b"NaN",
    b"inf",
    b"9" * 16,
    b"9" * 400,
    b"1\\2\\3",
    b"1e-400",
    b"0x10",
    b"1_0",
    b"\xd9\xa3",
)
CLAIMS = (0, 1, 255, 32767, 65535)

#: Attributes that say how large something is, by tag: SEG and images, tied to buffers by their readers.
SIZES = (0x00280010, 0x00280011, 0x00280002, 0x00280100, 0x00280101, 0x00280102, 0x00280103, 0x00620004, 0x0062000E)
FRAMES = 0x00280008
DELIMITERS = (b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0")

Mutation = Callable[[bytes, list[Element], Random, Sequence[bytes]], bytes]


def mutated(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Return a file with one to five changes."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5))):
        there = elements(data)
        if not there:
            return data
        data = random.choice(MUTATIONS)(data, there, random, others)
    return data


def _replaced(data: bytes, one: Element, value: bytes) -> bytes:
    """Return the file with another value, its length written as it is; those around it stay."""
    size = one.length_size
    length = min(len(value), 256**size - 2).to_bytes(size, "little")
    return data[: one.length_at] + length + value + data[max(one.stop, one.value) :]


def _tagged(there: list[Element], tags: Sequence[int], random: Random) -> Element:
    known = [one for one in there if one.tag in tags]
    return random.choice(known or there)


def flip(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Change a byte of a value."""
    one = random.choice(there)
    at = random.randrange(one.start, max(one.stop, one.value))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :] if at < len(data) else data


def length(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Write another length than the value has."""
    one = random.choice(there)
    chosen = random.choice((*LENGTHS, len(data), one.stop - one.value + random.randrange(-9, 10)))
    wrong = (chosen % 256**one.length_size).to_bytes(one.length_size, "little")
    return data[: one.length_at] + wrong + data[one.value :]


def vr(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Write another value representation; the header keeps its shape, or does not."""
    one = random.choice(there)
    return data[: one.start + 4] + random.choice(VRS) + data[one.start + 6 :]


def remove(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Leave an element out."""
    one = random.choice(there)
    return data[: one.start] + data[max(one.stop, one.value) :]


def repeat(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Write an element twice, or somewhere else."""
    one, place = random.choice(there), random.choice(there)
    return data[: place.start] + data[one.start : max(one.stop, one.value)] + data[place.start :]


def graft(data: bytes, there: list[Element], random: Random, others: Sequence[bytes]) -> bytes:
    """Put an element, or a whole stretch, of another file in."""
    other, place = random.choice(others), random.choice(there)
    theirs = elements(other)
    if not theirs:
        return data[: place.start] + other[:200] + data[place.start :]
    first = random.randrange(len(theirs))
    last = min(len(theirs) - 1, first + random.choice((0, 0, 1, 5, 40)))
    piece = other[theirs[first].start : max(theirs[last].stop, theirs[last].value)][:20_000]
    return data[: place.start] + piece + data[place.start :]


def claim(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Claim other sizes: 65535 rows, 100 000 frames."""
    one = _tagged(there, (*SIZES, FRAMES), random)
    frames = random.choice((b"100000", b"2147483647", b"-5", b"0 ", b"1\\2 "))
    return _replaced(data, one, frames if one.tag == FRAMES else struct.pack("<H", random.choice(CLAIMS)))


def number(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Write what is no number where one should be."""
    known = [one for one in there if one.vr in (b"DS", b"IS", b"FD", b"US", b"")]
    return _replaced(data, random.choice(known or there), random.choice(NUMBERS))


def characters(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Name another character set."""
    return _replaced(data, _tagged(there, (0x00080005,), random), random.choice(CHARACTER_SETS))


def syntax(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Name another transfer syntax than the file is written in."""
    name = random.choice(SYNTAXES)
    return _replaced(data, _tagged(there, (0x00020010,), random), name + b"\0" * (len(name) % 2))


def nest(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Put sequences into each other, some of them without an end."""
    place, depth = random.choice(there), random.choice((1, 3, 31, 33, 200, 2000))
    head = b"\x40\x00\x30\xa7" + random.choice((b"SQ\0\0", b"UN\0\0", b"")) + b"\xff" * 4
    ends = (b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0") * random.choice((depth, depth, 0, depth - 1))
    return data[: place.start] + (head + b"\xfe\xff\x00\xe0" + b"\xff" * 4) * depth + ends + data[place.start :]


def delimit(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Put the mark of an item, or of an end, anywhere."""
    place = random.choice(there)
    mark = random.choice(DELIMITERS) + random.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x08\0\0\0"))
    at = random.choice((place.start, place.value, place.stop))
    return data[:at] + mark + data[at:]


def cut(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """End early."""
    one = random.choice(there)
    return data[: random.choice((one.start, one.value, one.stop, one.value + 1))]


def value(data: bytes, there: list[Element], random: Random, _others: Sequence[bytes]) -> bytes:
    """Write a value that is too long, empty, of control characters, or another element's."""
    one, other = random.choice(there), random.choice(there)
    chosen = random.choice(
        (b"", b"A" * 70_000, b"\\" * 500, b"\x1b$B\x1b(B^=^=", b"\0" * 9, data[other.value : other.stop])
    )
    return _replaced(data, one, chosen[:100_000])


MUTATIONS: tuple[Mutation, ...] = (
    *(flip, length, vr, remove, repeat, graft, claim, number, characters, syntax, nest, delimit, cut, value),
)
