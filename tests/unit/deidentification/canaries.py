"""Values that nobody could overlook: one for every value representation, and how they are found again."""

import io
import re
from collections.abc import Iterator
from random import Random
from typing import Final

from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence

from tests.unit.deidentification.encode import Element, inflated

#: Words of several scripts, each with the character set that it is written in, and that set's codec.
SCRIPTS: Final = {
    "ISO_IR 100": ("CANÁRIOZINHO", "latin-1"),
    "ISO_IR 144": ("КАНАРЕЙКА", "iso8859_5"),
    "ISO_IR 192": ("ПТИЦАカナリア", "utf-8"),
    "ISO_IR 13": ("ｶﾅﾘｱｶﾅﾘｱ", "shift_jis"),
    "\\ISO 2022 IR 87": ("金糸雀鳥籠", "iso2022_jp"),
    "\\ISO 2022 IR 149": ("카나리아새장", "euc_kr"),
    "GB18030": ("金丝雀鸟笼", "gb18030"),
}

#: No patient's dates lie here, nor do any that were moved back from ours.
DATE, DATETIME = "19010108", "19010108010203.45+0100"
UIDS, NUMBER = "1.2.999.777", "7770.{:06d}"
#: In binary, the same read from both ends: byte order hides nothing.
BINARY: Final = {2: b"\xc7\xc7", 4: b"YCCY", 8: b"CANYYNAC"}

PLAIN: Final = re.compile(rb"(?i)canary\d{6}|1\.2\.999\.777\.\d+|19010108|1901\.01\.08|7770\.\d{6}|YCCY|CANYYNAC")


class Canaries:
    """Makes canaries, no two alike where the value representation allows; counts them."""

    def __init__(self, seed: int) -> None:
        self.planted = 0
        self._random = Random(seed)

    def word(self) -> str:
        self.planted += 1
        return f"CANARY{self.planted:06d}"

    def value(self, vr: str, *, listed: bool) -> Element | None:
        """Return an element with a canary; None where the value representation cannot hold one."""
        number = self.planted
        made = self._made(vr, listed)
        self.planted = max(self.planted, number + 1) if made else number
        return made

    def _made(self, vr: str, listed: bool) -> Element | None:
        if vr in ("LO", "SH", "UC"):
            return Element(vr, self._one_or_two(vr))
        if vr in ("LT", "ST", "UT"):
            return Element(vr, f"{self.word()}\r\nund {self.word()}".encode())
        if vr == "PN":
            return Element(vr, "\\".join(self._name() for _ in range(self._random.choice((1, 1, 2)))).encode())
        if vr == "UI":
            self.planted += 1
            return Element(vr, f"{UIDS}.{self.planted}".encode())
        if vr in ("DA", "DT"):
            return Element(vr, (DATE if vr == "DA" else DATETIME).encode())
        if vr in ("DS", "IS"):
            # A number is a number; one that the table names must go all the same.
            return Element(vr, (NUMBER.format(self.planted % 10**6) if listed and vr == "DS" else self.word()).encode())
        if vr in ("CS", "TM", "AS"):
            # In capitals it would be what the value representation says.
            return Element(vr, (self.word() if listed else self.word().lower()).encode())
        if vr == "UR":
            return Element(vr, f"http://{self.word()}.example/?{self.word()}".encode())
        if vr in ("AE", "OB", "UN"):
            return Element(vr, self.word().encode())
        if vr in ("OW", "OF", "OD", "OL", "OV"):
            return Element(vr, BINARY[8] + (self.word().encode() if vr == "OW" else b""))
        size = {"US": 2, "SS": 2, "UL": 4, "SL": 4, "FL": 4, "FD": 8, "SV": 8, "UV": 8}.get(vr)
        return Element(vr, BINARY[size]) if listed and size else None

    def _one_or_two(self, vr: str) -> bytes:
        words = [self.word() for _ in range(self._random.choice((1, 1, 2)))]
        return "\\".join(words if vr != "LO" else [f"dr {word} of" for word in words]).encode()

    def _name(self) -> str:
        groups = "=".join(f"{self.word()}^{self.word()}" for _ in range(self._random.choice((1, 2, 3))))
        return f"{groups}^Mr"


def survivors(data: bytes) -> list[bytes]:
    """Return the canaries that are in a file: in its bytes, in either byte order, and in its values as read."""
    raw = inflated(data)
    found = _in(raw) + _in(_pairs_swapped(raw))
    dataset = dcmread(io.BytesIO(data))
    for shown in _values(dataset):
        for codec in ("utf-8", "utf-16-le", "latin-1"):
            found += _in(shown.encode(codec, "ignore"))
    for element in (*dataset.file_meta, *dataset):
        if isinstance(element.value, bytes):
            for codec in ("utf-16-le", "utf-16-be"):
                found += PLAIN.findall(element.value.decode(codec, "ignore").encode())
    return found


def _pairs_swapped(data: bytes) -> bytes:
    even = bytearray(data[: len(data) // 2 * 2])
    even[::2], even[1::2] = even[1::2], even[::2]
    return bytes(even)


def _in(data: bytes) -> list[bytes]:
    return PLAIN.findall(data) + [stem for stem in STEMS if stem in data]


def _values(dataset: Dataset) -> Iterator[str]:
    waiting = [dataset, dataset.file_meta]
    while waiting:
        for element in waiting.pop():
            if isinstance(element.value, Sequence):
                waiting += element.value
            elif not isinstance(element.value, bytes):
                yield str(element.value)


def _stems() -> set[bytes]:
    """Return the words of SCRIPTS as bytes, in every codec that can write them; without escape sequences."""
    codecs = ("utf-8", "utf-16-le", "utf-16-be", "latin-1", "iso8859_5", "shift_jis", "euc_kr", "gb18030")
    stems = set()
    for word, codec in SCRIPTS.values():
        for one in (codec, *codecs):
            try:
                stems.add(word.encode(one))
            except UnicodeEncodeError:
                continue
    return {re.sub(rb"\x1b[$(][)]?.", b"", stem) for stem in stems}


STEMS: Final = _stems()
