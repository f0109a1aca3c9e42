"""The profile: Table E.1-1 of PS3.15, edition 2026c, and the options that are on. Prints its own documentation."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Final

from pydicom.datadict import dictionary_VR

from orthanc_plugin.deidentification import rules, text
from orthanc_plugin.deidentification.errors import ProfileError
from orthanc_plugin.deidentification.rules import Action, Rule

EDITION: Final = "PS3.15 2026c"

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
        Column of the table that says which attributes it is about; empty when it is not about attributes.
    actions
        Letters of that column → what is done.
    default
        Whether it is on when the settings do not say.
    only_in
        Modalities whose objects declare the option; empty for all.
    """

    name: str
    code: str
    meaning: str
    effect: str
    column: str = ""
    actions: Mapping[str, Action] = field(default_factory=dict)
    default: bool = False
    only_in: frozenset[str] = frozenset()


OPTIONS: Final = (
    Option(
        "CleanPixelData",
        "113101",
        "Clean Pixel Data Option",
        "A rule for pixels that says `blank` is obeyed: its regions become black, in native and in encapsulated "
        "frames. While it is off, such a rule refuses. Only objects that were blanked declare it.",
        only_in=frozenset({"-"}),
    ),
    Option(
        "CleanGraphics",
        "113103",
        "Clean Graphics Option",
        "Texts of graphic annotations are cleaned instead of replaced by a dummy. Curves and overlays are removed all "
        "the same: nobody can tell whether their graphics are letters.",
        "clean_graphics",
        {"C": Action.DESCEND},
        only_in=frozenset({"PR"}),
    ),
    Option(
        "CleanStructuredContent",
        "113104",
        "Clean Structured Content Option",
        "Content trees keep their structure, codes, numbers and references; names become pseudonyms, text is cleaned, "
        "dates move.",
        "clean_structured_content",
        {"C": Action.DESCEND},
        default=True,
        only_in=frozenset({"SR", "KO"}),
    ),
    Option(
        "CleanDescriptors",
        "113105",
        "Clean Descriptors Option",
        "The descriptions that research needs (listed below) and all text that the table does not name stay, cleaned. "
        "While it is off, the former are treated as in the basic profile and the latter becomes a dummy.",
        default=True,
    ),
    Option(
        "RetainLongitudinalModifiedDates",
        "113107",
        "Retain Longitudinal Temporal Information Modified Dates Option",
        "Dates move back by one whole number of days per patient (1 to 3650); times and the offset from UTC stay, so "
        "intervals are exact, across midnight too. What is no date is emptied or replaced by a dummy. While it is off, "
        "dates and times are emptied or replaced by a dummy.",
        "modified_dates",
        {"C": Action.SHIFT},
        default=True,
    ),
    Option(
        "RetainPatientCharacteristics",
        "113108",
        "Retain Patient Characteristics Option",
        "Sex, age, size, weight, smoking status and the like stay, texts among them cleaned; ages above 89 years "
        "become 090Y; a missing age is taken from the birth date.",
        "patient_characteristics",
        {"K": Action.KEEP, "C": Action.CLEAN},
        default=True,
    ),
    Option(
        "RetainDeviceIdentity",
        "113109",
        "Retain Device Identity Option",
        "Serial numbers, station names and other identities of devices stay as they are.",
        "device_identity",
        {"K": Action.KEEP, "C": Action.CLEAN},
    ),
    Option(
        "RetainSafePrivate",
        "113111",
        "Retain Safe Private Option",
        "The private attributes of `safe_private.csv`, which hold numbers of the acquisition, stay with their "
        "creators. All others are removed.",
    ),
    Option(
        "RetainInstitution",
        "113112",
        "Retain Institution Identity Option",
        "Names, addresses and departments of institutions stay as they are.",
        "institution",
        {"K": Action.KEEP},
    ),
)

#: Descriptions that research on liver CT needs; kept cleaned under the Clean Descriptors option.
DESCRIPTORS: Final[Mapping[int, str]] = {
    0x00081030: "Study Description",
    0x0008103E: "Series Description",
    0x00180010: "Contrast/Bolus Agent",
    0x00181030: "Protocol Name",
    0x00181400: "Acquisition Device Processing Description",
    0x00189424: "Acquisition Protocol Description",
    0x00321060: "Requested Procedure Description",
    0x00400007: "Scheduled Procedure Step Description",
    0x00400254: "Performed Procedure Step Description",
    0x0040A160: "Text Value",
    0x00620005: "Segment Label",
    0x00620006: "Segment Description",
    0x00620020: "Tracking ID",
    0x00700081: "Content Description",
    0x30060002: "Structure Set Label",
    0x30060026: "ROI Name",
    0x30060028: "ROI Description",
}

