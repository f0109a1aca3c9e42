"""What the instances of a series have in common, learned from the first two: all but a few elements, byte for byte.

A template is a list of steps: bytes that must stand there, what they become, and then one element that differs from
instance to instance. The bytes hold the headers of all elements between, so an instance that fits is as well-formed as
the one that was learned from. One that does not fit is looked at element by element, and the template learns from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from orthanc_plugin.deidentification import pixel_data
from orthanc_plugin.deidentification.contexts import SERIES, SOP_INSTANCE, Context
from orthanc_plugin.deidentification.pixel_data import PIXEL_DATA, SOP_CLASS, Frames
from orthanc_plugin.deidentification.scheme import CHECK, COPY, Kind, Place, Scheme, end_of_undefined, is_shaped
from orthanc_plugin.deidentification.structure import UNDEFINED
from orthanc_plugin.deidentification.trace import Done

#: UI has a header of eight bytes in every encoding.
UI_HEADER: Final = 8

#: UIDs of ours begin so: an instance that bears one may have been written by the plugin, which a template cannot know.
OWN_UID: Final = b"2.25."

#: How many templates are kept, the one that was used last in front; and how many series are learned from.
MOST_TEMPLATES: Final = 16
MOST_SERIES: Final = 64

#: Objects with more than this beside their pixels (thousands of frames) come alone, not in a series.
LARGEST_HEADER: Final = 2**17

NOTHING: Final[frozenset[Done]] = frozenset()


class Piece(NamedTuple):
    """What becomes of one element, or is written where none was."""

    tag: int
    data: bytes | memoryview
    done: frozenset[Done]


class Spliced(NamedTuple):
    """A de-identified data set in parts; UIDs as raw values."""

    sop_class: bytes
    sop_instance: bytes
    context: Context
    parts: Sequence[bytes | memoryview]
    done: frozenset[Done]

    @classmethod
    def of(cls, sop_class: bytes, pieces: Sequence[Piece], context: Context) -> "Spliced":
        """Return pieces as a data set."""
        sop_instance = next(bytes(piece.data)[UI_HEADER:] for piece in pieces if piece.tag == SOP_INSTANCE)
        done = context.union([piece.done for piece in pieces if piece.done])
        return cls(sop_class, sop_instance, context, [piece.data for piece in pieces], done)


class Step(NamedTuple):
    """Bytes that must stand here, what they become, and the element that follows; its header has begun in the bytes."""

    raw: bytes
    becomes: bytes
    kind: Kind | None


@dataclass(frozen=True)
class Template:
    """What the instances of one series have in common.

    Attributes
    ----------
    sop_class
        Value of SOP Class UID.
    done
        What was done to the elements that are in common.
    frames
        How large the pixels are, when there are any.
    """

    series: bytes
    steps: tuple[Step, ...]
    sop_class: bytes
    done: frozenset[Done]
    frames: Frames | None
    context: Context
    scheme: Scheme

    def apply(self, data: bytes, at: int) -> Spliced | None:
        """Return the data set that begins at an offset, de-identified; None where it does not fit.

        Raises
        ------
        StructureError
            Its pixels are not all there.
        """
        parts: list[bytes | memoryview] = []
        done, sop_instance = [self.done], b""
        for raw, becomes, kind in self.steps:
            if not data.startswith(raw, at):
                return None
            at += len(raw)
            parts.append(becomes)
            if kind is None:
                break
            piece, at = self._differing(data, at, kind)
            if piece is None:
                return None
            parts.append(piece.data)
            if piece.done:
                done.append(piece.done)
            if kind.tag == SOP_INSTANCE:
                sop_instance = bytes(piece.data[UI_HEADER:])
        if at != len(data):
            return None
        return Spliced(self.sop_class, sop_instance, self.context, parts, self.context.union(done))

    def _differing(self, data: bytes, at: int, kind: Kind) -> tuple[Piece | None, int]:
        """Return what becomes of an element whose length begins at an offset, and where the next one begins."""
        value = at + (4 if kind.long or not self.scheme.explicit else 2)
        length = int.from_bytes(data[at:value], "little")
        stop = value + length
        if length == UNDEFINED:
            stop = end_of_undefined(data, value, len(data), kind, self.scheme)
        elif stop > len(data):
            return None, at
        start = value - (12 if kind.long else 8)
        if kind.tag == PIXEL_DATA and self.frames is not None:
            view = memoryview(data)
            if pixel_data.check_size(self.frames, view[value:stop], encapsulated=length == UNDEFINED):
                return None, at
            return Piece(kind.tag, view[start:stop], NOTHING), stop
        if kind.treatment == COPY or (kind.treatment == CHECK and is_shaped(kind, data, value, stop)):
            return Piece(kind.tag, data[start:stop], NOTHING), stop
        if kind.tag == SOP_INSTANCE and data.startswith(OWN_UID, value):
            return None, at
        changed = self.context.changes.of(data, start, value, stop, kind)
        return Piece(kind.tag, data[start:stop] if changed.data is None else changed.data, changed.done), stop


@dataclass(frozen=True)
class _Learned:
    """The instance of a series that was looked at last, and the tags that have differed so far."""

    kinds: tuple[Kind, ...]
    raw: tuple[bytes, ...]
    differing: frozenset[int]


class Templates:
    """The templates of one encoding; those of other series are forgotten in time."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._templates: list[Template] = []
        self._learned: dict[bytes, _Learned] = {}

    def apply(self, data: bytes, at: int) -> Spliced | None:
        """Return the data set that begins at an offset, de-identified; None where no template fits.

        Raises
        ------
        StructureError
            Its pixels are not all there.
        """
        for number, template in enumerate(self._templates):
            spliced = template.apply(data, at)
            if spliced is not None:
                if number:
                    self._templates.insert(0, self._templates.pop(number))
                return spliced
        return None

    def learn(self, data: bytes, places: Sequence[Place], pieces: Sequence[Piece], context: Context) -> None:
        """Learn from an instance that was looked at element by element."""
        if sum(stop - at for at, _, stop, kind in places if kind.tag != PIXEL_DATA) > LARGEST_HEADER:
            return
        raw = tuple(data[at:stop] if kind.tag != PIXEL_DATA else b"" for at, _, stop, kind in places)
        kinds = tuple(kind for _, _, _, kind in places)
        series = raw[next(number for number, kind in enumerate(kinds) if kind.tag == SERIES)]
        before = self._learned.get(series)
        known = before is not None and before.kinds == kinds
        differing = frozenset[int]()
        if before is not None and known:
            pairs = zip(kinds, before.raw, raw, strict=True)
            differing = before.differing | {kind.tag for kind, one, other in pairs if one != other}
        if len(self._learned) >= MOST_SERIES:
            self._learned.clear()
        self._learned[series] = _Learned(kinds, raw, differing)
        if known and not any(kind.wanted and kind.tag in differing - {SOP_INSTANCE} for kind in kinds):
            self._add(_template(data, places, pieces, context, differing | {PIXEL_DATA, SOP_INSTANCE}, self._scheme))

    def _add(self, template: Template) -> None:
        others = [one for one in self._templates if one.series != template.series]
        self._templates = [template, *others][:MOST_TEMPLATES]


