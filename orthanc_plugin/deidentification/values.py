"""What becomes of one value: the same for the engine that parses a data set and for the one that splices bytes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from orthanc_plugin.deidentification import dates, rules, text
from orthanc_plugin.deidentification.keys import Keys, canonical_name
from orthanc_plugin.deidentification.profile import TIMEZONE_OFFSET, Profile
from orthanc_plugin.deidentification.rules import Action, Rule
from orthanc_plugin.deidentification.text import TextCleaner

#: What a value must look like (PS3.5 table 6.2-1); spaces around it are padding.
SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "AS": re.compile(r"[0-9]{3}[DWMY] *"),
    "CS": re.compile(r"[A-Z0-9_ ]*"),
    "DS": re.compile(r" *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)? *"),
    "IS": re.compile(r" *[+-]?[0-9]+ *"),
    "TM": dates.TIME,
}


UID: Final = re.compile(r"[0-9.]+[\0 ]*")


@dataclass(frozen=True)
class Subject:
    """What all values of one object have in common.

    Attributes
    ----------
    pseudonym
        Becomes Patient ID and Patient's Name.
    patient_name
        As it came, without padding; empty when the object does not tell it.
    shift_days
        By how many days dates move; 0 when the object already bears a pseudonym of ours.
    authored
        Whether the plugin wrote the object itself: names of its readers and their reasons are its content.
    """

    profile: Profile
    keys: Keys
    pseudonym: str
    patient_name: str
    shift_days: int
    cleaner: TextCleaner
    authored: bool


def change(tag: int, vr: str, rule: Rule, value: str, subject: Subject) -> str:
    """Return what one value of a textual VR becomes; empty where nothing of it may stay."""
    if not value:
        return value
    return _CHANGES[rule.action](tag, vr, value, subject)


def stand_in(vr: str, rule: Rule) -> object:
    """Return what an attribute becomes whose values are all lost: the dummy of its VR, or None for empty."""
    # A text or a code of which nothing may stay may be one that must not be empty.
    is_text = rule.action in (Action.CLEAN, Action.TECHNICAL) and vr in rules.FREE_TEXT
    is_code = rule.action is Action.CHECK and vr == "CS"
    needed = Action.DUMMY in (rule.action, rule.fallback) or is_text or is_code
    return rules.DUMMIES[vr] if needed else None


def _dummy(tag: int, vr: str, value: str, subject: Subject) -> str:
    if vr == "PN":
        return value if subject.authored else _person(value, subject)
    if vr == "UI":
        return _uid(tag, vr, value, subject)
    return str(rules.DUMMIES[vr])


def _person(name: str, subject: Subject) -> str:
    """Return who stands for a person: the patient's pseudonym where the patient is meant."""
    canonical = canonical_name(name)
    return subject.pseudonym if canonical == subject.patient_name else subject.keys.person(canonical)


def _uid(tag: int, _vr: str, value: str, subject: Subject) -> str:
    is_definition = tag in rules.DEFINITION_UIDS and UID.fullmatch(value)
    return value if is_definition else subject.keys.uid(value.rstrip("\0 "))


def _shift(tag: int, vr: str, value: str, subject: Subject) -> str:
    if vr == "DA":
        return dates.shift_date(value, subject.shift_days)
    if vr == "DT":
        return dates.shift_datetime(value, subject.shift_days)
    if vr == "TM":
        return dates.keep_time(value)
    return dates.keep_offset(value) if tag == TIMEZONE_OFFSET else ""


def _clean(_tag: int, vr: str, value: str, subject: Subject) -> str:
    if subject.authored:
        return value
    cleaned = subject.cleaner.clean(value)
    # One value of several that is lost keeps its place; an attribute that is no free text may be empty.
    return cleaned or (text.NOTHING_LEFT if vr in rules.FREE_TEXT else "")


def _technical(_tag: int, _vr: str, value: str, subject: Subject) -> str:
    return subject.cleaner.without_identity(value) or text.NOTHING_LEFT


def _keep(tag: int, vr: str, value: str, subject: Subject) -> str:
    if vr == "AS":
        return _check(tag, vr, value, subject)
    if tag in rules.ENUMERATED:
        return value if value.strip() in rules.ENUMERATED[tag] else ""
    return value


def _check(tag: int, vr: str, value: str, subject: Subject) -> str:
    if vr == "CS":
        is_code = SHAPES[vr].fullmatch(value) and not subject.cleaner.names_patient(value)
        return value if is_code or subject.authored else _clean(tag, vr, value, subject)
    if not SHAPES[vr].fullmatch(value):
        return ""
    return dates.limit_age(value) if vr == "AS" else value


_CHANGES: Final[Mapping[Action, Callable[[int, str, str, Subject], str]]] = {
    Action.DUMMY: _dummy,
    Action.UID: _uid,
    Action.SHIFT: _shift,
    Action.CLEAN: _clean,
    Action.TECHNICAL: _technical,
    Action.KEEP: _keep,
    Action.CHECK: _check,
}
