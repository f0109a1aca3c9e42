"""Applies the profile to the bytes of a data set: what stays is copied, what changes is replaced.

A second engine beside `engine`, for what nearly everything is: little endian, plain character sets, nothing hidden.
What it does not fully understand it leaves to the other one (`NotUnderstood`); a test holds both against each other.
The instances of a series say nearly the same in nearly every attribute: what an element becomes is remembered by its
bytes.
"""

from dataclasses import dataclass, field
from typing import Final

from orthanc_plugin.deidentification import meta, pixel_data, pixels, structure
from orthanc_plugin.deidentification.changes import NotUnderstood
from orthanc_plugin.deidentification.contexts import SHARED, Context, Contexts, Seen
from orthanc_plugin.deidentification.errors import StructureError
from orthanc_plugin.deidentification.meta import Meta
from orthanc_plugin.deidentification.pixel_data import PIXEL_DATA
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.rules import Action
from orthanc_plugin.deidentification.scheme import CHECK, COPY, UNKNOWN, Kind, Scheme
from orthanc_plugin.deidentification.structure import UNDEFINED
from orthanc_plugin.deidentification.subject import PATIENT_AGE, REWRITTEN
from orthanc_plugin.deidentification.trace import Deidentified, Done

SOP_CLASS, SOP_INSTANCE, STUDY, SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E
#: UI has a header of eight bytes in every encoding.
SHORT_HEADER: Final = 8

#: Attributes that we write ourselves, in their order, and a tag that is behind them all.
PLACES: Final = (*sorted((*REWRITTEN, PATIENT_AGE)), 1 << 32)

Edit = tuple[int, int, int, Kind | int]


@dataclass
class Scan:
    """What one look over a data set found.

    Attributes
    ----------
    edits
        Start, value, stop and kind of what may change, and tag instead of kind where something is to be written.
    seen
        Tag → offsets of an element, its value and its end, for the attributes that are needed.
    """

    edits: list[Edit] = field(default_factory=list)
    seen: dict[int, tuple[int, int, int]] = field(default_factory=dict)


class Splicer:
    """The engine; one thread at a time."""

    def __init__(self, policy: Policy) -> None:
        keywords = {name for rule in (*pixels.FIRST, *policy.pixel_rules, *pixels.RULES) for name in rule.when}
        self._policy = policy
        self._judged = {pixels.tag_of(keyword): keyword for keyword in sorted(keywords)}
        self._wanted = SHARED | frozenset(self._judged) | pixel_data.FRAME_TAGS | {SOP_INSTANCE, SERIES, PIXEL_DATA}
        self._schemes = {one: Scheme(policy.profile, self._wanted, explicit=one) for one in (True, False)}
        self._contexts = Contexts(policy)
        self._verdicts: dict[tuple[bytes, ...], bool] = {}

    def deidentify(self, data: bytes, found: Meta) -> Deidentified:
        """De-identify a file.

        Raises
        ------
        NotUnderstood
            The other engine must do it.
        StructureError, PixelPolicyError, DeidentificationError
            The object may not come in.
        """
        syntax = found.transfer_syntax
        if syntax.is_deflated or not syntax.is_little_endian:
            raise NotUnderstood
        scheme = self._schemes[not syntax.is_implicit_VR]
        scan = _scan(data, found.data_set, scheme)
        self._judge(data, scan.seen)
        context = self._contexts.of(data, scan.seen, scheme)
        parts, sop_instance, done = _spliced(data, found.data_set, scan.edits, context)
        _, value, stop = scan.seen[SOP_CLASS]
        sop_instance = sop_instance or _raw(data, scan.seen[SOP_INSTANCE])
        head = meta.write(data[value:stop], sop_instance, syntax)
        uid = sop_instance.rstrip(b"\0 ").decode("ascii")
        return Deidentified(b"".join((head, *parts)), context.study_instance_uid, uid, done)

    def _judge(self, data: bytes, seen: Seen) -> None:
        """Check what must be there, and whether the pixels may be shown."""
        for tag, name in ((SOP_INSTANCE, "SOPInstanceUID"), (STUDY, "StudyInstanceUID"), (SERIES, "SeriesInstanceUID")):
            if tag not in seen or seen[tag][1] == seen[tag][2]:
                raise StructureError("corrupt", f"The object has no {name}.")
        raw = tuple(data[seen[tag][1] : seen[tag][2]] if tag in seen else b"" for tag in self._judged)
        if raw not in self._verdicts:
            texts = {
                name: pixels.text_of(tag, value) for (tag, name), value in zip(self._judged.items(), raw, strict=True)
            }
            may_blank = self._policy.profile.has("CleanPixelData")
            regions = pixels.decide(texts.__getitem__, self._policy.pixel_rules, may_blank=may_blank)
            self._verdicts[raw] = bool(regions)
        if self._verdicts[raw]:
            raise NotUnderstood  # to be blanked
        pixel_data.check_scanned(data, seen)


