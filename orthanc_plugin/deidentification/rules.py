"""What is done with an attribute, told by its tag and value representation: the part that no option changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pydicom.datadict import dictionary_VR


class Action(Enum):
    """What is done with one attribute, told by what its value becomes."""

    REMOVE = "removed"
    EMPTY = "emptied"
    DUMMY = "replaced by a dummy value; a person's name by a keyed pseudonym; the items of a sequence are cleaned"
    UID = "replaced by the keyed UID that stands for it; the items of a sequence are cleaned"
    SHIFT = "moved by the patient's date shift; a time stays"
    CLEAN = "cleaned: known words, short numbers and abbreviations stay"
    TECHNICAL = "kept without the words of identifying attributes"
    KEEP = "kept"
    CHECK = (
        "kept when it is what its value representation says and no code is the patient's name, else cleaned or emptied"
    )
    DESCEND = "its items are cleaned"


@dataclass(frozen=True)
class Rule:
    """What is done with an attribute.

    Attributes
    ----------
    fallback
        What is done when the value cannot be moved, because it is no date.
    listed
        Whether Table E.1-1 names the attribute.
    """

    action: Action
    fallback: Action = Action.EMPTY
    listed: bool = False


FREE_TEXT: Final = frozenset({"LO", "LT", "SH", "ST", "UC", "UT"})

#: Values of these that do not look like what they should be are text in disguise.
CHECKED: Final = frozenset({"AS", "CS", "DS", "IS", "TM"})

#: Numbers in binary: left as they are.
BINARY: Final = frozenset({"AT", "FD", "FL", "SL", "SS", "SV", "UL", "US", "UV"})

#: Everything that is not interpreted by its VR alone: kept only where the attribute is known to be pixels or numbers.
BULK: Final = frozenset({"OB", "OD", "OF", "OL", "OV", "OW"})
BULK_KEPT: Final = frozenset(
    {
        0x7FE00008, 0x7FE00009, 0x7FE00010, 0x7FE00001, 0x7FE00002,  # pixel data and extended offset tables
        0x00281201, 0x00281202, 0x00281203, 0x00281204, 0x00281221, 0x00281222, 0x00281223,  # palettes
        0x00282000, 0x00283006,  # ICC profile, LUT data
        0x56000020,  # spectroscopy data
        0x00640009, 0x00660016, 0x00660021, 0x00660023, 0x00660024, 0x00660025, 0x00660029,  # grids and surfaces
        0x00660040, 0x00660041, 0x00660042, 0x00660043,
    }
)  # fmt: skip

#: UIDs that name a definition, not an instance: they must stay, whoever's root they have.
DEFINITION_UIDS: Final = frozenset(
    {
        0x00080016, 0x00081150, 0x00080062, 0x0008001A, 0x0008001B, 0x0008010C, 0x00080117, 0x00080118, 0x0008010D,
        0x04000010, 0x04000015, 0x00081163,
    }
)  # fmt: skip

#: Attributes of coded entries: text that is no free text.
CODES: Final = frozenset({0x00080100, 0x00080102, 0x00080103, 0x00080119, 0x00080120})

#: What device makers write about their devices, which research needs and nobody types in.
TECHNICAL: Final[Mapping[int, str]] = {
    0x00080070: "Manufacturer",
    0x00081090: "Manufacturer's Model Name",
    0x00180024: "Sequence Name",
    0x00180085: "Imaged Nucleus",
    0x00181020: "Software Versions",
    0x00181160: "Filter Type",
    0x00181210: "Convolution Kernel",
    0x00181250: "Receive Coil Name",
    0x00181251: "Transmit Coil Name",
    0x00189005: "Pulse Sequence Name",
    0x00201040: "Position Reference Indicator",
    0x00281054: "Rescale Type",
    0x00541101: "Attenuation Correction Method",
    0x00541103: "Reconstruction Method",
    0x00541105: "Scatter Correction Method",
    0x00620009: "Segment Algorithm Name",
    0x00660031: "Algorithm Version",
    0x00660036: "Algorithm Name",
}

#: Characteristics with few possible values: anything else in them is no characteristic.
ENUMERATED: Final[Mapping[int, frozenset[str]]] = {
    0x00100040: frozenset({"M", "F", "O"}),
    0x00102203: frozenset({"ALTERED", "UNALTERED"}),
    0x001021A0: frozenset({"YES", "NO", "UNKNOWN"}),
}

DUMMIES: Final[Mapping[str, object]] = {
    "AE": "ANONYMIZED", "AS": "000Y", "AT": 0, "CS": "ANONYMIZED", "DA": "19000101", "DS": "0", "DT": "19000101000000",
    "FD": 0.0, "FL": 0.0, "IS": "0", "LO": "Anonymized", "LT": "Anonymized", "OB": b"\0\0", "OD": b"", "OF": b"",
    "OL": b"", "OV": b"", "OW": b"\0\0", "PN": "Anonymized", "SH": "Anonymized", "SL": 0, "SS": 0, "ST": "Anonymized",
    "SV": 0, "TM": "000000", "UC": "Anonymized", "UI": "2.25.0", "UL": 0, "UN": b"\0\0", "UR": "urn:anonymized",
    "US": 0, "UT": "Anonymized", "UV": 0,
}  # fmt: skip


TEXTUAL: Final = FREE_TEXT | CHECKED | {"AE", "DA", "DT", "PN", "UI", "UR"}


def may_be(tag: int, vr: str) -> bool:
    """Whether an attribute may have a value representation: one of the same family as in the dictionary."""
    try:
        known = dictionary_VR(tag)
    except KeyError:
        return True
    return vr == "UN" or any(_family(vr) == _family(one) for one in known.split(" or "))


def _family(vr: str) -> str:
    if vr in TEXTUAL:
        return "text"
    return "binary" if vr in BINARY else "bulk" if vr in BULK else vr


#: Pixel Data, and what belongs to it.
PIXEL_GROUP: Final = 0x7FE0


def is_dropped(tag: int) -> bool:
    """Whether an attribute goes wherever it stands.

    Private attributes, curves and overlays (groups 50xx, 60xx), padding, group lengths, which would no longer be true,
    and what has no place in a data set.
    """
    group = tag >> 16
    return group & 1 == 1 or group < 8 or group >> 8 in (0x50, 0x60) or group >= 0xFFFA or tag & 0xFFFF == 0


def is_out_of_place(tag: int) -> bool:
    """Whether an attribute goes when it stands inside an item: pixels there are a picture that nobody judges."""
    return tag >> 16 == PIXEL_GROUP


def unlisted(tag: int, vr: str) -> Rule:
    """Return the rule for an attribute that the table does not name.

    Parameters
    ----------
    vr
        The first value representation where the dictionary allows two, for they are both numbers.
    """
    return Rule(_unlisted(tag, vr))


def _unlisted(tag: int, vr: str) -> Action:
    if tag in CODES or vr in BINARY:
        return Action.KEEP
    if vr in FREE_TEXT:
        return Action.TECHNICAL if tag in TECHNICAL else Action.CLEAN
    if vr in BULK:
        return Action.KEEP if tag in BULK_KEPT else Action.REMOVE
    return _BY_VR.get(vr, Action.REMOVE)


_BY_VR: Final[Mapping[str, Action]] = (
    {"UI": Action.UID, "DA": Action.SHIFT, "DT": Action.SHIFT, "PN": Action.DUMMY, "AE": Action.DUMMY}
    | {"SQ": Action.DESCEND}
) | dict.fromkeys(CHECKED, Action.CHECK)
