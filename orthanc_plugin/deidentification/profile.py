"""The profile: Table E.1-1 of PS3.15, edition 2026c, and the options that are on. Prints its own documentation."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from typing import Final

from orthanc_plugin.deidentification.errors import ProfileError

EDITION: Final = "PS3.15 2026c"


class Action(Enum):
    """What is done with one attribute, told by what its value becomes."""

    REMOVE = "removed"
    EMPTY = "emptied"
    DUMMY = "replaced by a dummy value; the items of a sequence are cleaned"
    UID = "replaced by the keyed UID that stands for it"
    SHIFT = "moved by the patient's date shift"
    CLEAN = "cleaned of identifying words, dates and long numbers"
    KEEP = "kept"


#: Actions of the table → what we do. Where the table leaves the choice to the type of the attribute, the value that is
#: valid for every type is taken: an empty one where type 1 is not among the choices, else a dummy.
BASIC: Final[Mapping[str, Action]] = {
    "X": Action.REMOVE,
    "Z": Action.EMPTY,
    "D": Action.DUMMY,
    "U": Action.UID,
    "X/Z": Action.EMPTY,
    "X/D": Action.DUMMY,
    "Z/D": Action.DUMMY,
    "X/Z/D": Action.DUMMY,
    "X/Z/U*": Action.UID,
}


@dataclass(frozen=True)
class Option:
    """An option of PS3.15 section E.3.

    Attributes
    ----------
    column
        Column of the table that says which attributes it is about.
    actions
        Letters of that column → what is done.
    """

    name: str
    code: str
    meaning: str
    column: str
    actions: Mapping[str, Action]
    effect: str


OPTIONS: Final = (
    Option(
        "RetainLongitudinalModifiedDates",
        "113107",
        "Retain Longitudinal Temporal Information Modified Dates Option",
        "modified_dates",
        {"C": Action.SHIFT},
        "Dates move back by one whole number of days per patient (1 to 3650); times stay, so intervals are exact.",
    ),
    Option(
        "RetainPatientCharacteristics",
        "113108",
        "Retain Patient Characteristics Option",
        "patient_characteristics",
        {"K": Action.KEEP},
        "Sex, age, size and weight stay; ages above 89 years become 090Y; a missing age is taken from the birth date.",
    ),
    Option(
        "CleanDescriptors",
        "113105",
        "Clean Descriptors Option",
        "clean_descriptors",
        {},
        "The descriptions that research needs are kept and cleaned of the object's own identifying words, of dates and "
        "of long numbers; the others are treated as in the basic profile.",
    ),
    Option(
        "CleanStructuredContent",
        "113104",
        "Clean Structured Content Option",
        "clean_structured_content",
        {"C": Action.DUMMY},
        "Content trees keep their structure, codes, numbers and references; names become pseudonyms, text is cleaned, "
        "dates move.",
    ),
)

#: Descriptions that research on liver CT needs; kept cleaned under the Clean Descriptors option.
DESCRIPTORS: Final[Mapping[int, str]] = {
    0x00081030: "Study Description",
    0x0008103E: "Series Description",
    0x00181030: "Protocol Name",
    0x00180010: "Contrast/Bolus Agent",
    0x00180015: "Body Part Examined",
    0x00400254: "Performed Procedure Step Description",
    0x00189424: "Acquisition Protocol Description",
    0x00181400: "Acquisition Device Processing Description",
    0x00700081: "Content Description",
    0x00620005: "Segment Label",
    0x00620006: "Segment Description",
    0x00620020: "Tracking ID",
    0x0040A160: "Text Value",
    0x30060026: "ROI Name",
    0x30060028: "ROI Description",
    0x30060002: "Structure Set Label",
}


@dataclass(frozen=True)
class Profile:
    """The actions for every attribute of the table, with the options that are on."""

    actions: Mapping[int, Action]
    options: tuple[Option, ...]

    def has(self, name: str) -> bool:
        """Whether an option is on."""
        return any(option.name == name for option in self.options)


def load(options: Mapping[str, bool] | None = None) -> Profile:
    """Return the profile; every option is on unless switched off.

    Raises
    ------
    ProfileError
        There is no such option.
    """
    switches = dict(options or {})
    unknown = sorted(set(switches) - {option.name for option in OPTIONS})
    if unknown:
        raise ProfileError(f"There is no de-identification option {unknown[0]}; there are {', '.join(_names())}.")
    chosen = tuple(option for option in OPTIONS if switches.get(option.name, True))
    return Profile({tag: _action(tag, row, chosen) for tag, row in _exact_rows()}, chosen)


def describe(profile: Profile) -> str:
    """Return Markdown: the options, what they do, and how many attributes each action is for."""
    lines = ["| option | code | on | what it does |", "|---|---|---|---|"]
    for option in OPTIONS:
        lines.append(f"| `{option.name}` | {option.code} | {_yes(profile.has(option.name))} | {option.effect} |")
    counts = {action: sum(given is action for given in profile.actions.values()) for action in Action}
    lines += ["", f"| attributes of Table E.1-1 ({EDITION}) | their value is |", "|---|---|"]
    lines += [f"| {count} | {action.value} |" for action, count in counts.items() if count]
    lines += ["", "| kept and cleaned | attribute |", "|---|---|"]
    lines += [f"| ({tag >> 16:04X},{tag & 0xFFFF:04X}) | {name} |" for tag, name in sorted(DESCRIPTORS.items())]
    return "\n".join(lines) + "\n"


@cache
def table() -> tuple[Mapping[str, str], ...]:
    """Return the rows of Table E.1-1 as they are in `table_e1_1.csv`."""
    text = resources.files(__package__).joinpath("table_e1_1.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _exact_rows() -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows of single attributes; curves and overlays (50xx, 60xx) are whole groups for the engine."""
    for row in table():
        if "x" not in row["tag"]:
            yield int(row["tag"], 16), row


def _action(tag: int, row: Mapping[str, str], options: tuple[Option, ...]) -> Action:
    if tag in DESCRIPTORS and any(option.name == "CleanDescriptors" for option in options):
        return Action.CLEAN
    for option in options:
        if row[option.column] in option.actions:
            return option.actions[row[option.column]]
    return BASIC[row["basic"]]


def _names() -> list[str]:
    return [option.name for option in OPTIONS]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