def _template(
    data: bytes,
    places: Sequence[Place],
    pieces: Sequence[Piece],
    context: Context,
    differing: frozenset[int],
    scheme: Scheme,
) -> Template:
    by_tag = {kind.tag: (at, value, stop, kind) for at, value, stop, kind in places}
    steps: list[Step] = []
    raw, becomes, done = bytearray(), bytearray(), set[Done]()
    for piece in pieces:
        at, _, stop, kind = by_tag.get(piece.tag, (0, 0, 0, None))
        if kind is None:
            becomes += piece.data
        elif kind.tag in differing:
            steps.append(Step(bytes(raw) + data[at : at + _before_length(kind, scheme)], bytes(becomes), kind))
            raw, becomes = bytearray(), bytearray()
        else:
            raw += data[at:stop]
            becomes += piece.data
            done |= piece.done
    steps.append(Step(bytes(raw), bytes(becomes), None))
    seen = {tag: place[:3] for tag, place in by_tag.items()}
    _, value, stop, _ = by_tag[SOP_CLASS]
    frames = pixel_data.frames_of(data, seen) if PIXEL_DATA in seen else None
    series = data[by_tag[SERIES][0] : by_tag[SERIES][2]]
    return Template(series, tuple(steps), data[value:stop], frozenset(done), frames, context, scheme)


def _before_length(kind: Kind, scheme: Scheme) -> int:
    """Return how many bytes of a header stand before the length: tag, VR, and reserved bytes."""
    return 8 if kind.long else scheme.key_length
