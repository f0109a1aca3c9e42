"""The contrast phase of each CT series of a study, from what the headers say."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydicom import Dataset

Phase = Literal["non_contrast", "arterial", "portal_venous", "equilibrium", "other"]


@dataclass(frozen=True)
class Guess:
    """A phase with how sure it is (0..1) and why, in words for the reader."""

    phase: Phase
    confidence: float
    reason: str


#: Words of descriptions, in English, Portuguese, Spanish, German and French; the first match wins.
WORDS: tuple[tuple[Phase, str], ...] = (
    ("non_contrast", r"non?[ -]?(contrast|enhanced)|unenhanced|native?|plain|pr[eé][ -]?contrast|w/?o contrast"
                     r"|sem (contraste|iv)|sin contraste|nativ|sans (injection|contraste)|\bnc\b|\bpre\b"),
    ("equilibrium", r"equil|delay|late\b(?! art)|tardi|excret|sp[aä]t|5 ?min|3 ?min"),
    ("portal_venous", r"portal|ven(ous|osa|oso|[öo]s)|veineu|\bpv[p]?\b|70 ?s"),
    ("arterial", r"arter|\bart\b|\bhap\b|35 ?s"),
)  # fmt: skip

#: Seconds after the start of the contrast injection, up to which a phase is expected.
DELAYS_S: tuple[tuple[Phase, float], ...] = (("arterial", 50.0), ("portal_venous", 120.0), ("equilibrium", 900.0))

FIELDS = ("SeriesDescription", "ProtocolName", "ImageComments", "AcquisitionDescription")


def classify(headers: Mapping[str, Dataset]) -> dict[str, Guess]:
    """Return a guess for each CT series of one study.

    Parameters
    ----------
    headers
        One header per Series Instance UID.
    """
    return {uid: _guess(header) for uid, header in headers.items()}


def describe_patient(headers: Iterable[Dataset]) -> dict[str, Any]:
    """Return sex, age in years, and ISO date of the study, from the first header that says so."""
    known: dict[str, Any] = {"sex": None, "age": None, "study_date": None}
    for header in headers:
        said = {"sex": header.get("PatientSex"), "age": _years(header), "study_date": _iso_date(header)}
        known = {name: value if value is not None else (said[name] or None) for name, value in known.items()}
    return known


def _guess(header: Dataset) -> Guess:
    text = " ".join(str(header.get(field) or "") for field in FIELDS).lower()
    by_words = next((phase for phase, words in WORDS if re.search(words, text)), None)
    delay_s = _delay_s(header)
    by_delay = next((phase for phase, until_s in DELAYS_S if delay_s is not None and 5 <= delay_s < until_s), None)
    if by_words and by_words == by_delay:
        return Guess(by_words, 0.95, f"description, and {delay_s:.0f} s after the injection")
    if by_delay:
        return Guess(by_delay, 0.8, f"{delay_s:.0f} s after the injection began")
    if by_words:
        return Guess(by_words, 0.7, "description of the series")
    if not str(header.get("ContrastBolusAgent") or ""):
        return Guess("non_contrast", 0.5, "no contrast agent is named")
    return Guess("other", 0.3, "a contrast agent is named, but neither a phase nor a time")


def _delay_s(header: Dataset) -> float | None:
    start, acquired = _seconds(header.get("ContrastBolusStartTime")), _seconds(header.get("AcquisitionTime"))
    return None if start is None or acquired is None else acquired - start


def _seconds(time: object) -> float | None:
    match = re.fullmatch(r"(\d\d)(\d\d)(\d\d(?:\.\d+)?)", str(time or "").strip())
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]) if match else None


def _years(header: Dataset) -> int | None:
    match = re.fullmatch(r"(\d{3})([DWMY])", str(header.get("PatientAge") or ""))
    return int(match[1]) // {"D": 365, "W": 52, "M": 12, "Y": 1}[match[2]] if match else None


def _iso_date(header: Dataset) -> str | None:
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", str(header.get("StudyDate") or ""))
    return "-".join(match.groups()) if match else None
