"""Which contrast phase each CT series of a study shows, from its headers, with a confidence and the reason in words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydicom import Dataset

Name = Literal["non_contrast", "arterial", "portal_venous", "equilibrium", "other"]


@dataclass(frozen=True)
class Phase:
    """A phase; `confidence` from 0 to 1, `reason` a sentence for the reader."""

    name: Name
    confidence: float
    reason: str


@dataclass(frozen=True)
class Clues:
    """What the header of one series says: times of day in seconds, Acquisition and Series Number."""

    start_s: float | None
    acquired_s: float | None
    numbers: tuple[int | None, int | None]
    contrast: bool
    named: Name | None
    is_volume: bool


WORDS_IN_TEXT: dict[Name, str] = {
    "non_contrast": "without contrast",
    "arterial": "arterial",
    "portal_venous": "portal venous",
    "equilibrium": "equilibrium or delayed",
    "other": "no phase",
}

#: Seconds from the start of the injection to the scan, exclusive of the upper limit.
DELAYS_S: tuple[tuple[float, float, Name], ...] = (
    (10.0, 52.0, "arterial"),
    (52.0, 110.0, "portal_venous"),
    (110.0, 900.0, "equilibrium"),
)

#: Words of descriptions in English and Portuguese, a few in Spanish, French and German; the first match wins.
DESCRIPTION_WORDS: tuple[tuple[Name, str], ...] = (
    ("non_contrast", r"sem (iv|contraste|cont)\b|\bs/? ?c(ontraste)?\b|without|w/o|non[ -]?contrast|non[ -]?enhanced"
                     r"|un-?enhanced|\bpre[ -]?(contrast|contraste|iv)?\b|pré|\bnativ|\bplain\b|\bsimples\b|\bncct\b"
                     r"|sin contraste|sans (injection|contraste)"),
    ("equilibrium", r"equil[ií]b|\beq\b|tardi[ao]|\bdelay|\blate\b(?! art)|excret|\b[35] ?min|spät"),
    ("portal_venous", r"porta|ven[ou]|\bpv[p]?\b|hepatic phase|\b(60|65|70|75|80) ?s"),
    ("arterial", r"art[eé]r|\bart\b|\bhap\b|\b(20|25|30|35|40) ?s"),
)  # fmt: skip

#: Attributes that may name a phase.
TEXTS = ("SeriesDescription", "ProtocolName", "AcquisitionProtocolDescription", "ImageComments")

#: Series of one study in the order of acquisition, when headers say nothing but that contrast was given.
USUAL_ORDER: tuple[Name, ...] = ("arterial", "portal_venous", "equilibrium")


def detect(series: Mapping[str, Dataset | Sequence[Dataset]]) -> dict[str, Phase]:
    """Return the phase of each CT series of one study.

    Parameters
    ----------
    series
        Series Instance UID to one header, or to the headers of its slices, of which the earliest counts.
    """
    clues = {uid: _clues(one) for uid, one in series.items()}
    starts = [clue.start_s for clue in clues.values() if clue.start_s is not None]
    # A series without an injection time of its own is measured against the first injection of the study.
    found = {uid: _from_header(clue, min(starts, default=None)) for uid, clue in clues.items()}
    return found | _from_order(clues, found)


def _clues(headers: Dataset | Sequence[Dataset]) -> Clues:
    each = [headers] if isinstance(headers, Dataset) else list(headers)
    acquired = [time for header in each if (time := _seconds(header.get("AcquisitionTime"))) is not None]
    header = each[0]
    start = _seconds(header.get("ContrastBolusStartTime"))
    image_type = {str(value) for value in header.get("ImageType") or ()}
    return Clues(
        start,
        min(acquired, default=None),
        (_number(header, "AcquisitionNumber"), _number(header, "SeriesNumber")),
        bool(header.get("ContrastBolusAgent") or header.get("ContrastBolusAgentSequence") or start is not None),
        _named(header),
        not {"LOCALIZER", "SECONDARY", "MPR"} & image_type,
    )


def _number(header: Dataset, keyword: str) -> int | None:
    value = header.get(keyword)
    return None if value in (None, "") else int(value)


def _named(header: Dataset) -> Name | None:
    text = " ".join(str(header.get(keyword) or "") for keyword in TEXTS).lower().replace("_", " ")
    return next((name for name, words in DESCRIPTION_WORDS if re.search(words, text)), None)


def _from_header(clue: Clues, study_start_s: float | None) -> Phase:
    if not clue.is_volume:
        return Phase("other", 0.9, "It is a localizer or a derived image, not a scan of a phase.")
    delay_s = _delay_s(clue, study_start_s)
    if not clue.contrast and delay_s is not None and delay_s < 0:
        return Phase("non_contrast", 0.95, "It was scanned before the contrast injection.")
    timed = _timed(delay_s)
    if timed and delay_s is not None:
        return _with_time(clue, timed, delay_s)
    if clue.contrast and clue.named:
        return Phase(
            clue.named, 0.7, f"The description says {WORDS_IN_TEXT[clue.named]}; no usable times are recorded."
        )
    if clue.contrast:
        return Phase("other", 0.2, "A contrast agent is recorded, but neither times nor a description names the phase.")
    if clue.named in (None, "non_contrast"):
        said = ", and the description says so" if clue.named else ""
        return Phase("non_contrast", 0.9 if clue.named else 0.6, f"No contrast agent is recorded{said}.")
    words = WORDS_IN_TEXT[clue.named]
    return Phase(clue.named, 0.5, f"The description says {words}, but no contrast agent is recorded.")


def _delay_s(clue: Clues, study_start_s: float | None) -> float | None:
    start = study_start_s if clue.start_s is None else clue.start_s
    if start is None or clue.acquired_s is None:
        return None
    # Within half a day, so that midnight between injection and scan does no harm.
    return (clue.acquired_s - start + 43200) % 86400 - 43200


def _timed(delay_s: float | None) -> Name | None:
    if delay_s is None:
        return None
    return next((name for low, high, name in DELAYS_S if low <= delay_s < high), None)


def _with_time(clue: Clues, timed: Name, delay_s: float) -> Phase:
    reason = f"The scan began {delay_s:.0f} s after the contrast injection"
    if clue.named is None:
        return Phase(timed, 0.9, f"{reason}.")
    if clue.named == timed:
        return Phase(timed, 0.98, f"{reason}, and the description says {WORDS_IN_TEXT[timed]}.")
    return Phase(
        timed, 0.75, f"{reason}; the description says {WORDS_IN_TEXT[clue.named]}, which the times contradict."
    )


def _from_order(clues: Mapping[str, Clues], found: Mapping[str, Phase]) -> dict[str, Phase]:
    """Return guesses for scans that only their place among the others tells."""
    unknown = {uid: clues[uid] for uid, phase in found.items() if phase.name == "other" and clues[uid].is_volume}
    if len(unknown) != len(USUAL_ORDER) or any(phase.name in USUAL_ORDER for phase in found.values()):
        return {}
    for keys in (
        {uid: clue.acquired_s for uid, clue in unknown.items()},
        {uid: clue.numbers[0] for uid, clue in unknown.items()},
        {uid: clue.numbers[1] for uid, clue in unknown.items()},
    ):
        if None not in keys.values() and len(set(keys.values())) == len(keys):
            ordered = sorted(unknown, key=lambda uid: keys[uid] or 0)
            reason = "It is number {} of three scans with contrast, which are usually taken in this order."
            return {uid: Phase(USUAL_ORDER[n], 0.5, reason.format(n + 1)) for n, uid in enumerate(ordered)}
    return {}


def _seconds(time: object) -> float | None:
    match = re.fullmatch(r"(\d\d)(\d\d)?(\d\d(?:\.\d*)?)?", str(time or "").strip())
    if match is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