def _scan(data: bytes, at: int, scheme: Scheme) -> Scan:
    """Look at every element once, and see that the lengths add up to the very end."""
    kinds, key_length, explicit = scheme.kinds, scheme.key_length, scheme.explicit
    found, end, last = Scan(), len(data), -1
    edits, seen = found.edits, found.seen
    places = iter(PLACES)
    place = next(places)
    while at < end:
        key = data[at : at + key_length]
        kind = kinds.get(key) or scheme.kind(key)
        tag, _, treatment, is_long, is_wanted, _, shape = kind
        if tag <= last or at + 8 > end:
            raise StructureError(
                "corrupt", "The object is damaged: elements are out of order or cut off. Send it again."
            )
        last = tag
        if is_long:
            value, length = at + 12, int.from_bytes(data[at + 8 : at + 12], "little")
        elif explicit:
            value, length = at + 8, data[at + 6] | data[at + 7] << 8
        else:
            value, length = at + 8, int.from_bytes(data[at + 4 : at + 8], "little")
        stop = value + length
        if length == UNDEFINED:
            stop = structure.end_of_undefined(
                data, tag, kind.vr.encode() if explicit else b"", value, end, scheme.encoding
            )
        elif stop > end:
            raise StructureError(
                "corrupt", "The object is damaged: a value is longer than what is left. Send it again."
            )
        while tag > place:
            edits.append((at, at, at, place))
            place = next(places)
        if tag == PATIENT_AGE:
            place = next(places)
        if tag == place and tag != PATIENT_AGE:
            edits.append((at, value, stop, tag))
            place = next(places)
        elif treatment == UNKNOWN:
            raise NotUnderstood
        elif treatment != COPY and not (treatment == CHECK and shape and shape.fullmatch(data, value, stop)):
            edits.append((at, value, stop, kind))
        if is_wanted:
            seen[tag] = (at, value, stop)
        at = stop
    while place < PLACES[-1]:
        edits.append((end, end, end, place))
        place = next(places)
    return found


def _spliced(
    data: bytes, start: int, edits: list[Edit], context: Context
) -> tuple[list[bytes | memoryview], bytes, frozenset[Done]]:
    """Return the parts of the new data set, its SOP Instance UID when it has changed, and what was done."""
    view, written, of = memoryview(data), context.written, context.changes.of
    parts: list[bytes | memoryview] = []
    done: list[frozenset[Done]] = []
    copied, sop_instance = start, b""
    for at, value, stop, kind in edits:
        if isinstance(kind, int):
            replacement: bytes | None = written.get(kind, b"")
            if stop > at:
                done.append(_REWRITTEN[kind])
        elif kind.tag == PATIENT_AGE and PATIENT_AGE in written:
            replacement = written[PATIENT_AGE]
        else:
            replacement, what = of(data, at, value, stop, kind)
            if what:
                done.append(what)
            if kind.tag == SOP_INSTANCE and replacement:
                sop_instance = replacement[SHORT_HEADER:]
        if replacement is not None:
            if at > copied:
                parts.append(view[copied:at])
            parts.append(replacement)
            copied = stop
    parts.append(view[copied:])
    return parts, sop_instance, context.union(done)


def _raw(data: bytes, place: tuple[int, int, int]) -> bytes:
    return data[place[1] : place[2]]


_REWRITTEN: Final = {tag: frozenset({Done((tag,), Action.DUMMY)}) for tag in REWRITTEN}
