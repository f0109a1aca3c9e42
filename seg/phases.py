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
    """What the header of one series says."""

    delay_s: float | None
    contrast: bool
    named: Name | None
    acquired_s: float | None
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
    found = {uid: _from_header(clue) for uid, clue in clues.items()}
    return found | _from_order(clues, found)


def _clues(headers: Dataset | Sequence[Dataset]) -> Clues:
    each = [headers] if isinstance(headers, Dataset) else list(headers)
    acquired = [time for header in each if (time := _seconds(header.get("AcquisitionTime"))) is not None]
    header = each[0]
    start = _seconds(header.get("ContrastBolusStartTime"))
    first = min(acquired, default=None)
    delay = None if start is None or first is None else (first - start) % 86400  # past midnight
    image_type = [str(value) for value in header.get("ImageType") or ()]
    is_volume = not {"LOCALIZER", "SECONDARY", "MPR"} & set(image_type)
    contrast = bool(header.get("ContrastBolusAgent") or header.get("ContrastBolusAgentSequence") or start is not None)
    return Clues(delay, contrast, _named(header), first, is_volume)


def _named(header: Dataset) -> Name | None:
    text = " ".join(str(header.get(keyword) or "") for keyword in TEXTS).lower().replace("_", " ")
    return next((name for name, words in DESCRIPTION_WORDS if re.search(words, text)), None)


def _from_header(clue: Clues) -> Phase:
    if not clue.is_volume:
        return Phase("other", 0.9, "It is a localizer or a derived image, not a scan of a phase.")
    timed = _timed(clue.delay_s)
    if timed:
        return _with_time(clue, timed)
    if not clue.contrast and clue.named in (None, "non_contrast"):
        said = ", and the description says so" if clue.named else ""
        return Phase("non_contrast", 0.9 if clue.named else 0.6, f"No contrast agent is recorded{said}.")
    if not clue.contrast:
        assert clue.named is not None
        words = WORDS_IN_TEXT[clue.named]
        return Phase(clue.named, 0.5, f"The description says {words}, but no contrast agent is recorded.")
    if clue.named:
        return Phase(
            clue.named, 0.7, f"The description says {WORDS_IN_TEXT[clue.named]}; no usable times are recorded."
        )
    return Phase(
        "other", 0.2, "A contrast agent is recorded, but neither times nor a description that names the phase."
    )


def _timed(delay_s: float | None) -> Name | None:
    if delay_s is None:
        return None
    return next((name for low, high, name in DELAYS_S if low <= delay_s < high), None)


def _with_time(clue: Clues, timed: Name) -> Phase:
    reason = f"The scan began {clue.delay_s:.0f} s after the contrast injection"
    if clue.named is None:
        return Phase(timed, 0.9, f"{reason}.")
    if clue.named == timed:
        return Phase(timed, 0.98, f"{reason}, and the description says {WORDS_IN_TEXT[timed]}.")
    return Phase(
        timed, 0.75, f"{reason}; the description says {WORDS_IN_TEXT[clue.named]}, which the times contradict."
    )


def _from_order(clues: Mapping[str, Clues], found: Mapping[str, Phase]) -> dict[str, Phase]:
    """Return guesses for the series that only their place among the others tells."""
    open_ones = [uid for uid, phase in found.items() if phase.name == "other" and clues[uid].is_volume]
    timed = [uid for uid in open_ones if clues[uid].acquired_s is not None]
    enhanced = sorted(timed, key=lambda uid: clues[uid].acquired_s or 0.0)
    if not enhanced or len(enhanced) != len(open_ones) or len(enhanced) != len(USUAL_ORDER):
        return {}
    if any(phase.name in USUAL_ORDER for phase in found.values()):
        return {}
    reason = "It is number {} of three scans with contrast, in the usual order."
    return {uid: Phase(USUAL_ORDER[place], 0.5, reason.format(place + 1)) for place, uid in enumerate(enhanced)}


def _seconds(time: object) -> float | None:
    match = re.fullmatch(r"(\d\d)(\d\d)?(\d\d(?:\.\d*)?)?", str(time or "").strip())
    if match is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
