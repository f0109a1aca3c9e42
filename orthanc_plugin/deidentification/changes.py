"""What the bytes of elements become, for one subject; remembered, for the instances of a series say nearly the same."""

import re
from typing import Final, NamedTuple

from orthanc_plugin.deidentification import elements, rules, structure, values
from orthanc_plugin.deidentification.rules import Action
from orthanc_plugin.deidentification.scheme import CHECK, COPY, DROP, UNKNOWN, Kind, Scheme, is_shaped, walk
from orthanc_plugin.deidentification.structure import UNDEFINED
from orthanc_plugin.deidentification.trace import Done, Path
from orthanc_plugin.deidentification.values import Subject

#: Character sets that Python reads as pydicom does, and in which every part of a text can be written again.
CODECS: Final = {"": "latin-1", "ISO_IR 6": "latin-1", "ISO_IR 100": "latin-1", "ISO_IR 192": "utf-8"}

#: When more elements than these are remembered, all are forgotten.
LONGEST_MEMORY: Final = 20_000
#: Larger elements (functional groups of thousands of frames) are not remembered.
LARGEST_REMEMBERED: Final = 2**14

#: Texts that the character set of the object is about (PS3.5 section 6.1.2.3).
IN_CHARACTER_SET: Final = rules.FREE_TEXT | {"PN"}
SINGLE: Final = frozenset({"LT", "ST", "UT", "UR"})

CHARACTER_SET: Final = 0x00080005
SOP_INSTANCE: Final = 0x00080018
PLAIN_UID: Final = re.compile(rb"[0-9.]+[\0 ]?")
UNDEFINED_BYTES: Final = b"\xff\xff\xff\xff"
#: Of an item or of a sequence; as long as the header of an item.
DELIMITER: Final = b"\xfe\xff\xdd\xe0\0\0\0\0"


class NotUnderstood(Exception):  # noqa: N818 -- not a fault: the other engine takes over
    """Something is written in a way that only the engine on parsed data sets can judge."""


class Changed(NamedTuple):
    """What an element becomes: None where it stays as it is; and what that means."""

    data: bytes | None
    done: frozenset[Done]


NOTHING: Final[frozenset[Done]] = frozenset()
_MAPPED: Final = frozenset({Done((SOP_INSTANCE,), Action.UID)})