#: Under the Clean Graphics option.
GRAPHIC_TEXT: Final = 0x00700006

#: Under the Retain Modified Dates option: no date, but part of one.
TIMEZONE_OFFSET: Final = 0x00080201


@dataclass(frozen=True)
class Profile:
    """The rules for every attribute, with the options that are on.

    Attributes
    ----------
    listed
        Rules for the attributes of the table, by tag.
    vocabulary
        Words that may stay in text.
    """

    listed: Mapping[int, Rule]
    options: tuple[Option, ...]
    vocabulary: frozenset[str]
    _found: dict[tuple[int, str], Rule] = field(default_factory=dict, compare=False, repr=False)

    def has(self, name: str) -> bool:
        """Whether an option is on."""
        return any(option.name == name for option in self.options)

    def rule(self, tag: int, vr: str) -> Rule:
        """Return what is done with an attribute that is not dropped altogether.

        Parameters
        ----------
        vr
            As in the object, or as in the dictionary where the object does not say.
        """
        found = self._found.get((tag, vr))
        if found is None:
            found = self._found[tag, vr] = self._find(tag, vr)
        return found

    def _find(self, tag: int, vr: str) -> Rule:
        listed = self.listed.get(tag)
        if not rules.may_be(tag, vr):
            # Text in a number, a sequence in a text: nobody can say what it is.
            return Rule(Action.REMOVE, listed=listed is not None)
        if listed is not None:
            return listed
        rule = rules.unlisted(tag, vr)
        if rule.action is Action.CLEAN and not self.has("CleanDescriptors"):
            return Rule(Action.DUMMY)
        if rule.action is Action.SHIFT and not self.has("RetainLongitudinalModifiedDates"):
            return Rule(Action.EMPTY)
        return rule


def load(switches: Mapping[str, bool] | None = None, words: Iterable[str] = ()) -> Profile:
    """Return the profile.

    Parameters
    ----------
    switches
        Options by name, on or off; the others are as they come.
    words
        What an installation adds to the vocabulary.

    Raises
    ------
    ProfileError
        There is no such option.
    """
    given = dict(switches or {})
    unknown = sorted(set(given) - {option.name for option in OPTIONS})
    if unknown:
        names = ", ".join(option.name for option in OPTIONS)
        raise ProfileError(f"There is no de-identification option {unknown[0]}; there are {names}.")
    chosen = tuple(option for option in OPTIONS if given.get(option.name, option.default))
    return Profile({tag: _rule(tag, row, chosen) for tag, row in _exact_rows()}, chosen, text.vocabulary(words))


@cache
def table() -> tuple[Mapping[str, str], ...]:
    """Return the rows of Table E.1-1 as they are in `table_e1_1.csv`."""
    rows = resources.files(__package__).joinpath("table_e1_1.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(rows.splitlines()))


def _exact_rows() -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows of single attributes; curves and overlays (50xx, 60xx) are dropped as whole groups."""
    for row in table():
        if "x" not in row["tag"]:
            yield int(row["tag"], 16), row


def _rule(tag: int, row: Mapping[str, str], options: tuple[Option, ...]) -> Rule:
    basic = BASIC[row["basic"]]
    names = {option.name for option in options}
    if tag in DESCRIPTORS and "CleanDescriptors" in names:
        return Rule(Action.CLEAN, basic, listed=True)
    if tag == GRAPHIC_TEXT and "CleanGraphics" in names:
        return Rule(Action.CLEAN, basic, listed=True)
    for option in options:
        if option.column and row[option.column] in option.actions:
            return Rule(_of_option(tag, option.actions[row[option.column]]), basic, listed=True)
    return Rule(basic, basic, listed=True)


def _of_option(tag: int, action: Action) -> Action:
    """Return the action of an option; characteristics that are free text are cleaned, not kept as they are."""
    is_patient_text = tag >> 16 == 0x0010 and action is Action.KEEP and dictionary_VR(tag) in rules.FREE_TEXT
    return Action.CLEAN if is_patient_text else action
