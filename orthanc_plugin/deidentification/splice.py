"""Applies the profile to the bytes of a data set: what stays is copied, what changes is replaced.

A second engine beside `engine`, for what nearly everything is: little endian, plain character sets, nothing hidden.
What it does not fully understand it leaves to the other one (`NotUnderstood`); a test holds both against each other.
The instances of a series say nearly the same in nearly every attribute: what elements become is remembered by their
bytes (`changes`), and whole stretches of them by what the series has in common (`templates`).
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pydicom.uid import UID

from orthanc_plugin.deidentification import content_items, meta, pixel_data, pixels, scheme
from orthanc_plugin.deidentification.changes import SOP_INSTANCE, NotUnderstood
from orthanc_plugin.deidentification.contexts import SERIES, SHARED, STUDY, Context, Contexts
from orthanc_plugin.deidentification.errors import StructureError
from orthanc_plugin.deidentification.meta import Meta
from orthanc_plugin.deidentification.pixel_data import SOP_CLASS
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.rules import Action
from orthanc_plugin.deidentification.scheme import CHECK, COPY, UNKNOWN, Place, Scheme
from orthanc_plugin.deidentification.subject import CLEAN_PIXEL_DATA, METHOD_CODES, PATIENT_AGE, REWRITTEN
from orthanc_plugin.deidentification.templates import Piece, Spliced, Templates
from orthanc_plugin.deidentification.trace import Deidentified, Done, Identity

#: Attributes that we write ourselves, in their order, and a tag that is behind them all.
WRITTEN: Final = (*sorted((*REWRITTEN, PATIENT_AGE)), 1 << 32)

#: Modalities of objects with a content tree: an item may be about the patient, and no two are alike.
DOCUMENTS: Final = frozenset({"SR", "KO"})

#: Without these an object has no place.
IDENTIFIERS: Final = {SOP_INSTANCE: "SOPInstanceUID", STUDY: "StudyInstanceUID", SERIES: "SeriesInstanceUID"}


class Splicer:
    """The engine; one thread at a time."""

    def __init__(self, policy: Policy) -> None:
        keywords = {name for rule in (*pixels.FIRST, *policy.pixel_rules, *pixels.RULES) for name in rule.when}
        self._policy = policy
        self._judged = {pixels.tag_of(keyword): keyword for keyword in sorted(keywords)}
        judged = frozenset((*self._judged, *IDENTIFIERS, METHOD_CODES)) | pixel_data.OVERLAY_POSITIONS
        wanted = SHARED | judged | pixel_data.FRAME_TAGS
        self._schemes = {explicit: Scheme(policy.profile, wanted, explicit=explicit) for explicit in (True, False)}
        self._contexts = Contexts(policy)
        self._templates = {explicit: Templates(one) for explicit, one in self._schemes.items()}
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
        explicit = _is_explicit(found.transfer_syntax)
        if explicit is None:
            raise NotUnderstood
        done = self._templates[explicit].apply(data, found.data_set) or self._whole(data, found.data_set, explicit)
        head = meta.write(done.sop_class, done.sop_instance, found.transfer_syntax)
        shared, uid = done.context, done.sop_instance.rstrip(b"\0 ").decode("ascii")
        identity = Identity(shared.patient_id, shared.study_instance_uid, shared.series_instance_uid, uid)
        return Deidentified(b"".join((head, *done.parts)), identity, shared.modality, done.done)

    def _whole(self, data: bytes, start: int, explicit: bool) -> Spliced:
        """Look at every element."""
        places = list(scheme.walk(data, start, len(data), self._schemes[explicit]))
        seen = {kind.tag: (at, value, stop) for at, value, stop, kind in places if kind.wanted}
        self._judge(data, seen)
        context = self._contexts.of(data, seen, self._schemes[explicit])
        is_document = context.modality in DOCUMENTS
        if is_document and content_items.may_be_in(data):
            raise NotUnderstood
        pieces = _pieces(data, places, context)
        _, value, stop = seen[SOP_CLASS]
        spliced = Spliced.of(data[value:stop], pieces, context)
        if not is_document:
            self._templates[explicit].learn(data, places, pieces, context)
        return spliced

    def _judge(self, data: bytes, seen: dict[int, tuple[int, int, int]]) -> None:
        """Check what must be there, and whether the pixels may be shown."""
        for tag, name in IDENTIFIERS.items():
            if tag not in seen or seen[tag][1] == seen[tag][2]:
                raise StructureError("corrupt", f"The object has no {name}.")
        raw = tuple(data[seen[tag][1] : seen[tag][2]] if tag in seen else b"" for tag in self._judged)
        if raw not in self._verdicts:
            self._verdicts[raw] = bool(self._regions(raw))
        _, value, stop = seen.get(METHOD_CODES, (0, 0, 0))
        was_blanked = CLEAN_PIXEL_DATA.encode() in data[value:stop]
        has_more = pixel_data.check_scanned(data, seen) or pixel_data.has_overlay_in_pixels(data, seen)
        if self._verdicts[raw] or was_blanked or has_more:
            raise NotUnderstood

    def _regions(self, raw: tuple[bytes, ...]) -> tuple[pixels.Region, ...]:
        texts: dict[str, str] = {}
        for (tag, name), value in zip(self._judged.items(), raw, strict=True):
            text = pixels.text_of(tag, value)
            if text is None:
                raise NotUnderstood
            texts[name] = text
        may_blank = self._policy.profile.has("CleanPixelData")
        return pixels.decide(texts.__getitem__, self._policy.pixel_rules, may_blank=may_blank)


@lru_cache(64)
def _is_explicit(syntax: UID) -> bool | None:
    """Return whether VRs are written, for little endian that is not deflated; else None."""
    return None if syntax.is_deflated or not syntax.is_little_endian else not syntax.is_implicit_VR


def _pieces(data: bytes, places: Iterable[Place], context: Context) -> list[Piece]:
    """Return what becomes of each element, and what is written between them, in order."""
    pieces: list[Piece] = []
    waiting = iter(WRITTEN)
    tag = next(waiting)
    for at, value, stop, kind in places:
        while tag < kind.tag:
            pieces.append(Piece(tag, context.written.get(tag, b""), NOTHING))
            tag = next(waiting)
        if tag == kind.tag and tag in context.written:
            pieces.append(Piece(tag, context.written[tag], _REWRITTEN.get(tag, NOTHING)))
        elif kind.treatment == UNKNOWN:
            raise NotUnderstood
        elif kind.treatment == COPY or (kind.treatment == CHECK and scheme.is_shaped(kind, data, value, stop)):
            pieces.append(Piece(kind.tag, memoryview(data)[at:stop], NOTHING))
        else:
            changed = context.changes.of(data, at, value, stop, kind)
            kept = memoryview(data)[at:stop] if changed.data is None else changed.data
            pieces.append(Piece(kind.tag, kept, changed.done))
        if tag == kind.tag:
            tag = next(waiting)
    while tag < WRITTEN[-1]:
        pieces.append(Piece(tag, context.written.get(tag, b""), NOTHING))
        tag = next(waiting)
    return pieces


NOTHING: Final[frozenset[Done]] = frozenset()
_REWRITTEN: Final = {tag: frozenset({Done((tag,), Action.DUMMY)}) for tag in REWRITTEN}