class Changes:
    """What elements become for one subject.

    Parameters
    ----------
    codec
        Of Python, for the character set of the objects; None where only plain ASCII can be read.
    """

    def __init__(self, subject: Subject, scheme: Scheme, codec: str | None) -> None:
        self.subject = subject
        self._scheme = scheme
        self._codec = codec
        self._remembered: dict[bytes, Changed] = {}

    def of(self, data: bytes, start: int, value: int, stop: int, kind: Kind) -> Changed:
        """Return what an element becomes.

        Parameters
        ----------
        start, value, stop
            Offsets of the element, of its value, and of what follows it.
        """
        if kind.tag == SOP_INSTANCE:
            return self._instance(data[value:stop], kind) or self._new(data, value, stop, kind)
        if stop - start > LARGEST_REMEMBERED:
            return self._new(data, value, stop, kind)
        raw = data[start:stop]
        known = self._remembered.get(raw)
        if known is None:
            if len(self._remembered) > LONGEST_MEMORY:
                self._remembered.clear()
            known = self._remembered[raw] = self._new(data, value, stop, kind)
        return known

    def _instance(self, raw: bytes, kind: Kind) -> Changed | None:
        """Return what a SOP Instance UID becomes, which no other instance has; None where it is no plain one."""
        if kind.rule.action is not Action.UID or not PLAIN_UID.fullmatch(raw):
            return None
        before = raw.rstrip(b"\0 ").decode("ascii")
        after = self.subject.keys.uid(before)
        return Changed(self._whole(kind, after.encode("ascii")), _MAPPED) if after != before else None

    def _new(self, data: bytes, value: int, stop: int, kind: Kind) -> Changed:
        if kind.vr == "SQ" and data[value - 4 : value] != UNDEFINED_BYTES:
            structure.check_items(data, value, stop, self._scheme.encoding)
        return self._element(data, value, stop, kind, ())

    def _element(self, data: bytes, value: int, stop: int, kind: Kind, path: Path) -> Changed:
        here = (*path, kind.tag)
        action = kind.rule.action
        if kind.treatment == DROP:
            return Changed(b"", frozenset({Done(here, Action.REMOVE)}))
        if action is Action.EMPTY:
            return self._emptied(kind, here, value == stop)
        if kind.vr == "SQ":
            return self._sequence(data, value, stop, kind, here)
        if kind.vr not in rules.TEXTUAL:
            return self._number(kind, here, value == stop)
        return self._text(data[value:stop], kind, here)

    def _emptied(self, kind: Kind, here: Path, is_empty: bool) -> Changed:
        done = frozenset({Done(here, Action.EMPTY)})
        return Changed(None if is_empty else self._header(kind, 0), done)

    def _number(self, kind: Kind, here: Path, is_empty: bool) -> Changed:
        done = frozenset({Done(here, kind.rule.action)})
        if is_empty or kind.rule.action not in (Action.DUMMY, Action.SHIFT):
            return Changed(None, done)
        if values.stand_in(kind.vr, kind.rule) is None:
            return Changed(b"" if kind.rule.fallback is Action.REMOVE else self._header(kind, 0), done)
        zero = b"\0" * elements.ZERO.get(kind.vr, 2)
        return Changed(self._header(kind, len(zero)) + zero, done)

    def _text(self, raw: bytes, kind: Kind, here: Path) -> Changed:
        codec = self._codec_for(raw, kind.vr)
        text = raw.decode(codec)
        parts = [text] if kind.vr in SINGLE else text.split("\\")
        before = [part.rstrip("\0 ") for part in parts]
        if before == [""]:
            return Changed(None, frozenset({Done(here, kind.rule.action)}) if kind.rule.listed else NOTHING)
        after = [values.change(kind.tag, kind.vr, kind.rule, part, self.subject) for part in before]
        if after == before:
            return Changed(None, frozenset({Done(here, kind.rule.action)}) if kind.rule.listed else NOTHING)
        done = frozenset({Done(here, kind.rule.action)})
        if any(after):
            return Changed(self._whole(kind, "\\".join(after).encode(codec)), done)
        stand_in = values.stand_in(kind.vr, kind.rule)
        if stand_in is None and kind.rule.action is Action.SHIFT and kind.rule.fallback is Action.REMOVE:
            return Changed(b"", done)
        return Changed(self._whole(kind, str(stand_in or "").encode("ascii")), done)

    def _codec_for(self, raw: bytes, vr: str) -> str:
        if vr not in IN_CHARACTER_SET:
            return "latin-1"
        if self._codec is not None:
            return self._codec
        if not raw.isascii() or b"\x1b" in raw:
            raise NotUnderstood
        return "ascii"

    # --- sequences ---------------------------------------------------------------------------------------------------

    def _sequence(self, data: bytes, value: int, stop: int, kind: Kind, here: Path) -> Changed:
        """Change the items of a sequence whose structure is known to be sound."""
        start = value - len(self._header(kind, 0))
        is_delimited = data[value - 4 : value] == UNDEFINED_BYTES
        end = stop - len(DELIMITER) if is_delimited else stop
        parts: list[bytes] = []
        done: set[Done] = set()
        at = value
        while at < end:
            at = self._item(data, at, end, here, parts, done)
        content = b"".join(parts)
        if content == data[value:end]:
            return Changed(None, frozenset(done))
        if is_delimited:
            return Changed(data[start:value] + content + data[end:stop], frozenset(done))
        return Changed(self._header(kind, len(content)) + content, frozenset(done))

    def _item(self, data: bytes, at: int, end: int, path: Path, parts: list[bytes], done: set[Done]) -> int:
        """Change one item; return where it ends."""
        inside = at + len(DELIMITER)
        length = int.from_bytes(data[at + 4 : inside], "little")
        stop = end if length == UNDEFINED else inside + length
        content: list[bytes] = []
        after = inside
        for start, value, after, kind in walk(data, inside, stop, self._scheme, in_item=length == UNDEFINED):
            changed = self._nested(data, value, after, kind, path)
            content.append(data[start:after] if changed.data is None else changed.data)
            done |= changed.done
        body = b"".join(content)
        if length == UNDEFINED:
            parts += (data[at:inside], body, data[after : after + len(DELIMITER)])
            return after + len(DELIMITER)
        parts += (data[at : at + 4], len(body).to_bytes(4, "little"), body)
        return stop

    def _nested(self, data: bytes, value: int, stop: int, kind: Kind, path: Path) -> Changed:
        if kind.treatment == UNKNOWN or kind.tag == CHARACTER_SET:
            raise NotUnderstood
        if rules.is_out_of_place(kind.tag):
            return Changed(b"", frozenset({Done((*path, kind.tag), Action.REMOVE)}))
        if kind.treatment == COPY or (kind.treatment == CHECK and is_shaped(kind, data, value, stop)):
            return Changed(None, NOTHING)
        return self._element(data, value, stop, kind, path)

    def _header(self, kind: Kind, length: int) -> bytes:
        return elements.header(kind.tag, kind.vr, length, explicit=self._scheme.explicit)

    def _whole(self, kind: Kind, value: bytes) -> bytes:
        return elements.element(kind.tag, kind.vr, value, explicit=self._scheme.explicit)
