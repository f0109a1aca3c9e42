"""Per-frame functional groups of a SEG from their bytes in Explicit VR Little Endian, without a data set for each item.

Whatever is not plainly understood raises `NotUnderstood`; pydicom then reads it (`frames`), and says the same of
everything that both understand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sr_templates.structure import NotUnderstood, Structure

#: Key of an element: tag and VR, as they stand in the file.
SEGMENT_IDENTIFICATION, SEGMENT_NUMBER = b"\x62\0\x0a\0SQ", b"\x62\0\x0b\0US"
DERIVATION, SOURCE_IMAGE = b"\x08\0\x24\x91SQ", b"\x08\0\x12\x21SQ"
INSTANCE, FRAME_NUMBER = b"\x08\0\x55\x11UI", b"\x08\0\x60\x11IS"
PLANE_POSITION, POSITION = b"\x20\0\x13\x91SQ", b"\x20\0\x32\0DS"
PLANE_ORIENTATION, ORIENTATION = b"\x20\0\x16\x91SQ", b"\x20\0\x37\0DS"
PIXEL_MEASURES, SPACING = b"\x28\0\x10\x91SQ", b"\x28\0\x30\0DS"

#: The same tags with another VR are read by pydicom.
WANTED: Final = frozenset(
    {
        *(SEGMENT_IDENTIFICATION, SEGMENT_NUMBER, DERIVATION, SOURCE_IMAGE, INSTANCE, FRAME_NUMBER),
        *(PLANE_POSITION, POSITION, PLANE_ORIENTATION, ORIENTATION, PIXEL_MEASURES, SPACING),
    }
)
WANTED_TAGS: Final = frozenset(key[:4] for key in WANTED)

Range = tuple[int, int]


@dataclass(frozen=True)
class Groups:
    """What the functional groups of a frame, or those shared by all, say; None is not said."""

    segment: int | None
    sources: tuple[str, ...] | None
    position: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    spacing: tuple[float, ...] | None


def groups(data: bytes) -> list[Groups]:
    """Return the groups of each frame, from the value of Per-Frame Functional Groups Sequence.

    Raises
    ------
    NotUnderstood
        It is encoded in another way, odd, or damaged.
    """
    return _Reader(data).groups()


def names(uid: str, frame_numbers: Sequence[int]) -> Iterator[str]:
    """Yield the names of the slices that a reference is to: of the whole instance, or of some of its frames."""
    if not frame_numbers:
        yield uid
    for number in frame_numbers:
        yield f"{uid}/frames/{number}"


class _Reader(Structure):
    __slots__ = ()

    def groups(self) -> list[Groups]:
        return [self._group(self._places(*item)) for item in self.sequence(0, len(self.data), 0)]

    def _group(self, places: dict[bytes, Range]) -> Groups:
        number = self._first(places, SEGMENT_IDENTIFICATION).get(SEGMENT_NUMBER)
        return Groups(
            self._whole(number) if number else None,
            tuple(self._sources(places)) or None,
            self._floats(self._first(places, PLANE_POSITION).get(POSITION), 3),
            self._floats(self._first(places, PLANE_ORIENTATION).get(ORIENTATION), 6),
            self._floats(self._first(places, PIXEL_MEASURES).get(SPACING), 2),
        )

    def _places(self, begin: int, end: int) -> dict[bytes, Range]:
        """Return where the wanted elements of an item are."""
        found: dict[bytes, Range] = {}
        for key, start, stop in self.elements(begin, end, 1):
            if key[:4] in WANTED_TAGS:
                if key not in WANTED or key in found:
                    raise NotUnderstood
                found[key] = start, stop
        return found

    def _first(self, places: dict[bytes, Range], group: bytes) -> dict[bytes, Range]:
        item = next(self.sequence(*places[group], 1), None) if group in places else None
        return self._places(*item) if item else {}

    def _sources(self, places: dict[bytes, Range]) -> Iterator[str]:
        for derivation in self.sequence(*places.get(DERIVATION, (0, 0)), 1):
            for source in self.sequence(*self._places(*derivation).get(SOURCE_IMAGE, (0, 0)), 1):
                reference = self._places(*source)
                if uid := self._text(reference.get(INSTANCE)):
                    numbers = self._text(reference.get(FRAME_NUMBER))
                    yield from names(uid, [int(one) for one in numbers.split("\\")] if numbers else ())

    def _text(self, place: Range | None) -> str:
        try:
            return self.data[slice(*place)].rstrip(b" \0").decode("ascii") if place else ""
        except UnicodeDecodeError:
            raise NotUnderstood from None

    def _whole(self, place: Range) -> int:
        if place[1] - place[0] != 2:
            raise NotUnderstood
        return int.from_bytes(self.data[slice(*place)], "little")

    def _floats(self, place: Range | None, count: int) -> tuple[float, ...] | None:
        parts = self._text(place).split("\\")
        if not place or len(parts) != count:
            return None
        try:
            return tuple(map(float, parts))
        except ValueError:
            raise NotUnderstood from None
