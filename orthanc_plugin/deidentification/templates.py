"""What the instances of a series have in common, learned from the first two: all but a few elements, byte for byte.

A template is a list of steps: bytes that must stand there, what they become, and then one element that differs from
instance to instance. The bytes hold the headers of all elements between, so an instance that fits is as well-formed as
the one that was learned from. One that does not fit is looked at element by element, and the template learns from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from orthanc_plugin.deidentification import pixel_data
from orthanc_plugin.deidentification.changes import SOP_INSTANCE
from orthanc_plugin.deidentification.contexts import SERIES, Context
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

#: By how much the elements before Series Instance UID may be longer than in the instance that was learned from.
MOST_LONGER: Final = 1024

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
        done = NOTHING.union(*(piece.done for piece in pieces))
        return cls(sop_class, sop_instance, context, [piece.data for piece in pieces], done)


class Step(NamedTuple):
    """Bytes that must stand here, what they become, and the element that follows; its header has begun in the bytes.

    Attributes
    ----------
    done
        What was done to the element that follows, in the instance that was learned from.
    """

    raw: bytes
    becomes: bytes
    kind: Kind | None
    done: frozenset[Done]


class _Met(NamedTuple):
    """What becomes of an element that differs, what was done to it, and where the next one begins."""

    data: bytes | memoryview
    done: frozenset[Done]
    stop: int


@dataclass(frozen=True)
class Template:
    """What the instances of one series have in common.

    Attributes
    ----------
    series
        The element Series Instance UID.
    reach
        How far behind the beginning of a data set that element ends at most.
    sop_class
        Value of SOP Class UID.
    common, done
        What was done to the elements that are in common; and to all, in the instance that was learned from.
    frames
        How large the pixels are, when there are any.
    """

    series: bytes
    reach: int
    steps: tuple[Step, ...]
    sop_class: bytes
    common: frozenset[Done]
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
        if data.find(self.series, at, at + self.reach) < 0:
            return None
        parts: list[bytes | memoryview] = []
        told: list[frozenset[Done]] = []
        is_alike, sop_instance = True, b""
        for raw, becomes, kind, done in self.steps:
            if not data.startswith(raw, at):
                return None
            at += len(raw)
            parts.append(becomes)
            if kind is None:
                break
            met = self._differing(data, at, kind)
            if met is None:
                return None
            piece, so_done, at = met
            parts.append(piece)
            told.append(so_done)
            is_alike = is_alike and (so_done is done or so_done == done)
            if kind.tag == SOP_INSTANCE:
                sop_instance = bytes(piece[UI_HEADER:])
        if at != len(data):
            return None
        whole = self.done if is_alike else self.common.union(*told)
        return Spliced(self.sop_class, sop_instance, self.context, parts, whole)

    def _differing(self, data: bytes, at: int, kind: Kind) -> _Met | None:
        """Look at the element whose length begins at an offset."""
        value = at + (4 if kind.long or not self.scheme.explicit else 2)
        length = int.from_bytes(data[at:value], "little")
        stop = value + length
        if length == UNDEFINED:
            stop = end_of_undefined(data, value, len(data), kind, self.scheme)
        elif stop > len(data):
            return None
        start = value - (12 if kind.long else 8)
        if kind.tag == PIXEL_DATA and self.frames is not None:
            view = memoryview(data)
            if pixel_data.check_size(self.frames, view[value:stop], encapsulated=length == UNDEFINED):
                return None
            return _Met(view[start:stop], NOTHING, stop)
        if kind.treatment == COPY or (kind.treatment == CHECK and is_shaped(kind, data, value, stop)):
            return _Met(data[start:stop], NOTHING, stop)
        if kind.tag == SOP_INSTANCE and data.startswith(OWN_UID, value):
            return None
        changed = self.context.changes.of(data, start, value, stop, kind)
        return _Met(data[start:stop] if changed.data is None else changed.data, changed.done, stop)


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
    raw, becomes, common = bytearray(), bytearray(), set[Done]()
    for piece in pieces:
        at, _, stop, kind = by_tag.get(piece.tag, (0, 0, 0, None))
        if kind is None:
            becomes += piece.data
        elif kind.tag in differing:
            head = data[at : at + _before_length(kind, scheme)]
            steps.append(Step(bytes(raw) + head, bytes(becomes), kind, piece.done))
            raw, becomes = bytearray(), bytearray()
        else:
            raw += data[at:stop]
            becomes += piece.data
            common |= piece.done
    steps.append(Step(bytes(raw), bytes(becomes), None, NOTHING))
    seen = {tag: place[:3] for tag, place in by_tag.items()}
    _, value, stop, _ = by_tag[SOP_CLASS]
    frames = pixel_data.frames_of(data, seen) if PIXEL_DATA in seen else None
    start, _, end, _ = by_tag[SERIES]
    reach = end - places[0][0] + MOST_LONGER
    done = frozenset(common).union(*(step.done for step in steps))
    return Template(
        data[start:end], reach, tuple(steps), data[value:stop], frozenset(common), done, frames, context, scheme
    )


def _before_length(kind: Kind, scheme: Scheme) -> int:
    """Return how many bytes of a header stand before the length: tag, VR, and reserved bytes."""
    return 8 if kind.long else scheme.key_length
