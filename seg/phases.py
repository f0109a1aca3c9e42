"""Which contrast phase each CT series of a study shows, with a confidence and the reason in words.

Headers are asked first; where they do not tell, or only one of them does, how bright the aorta is (`seg.vessels`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydicom import Dataset

from seg import descriptions
from seg.descriptions import TEXTS as TEXTS
from seg.descriptions import Name as Name
from seg.vessels import Enhancement


@dataclass(frozen=True)
class Phase:
    """A phase; `confidence` from 0 to 1, `reason` a sentence or two for the reader."""

    name: Name
    confidence: float
    reason: str


@dataclass(frozen=True)
class Clues:
    """What the header of one series says: times of day in seconds, Acquisition and Series Number.

    Parameters
    ----------
    exact
        Whether `acquired_s` is the time of the scan; else it is that of the images, some seconds to minutes later.
    """

    start_s: float | None
    acquired_s: float | None
    exact: bool
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

#: HU of the aorta, from each lower limit on.
AORTA_HU: tuple[tuple[float, Name], ...] = (
    (-1024.0, "non_contrast"),
    (78.0, "equilibrium"),
    (135.0, "portal_venous"),
    (205.0, "arterial"),
)

#: A header that is as sure as this needs no look at pixels.
SURE = 0.85

#: So near to a limit either side of it is possible.
NEAR = 0.08

#: By so much brighter an aorta is clearly brighter.
CLEARLY = 1.15

#: Series of one study in the order of acquisition, when nothing says more than that contrast was given.
USUAL_ORDER: tuple[Name, ...] = ("arterial", "portal_venous", "equilibrium")


def detect(
    series: Mapping[str, Dataset | Sequence[Dataset]], aortas: Mapping[str, Enhancement | None] | None = None
) -> dict[str, Phase]:
    """Return the phase of each CT series of one study.

    Parameters
    ----------
    series
        Series Instance UID (or another key, for the acquisitions of one series) to one header, or to the headers of its
        slices, of which the earliest counts.
    aortas
        How bright the aorta is in those where it was measured.
    """
    clues = {uid: _clues(one) for uid, one in series.items()}
    starts = [clue.start_s for clue in clues.values() if clue.start_s is not None]
    # A series without an injection time of its own is measured against the first injection of the study.
    found = {uid: _from_header(clue, min(starts, default=None)) for uid, clue in clues.items()}
    unsure = {
        uid: aorta
        for uid, aorta in (aortas or {}).items()
        if aorta and clues[uid].is_volume and found[uid].confidence < SURE
    }
    shown = _shown_together({uid: aorta.aorta_hu for uid, aorta in unsure.items()})
    found |= {uid: _with_aorta(found[uid], clues[uid], aorta, shown[uid]) for uid, aorta in unsure.items()}
    return found | _from_order(clues, found)


def is_told(header: Dataset) -> bool:
    """Whether a series tells its phase by its own header, so that nobody needs to look at its pixels."""
    return detect({"": header})[""].confidence >= SURE


def _clues(headers: Dataset | Sequence[Dataset]) -> Clues:
    each = [headers] if isinstance(headers, Dataset) else list(headers)
    header = each[0]
    start = _seconds(header.get("ContrastBolusStartTime"))
    image_type = {str(value) for value in header.get("ImageType") or ()}
    scanned = [time for one in each if (time := _scanned_s(one)) is not None]
    shown = [time for one in each if (time := _seconds(one.get("ContentTime"))) is not None]
    return Clues(
        start,
        min(scanned or shown, default=None),
        bool(scanned),
        (_number(header, "AcquisitionNumber"), _number(header, "SeriesNumber")),
        bool(header.get("ContrastBolusAgent") or header.get("ContrastBolusAgentSequence") or start is not None),
        descriptions.named(header),
        not {"LOCALIZER", "SECONDARY", "MPR"} & image_type,
    )


def _scanned_s(header: Dataset) -> float | None:
    time = _seconds(header.get("AcquisitionTime"))
    return _seconds(str(header.get("AcquisitionDateTime") or "")[8:]) if time is None else time


def _number(header: Dataset, keyword: str) -> int | None:
    value = header.get(keyword)
    return None if value in (None, "") else int(value)


def _from_header(clue: Clues, study_start_s: float | None) -> Phase:
    if not clue.is_volume:
        return Phase("other", 0.9, "It is a localizer or a derived image, not a scan of a phase.")
    delay_s = _delay_s(clue, study_start_s)
    if not clue.contrast and clue.exact and delay_s is not None and delay_s < 0:
        return Phase("non_contrast", 0.95, "It was scanned before the contrast injection.")
    timed = _timed(delay_s)
    if timed and delay_s is not None:
        return _with_time(clue, timed, delay_s)
    words = WORDS_IN_TEXT[clue.named or "other"]
    if clue.contrast and clue.named:
        return Phase(clue.named, 0.7, f"The description says {words}; no usable times are recorded.")
    if clue.contrast:
        return Phase("other", 0.2, "A contrast agent is recorded, but neither times nor a description names the phase.")
    if clue.named in (None, "non_contrast"):
        said = ", and the description says so" if clue.named else ""
        return Phase("non_contrast", 0.8 if clue.named else 0.6, f"No contrast agent is recorded{said}.")
    return Phase(clue.named or "other", 0.5, f"The description says {words}, but no contrast agent is recorded.")


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
    event = "scan began" if clue.exact else "images were made"
    reason = f"The {event} {delay_s:.0f} s after the contrast injection"
    less = 0.0 if clue.exact else 0.25
    if clue.named is None:
        return Phase(timed, 0.9 - less, f"{reason}.")
    words = WORDS_IN_TEXT[clue.named]
    if clue.named == timed:
        return Phase(timed, 0.98 - less / 2, f"{reason}, and the description says {words}.")
    return Phase(timed, 0.75 - less, f"{reason}; the description says {words}, which the times contradict.")


def _with_aorta(header: Phase, clue: Clues, aorta: Enhancement, shown: Phase) -> Phase:
    """Return what header and aorta say together; where they contradict each other, with little confidence."""
    if header.name == shown.name:
        together = 1 - (1 - header.confidence) * (1 - shown.confidence)
        return Phase(shown.name, min(0.95, together), f"{header.reason} {shown.reason}")
    if header.name == _beyond(aorta.aorta_hu):
        return Phase(header.name, 0.58, f"{header.reason} The aorta measures {aorta.aorta_hu:.0f} HU, which may be so.")
    if header.name == "other":
        return Phase(shown.name, shown.confidence, f"{header.reason} {shown.reason}")
    if clue.exact and "after the contrast injection" in header.reason:
        contradicted = f"The aorta measures {aorta.aorta_hu:.0f} HU, though, which shows {WORDS_IN_TEXT[shown.name]}."
        return Phase(header.name, 0.5, f"{header.reason} {contradicted}")
    return Phase(shown.name, min(0.55, shown.confidence), f"{shown.reason} {header.reason}")


def _shown_together(aortas_hu: Mapping[str, float]) -> dict[str, Phase]:
    """Return the phase that the aorta of each series shows.

    How bright it becomes differs from patient to patient; which of three scans has the brightest does not. So where two
    of three scans with contrast would be the same phase, their order decides, if they differ clearly.
    """
    alone = {uid: _shown(aorta_hu) for uid, aorta_hu in aortas_hu.items()}
    enhanced = sorted((uid for uid in alone if alone[uid].name != "non_contrast"), key=lambda uid: -aortas_hu[uid])
    distinct = len({alone[uid].name for uid in enhanced}) == len(enhanced)
    if len(enhanced) != len(USUAL_ORDER) or distinct:
        return alone
    brightest, second, third = (aortas_hu[uid] for uid in enhanced)
    if brightest < CLEARLY * second or second < CLEARLY * third:
        return alone
    reason = "The aorta measures {:.0f} HU, which is number {} in brightness of three scans with contrast."
    return alone | {
        uid: Phase(USUAL_ORDER[n], 0.6, reason.format(aortas_hu[uid], n + 1)) for n, uid in enumerate(enhanced)
    }


def _shown(aorta_hu: float) -> Phase:
    """Return the phase in which the aorta is as bright; with little confidence near a limit."""
    name = next(name for low, name in reversed(AORTA_HU) if aorta_hu >= low)
    distance = min(abs(aorta_hu - low) / low for low, _ in AORTA_HU[1:])
    scan = WORDS_IN_TEXT[name] if name == "non_contrast" else f"of the {WORDS_IN_TEXT[name]} phase"
    confidence = round(min(0.8, 0.5 + 2 * distance), 2)
    return Phase(name, confidence, f"The aorta measures {aorta_hu:.0f} HU, as in a scan {scan}.")


def _beyond(aorta_hu: float) -> Name | None:
    """Return the phase on the other side of a limit that is near."""
    for (_, below), (limit, above) in pairwise(AORTA_HU):
        if abs(aorta_hu - limit) <= NEAR * limit:
            return above if aorta_hu < limit else below
    return None


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
    match = re.fullmatch(r"(\d\d)(\d\d)?(\d\d(?:\.\d*)?)?.*", str(time or "").strip())
    if match is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
