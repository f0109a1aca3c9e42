"""What each kind of element is and what is done with it, looked up by the first bytes of its header."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from pydicom.datadict import dictionary_VR

from orthanc_plugin.deidentification import rules, structure
from orthanc_plugin.deidentification.elements import SHAPED
from orthanc_plugin.deidentification.errors import StructureError
from orthanc_plugin.deidentification.profile import Profile
from orthanc_plugin.deidentification.rules import Action, Rule
from orthanc_plugin.deidentification.structure import KNOWN_VRS, LONG_VRS, UNDEFINED, Encoding

DAMAGED: Final = (
    "The object is damaged: an element is cut off, out of order or of no value representation. Send it again from its "
    "source."
)
ITEM_DELIMITER: Final = b"\xfe\xff\x0d\xe0"

#: What is done with the bytes of an element: copied; copied when they have the right shape; left out; changed.
COPY, CHECK, DROP, CHANGE, UNKNOWN = range(5)


class Kind(NamedTuple):
    """All elements of one tag and value representation.

    Attributes
    ----------
    treatment
        COPY, CHECK, DROP, CHANGE, or UNKNOWN for what only the other engine can judge.
    long
        Whether the length has four bytes after two reserved ones.
    wanted
        Whether the value is needed for more than itself.
    shape
        What a value looks like that may be copied, for CHECK.
    """

    tag: int
    vr: str
    treatment: int
    long: bool
    wanted: bool
    rule: Rule
    shape: re.Pattern[bytes] | None


Place = tuple[int, int, int, Kind]


class Scheme:
    """The kinds of one encoding under one profile.

    Parameters
    ----------
    explicit
        Whether elements say their value representation; little endian in any case.
    wanted
        Tags whose values are needed.
    """

    def __init__(self, profile: Profile, wanted: frozenset[int], *, explicit: bool) -> None:
        self.explicit = explicit
        self.encoding: Final = Encoding(explicit, little=True)
        #: Bytes of a header by which kinds are told apart.
        self.key_length: Final = 6 if explicit else 4
        self.kinds: dict[bytes, Kind] = {}
        self._profile = profile
        self._wanted = wanted

    def kind(self, key: bytes) -> Kind:
        """Return the kind of an element whose header begins with these bytes; remember it in `kinds`.

        Raises
        ------
        StructureError
            They are cut off, or say no value representation.
        """
        if len(key) < self.key_length:
            raise StructureError("corrupt", DAMAGED)
        tag = int.from_bytes(key[:2], "little") << 16 | int.from_bytes(key[2:4], "little")
        vr = key[4:6]
        if self.explicit and vr not in KNOWN_VRS:
            raise StructureError("corrupt", DAMAGED)
        return self.kinds.setdefault(key, self._kind(tag, vr.decode() if self.explicit else _vr(tag)))

    def _kind(self, tag: int, vr: str) -> Kind:
        long = self.explicit and vr.encode() in LONG_VRS
        if rules.is_dropped(tag):
            return Kind(tag, vr, DROP, long, tag in self._wanted, Rule(Action.REMOVE), None)
        rule = self._profile.rule(tag, vr)
        return Kind(tag, vr, _treatment(rule, vr), long, tag in self._wanted, rule, SHAPED.get(vr))


def walk(data: bytes, at: int, limit: int, scheme: Scheme, *, in_item: bool = False) -> Iterator[Place]:
    """Yield start, value, stop and kind of the elements of a data set or item, and see that their lengths add up.

    Parameters
    ----------
    in_item
        Whether a delimiter ends the item, not `limit`.

    Raises
    ------
    StructureError
        They do not, or elements are out of order.
    """
    last = -1
    while at < limit and not (in_item and data[at : at + 4] == ITEM_DELIMITER):
        key = data[at : at + scheme.key_length]
        kind = scheme.kinds.get(key) or scheme.kind(key)
        value, length = extent(data, at, kind, scheme)
        stop = value + length if length != UNDEFINED else end_of_undefined(data, value, limit, kind, scheme)
        if kind.tag <= last or stop > limit:
            raise StructureError("corrupt", DAMAGED)
        yield at, value, stop, kind
        last, at = kind.tag, stop


def extent(data: bytes, at: int, kind: Kind, scheme: Scheme) -> tuple[int, int]:
    """Return where the value of an element begins, and its length."""
    if kind.long:
        return at + 12, int.from_bytes(data[at + 8 : at + 12], "little")
    return at + 8, int.from_bytes(data[at + scheme.key_length : at + 8], "little")


def end_of_undefined(data: bytes, value: int, limit: int, kind: Kind, scheme: Scheme) -> int:
    """Return where an element of undefined length ends, after checking all of it."""
    vr = kind.vr.encode() if scheme.explicit else b""
    return structure.end_of_undefined(data, kind.tag, vr, value, limit, scheme.encoding)


def is_shaped(kind: Kind, data: bytes, value: int, stop: int) -> bool:
    """Whether a checked value is what its VR says."""
    return kind.shape is not None and kind.shape.fullmatch(data, value, stop) is not None


def _treatment(rule: Rule, vr: str) -> int:
    if vr == "UN":
        return UNKNOWN
    if rule.action is Action.REMOVE:
        return DROP
    if rule.action is Action.CHECK:
        # An age of the right shape may be too high, and a code may be the patient's name.
        return CHANGE if vr in ("AS", "CS") else CHECK
    return COPY if rule.action is Action.KEEP and not rule.listed else CHANGE


def _vr(tag: int) -> str:
    """Return the VR of the dictionary; where it allows two, both are numbers."""
    try:
        return dictionary_VR(tag)[:2]
    except KeyError:
        return "UN"
