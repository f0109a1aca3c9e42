"""Which objects may come in at all: what may carry burned-in text is not declared de-identified.

Rules are data: those of the settings come first, then those of the project; the first that fits decides.
"""

import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal, get_args

from pydicom.datadict import dictionary_VR, tag_for_keyword

from orthanc_plugin.deidentification import rules
from orthanc_plugin.deidentification.errors import DeidentificationError, ProfileError

Then = Literal["keep", "blank", "refuse"]

#: Left, top, width and height in pixels, from the upper left corner.
Region = tuple[int, int, int, int]

#: Gives an attribute of an object by its keyword, as text; several values are separated by a backslash.
ValueOf = Callable[[str], str]

#: SOP classes whose pixels come from the scanner's reconstruction, or that hold no picture at all.
ALLOWED: Final[Mapping[str, str]] = {
    "1.2.840.10008.5.1.4.1.1.2": "CT Image",
    "1.2.840.10008.5.1.4.1.1.2.1": "Enhanced CT Image",
    "1.2.840.10008.5.1.4.1.1.2.2": "Legacy Converted Enhanced CT Image",
    "1.2.840.10008.5.1.4.1.1.4": "MR Image",
    "1.2.840.10008.5.1.4.1.1.4.1": "Enhanced MR Image",
    "1.2.840.10008.5.1.4.1.1.4.2": "MR Spectroscopy",
    "1.2.840.10008.5.1.4.1.1.4.4": "Legacy Converted Enhanced MR Image",
    "1.2.840.10008.5.1.4.1.1.128": "PET Image",
    "1.2.840.10008.5.1.4.1.1.130": "Enhanced PET Image",
    "1.2.840.10008.5.1.4.1.1.128.1": "Legacy Converted Enhanced PET Image",
    "1.2.840.10008.5.1.4.1.1.30": "Parametric Map",
    "1.2.840.10008.5.1.4.1.1.66.1": "Spatial Registration",
    "1.2.840.10008.5.1.4.1.1.66.2": "Spatial Fiducials",
    "1.2.840.10008.5.1.4.1.1.66.3": "Deformable Spatial Registration",
    "1.2.840.10008.5.1.4.1.1.66.4": "Segmentation",
    "1.2.840.10008.5.1.4.1.1.66.5": "Surface Segmentation",
    "1.2.840.10008.5.1.4.1.1.66.7": "Label Map Segmentation",
    "1.2.840.10008.5.1.4.1.1.67": "Real World Value Mapping",
    "1.2.840.10008.5.1.4.1.1.11.1": "Grayscale Softcopy Presentation State",
    "1.2.840.10008.5.1.4.1.1.11.2": "Color Softcopy Presentation State",
    "1.2.840.10008.5.1.4.1.1.88.11": "Basic Text SR",
    "1.2.840.10008.5.1.4.1.1.88.22": "Enhanced SR",
    "1.2.840.10008.5.1.4.1.1.88.33": "Comprehensive SR",
    "1.2.840.10008.5.1.4.1.1.88.34": "Comprehensive 3D SR",
    "1.2.840.10008.5.1.4.1.1.88.35": "Extensible SR",
    "1.2.840.10008.5.1.4.1.1.88.59": "Key Object Selection Document",
    "1.2.840.10008.5.1.4.1.1.88.67": "X-Ray Radiation Dose SR",
    "1.2.840.10008.5.1.4.1.1.481.2": "RT Dose",
    "1.2.840.10008.5.1.4.1.1.481.3": "RT Structure Set",
    "1.2.840.10008.5.1.4.1.1.481.5": "RT Plan",
}

#: Those of them whose pixels have one sample (PS3.3 sections C.8.2.1, C.8.3.1, C.8.9.4).
GREY: Final = ("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.128")

#: Documents: pages cannot be searched for names.
DOCUMENTS: Final = "1.2.840.10008.5.1.4.1.1.104.*"

#: Values of Image Type that say that a picture was made of a screen, whatever the SOP class.
SCREENS: Final = ("SCREEN SAVE", "SCREENSAVE", "DOSE_INFO", "DOSE")


class PixelPolicyError(DeidentificationError):
    """An object may show what identifies.

    Attributes
    ----------
    reason : str
        The word that is counted.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class PixelRule:
    """What becomes of the objects that it fits.

    Attributes
    ----------
    reason
        The word under which a refusal is counted.
    when
        Keyword of an attribute → values, of which one must be there; `*` stands for anything, case does not matter.
    regions
        What becomes black, for `blank`.
    """

    reason: str
    when: Mapping[str, tuple[str, ...]]
    then: Then
    message: str
    regions: tuple[Region, ...] = field(default=())

    def fits(self, value_of: ValueOf) -> bool:
        """Whether the rule is about an object."""
        return all(_has(value_of(keyword), wanted) for keyword, wanted in self.when.items())


#: Holds whatever the settings say.
FIRST: Final = (
    PixelRule(
        "encapsulated_document",
        {"SOPClassUID": (DOCUMENTS,)},
        "refuse",
        "Documents (PDF, CDA, models) cannot be searched for names; send images, segmentations or structured reports.",
    ),
)

RULES: Final = (
    PixelRule(
        "burned_in_annotation",
        {"BurnedInAnnotation": ("YES",)},
        "refuse",
        "The image says that text is burned into its pixels.",
    ),
    PixelRule("screen_capture", {"ImageType": SCREENS}, "refuse", "The image says that it is the picture of a screen."),
    PixelRule(
        "screen_capture",
        {"SOPClassUID": GREY, "PhotometricInterpretation": ("RGB", "YBR*", "PALETTE COLOR")},
        "refuse",
        "CT, MR and PET images are grey: one in colour is the picture of a screen.",
    ),
    PixelRule(
        "allowed", {"SOPClassUID": tuple(ALLOWED)}, "keep", "Its pixels come from the reconstruction, or it has none."
    ),
    PixelRule(
        "sop_class_not_allowed",
        {},
        "refuse",
        "Objects of this SOP class may show identifying text (screens, photographs, ultrasound); send CT, MR or PET "
        "images, segmentations or structured reports.",
    ),
)


def decide(value_of: ValueOf, own: Sequence[PixelRule] = (), *, may_blank: bool = False) -> tuple[Region, ...]:
    """Return the regions that must become black; none where the object may stay as it is.

    Parameters
    ----------
    own
        Rules of the settings.
    may_blank
        Whether the Clean Pixel Data option is on.

    Raises
    ------
    PixelPolicyError
        The object may not come in.
    """
    rule = next(one for one in (*FIRST, *own, *RULES) if one.fits(value_of))
    if rule.then == "refuse":
        raise PixelPolicyError(rule.reason, rule.message)
    if rule.then == "blank" and not may_blank:
        raise PixelPolicyError("not_blanked", "The rule for these pixels blanks them, and CleanPixelData is off.")
    return rule.regions


def tag_of(keyword: str) -> int:
    """Return the tag of an attribute that a rule names."""
    return int(tag_for_keyword(keyword) or 0)


def text_of(tag: int, value: bytes) -> str | None:
    """Return the little endian bytes of a value as `ValueOf` gives it; None when that depends on the character set."""
    form = NUMBERS.get(dictionary_VR(tag)[:2])
    if form is not None:
        whole = len(value) - len(value) % struct.calcsize(form)
        return "\\".join(str(number) for (number,) in struct.iter_unpack(form, value[:whole]))
    return value.decode("ascii").rstrip("\0 ") if value.isascii() and b"\x1b" not in value else None


#: Value representations that a rule may name beside text, as `struct` reads them.
NUMBERS: Final = {"US": "<H", "SS": "<h", "UL": "<L", "SL": "<l", "FL": "<f", "FD": "<d"}


def parse(given: Sequence[Mapping[str, Any]]) -> tuple[PixelRule, ...]:
    """Return the rules of the settings.

    Raises
    ------
    ProfileError
        A rule lacks something or names what does not exist; the message says which.
    """
    return tuple(_parse(number, one) for number, one in enumerate(given, 1))


def describe_sop_classes() -> str:
    """Return the SOP classes that are accepted, for the docs (Markdown)."""
    lines = ["| SOP class | UID |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} Storage | {uid} |" for uid, name in ALLOWED.items())]) + "\n"


def describe() -> Iterator[str]:
    """Yield the built-in rules as Markdown."""
    yield from ("| when | then | counted as | |", "|---|---|---|---|")
    for rule in (*FIRST, *RULES):
        when = " and ".join(
            f"{keyword} is one of {len(wanted)}" for keyword, wanted in rule.when.items() if len(wanted) > 4
        )
        when = when or " and ".join(f"{keyword} is {' or '.join(wanted)}" for keyword, wanted in rule.when.items())
        yield f"| {when or 'anything else'} | {rule.then} | `{rule.reason}` | {rule.message} |"
    yield from ("", "| SOP class | UID |", "|---|---|")
    yield from (f"| {name} | {uid} |" for uid, name in ALLOWED.items())


def _has(text: str, wanted: tuple[str, ...]) -> bool:
    values = [value.strip().upper() for value in text.split("\\")]
    return any(_pattern(one).fullmatch(value) for value in values for one in wanted)


@cache
def _pattern(wanted: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, wanted.upper().split("*"))), re.DOTALL)


def _parse(number: int, given: Mapping[str, Any]) -> PixelRule:
    for problem in _problems(given):
        raise ProfileError(f"PixelRules, rule {number}: {problem}")
    when = {keyword: _texts(values) for keyword, values in given.get("when", {}).items()}
    regions = tuple(tuple(one) for one in given.get("regions", ()))
    name = str(given.get("name") or f"pixel_rule_{number}")
    return PixelRule(name, when, given["then"], f"The setting PixelRules refuses it (rule {number}).", regions)


def _problems(given: object) -> Iterator[str]:
    if not isinstance(given, Mapping):
        yield "must be an object with name, when, then, regions."
        return
    if unknown := sorted(set(given) - {"name", "when", "then", "regions"}):
        yield f'"{unknown[0]}" is unknown; known are name, when, then, regions.'
    yield from _problems_of_when(given.get("when", {}))
    then, regions = given.get("then"), given.get("regions", [])
    if not isinstance(then, str) or then not in get_args(Then):
        yield "then must be keep, blank or refuse."
    if not isinstance(regions, list) or (then == "blank") != bool(regions) or not all(map(_is_region, regions)):
        yield "regions: blank, and only blank, takes regions, lists of left, top, width and height."


def _problems_of_when(when: object) -> Iterator[str]:
    if not isinstance(when, Mapping):
        yield "when must be an object: keyword of an attribute → a value, or a list of values."
        return
    for keyword, wanted in when.items():
        if tag_for_keyword(keyword) is None:
            yield f'"{keyword}" is no keyword of a DICOM attribute.'
        elif dictionary_VR(keyword)[:2] not in rules.TEXTUAL | NUMBERS.keys():
            yield f'when cannot compare "{keyword}": it is neither text nor number.'
        several = wanted if isinstance(wanted, list) else [wanted]
        if not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in several):
            yield f'when: "{keyword}" takes a text, a number, or a list of them.'


def _texts(values: object) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list) else (str(values),)


def _is_region(region: object) -> bool:
    if not isinstance(region, list) or len(region) != 4 or any(type(one) is not int for one in region):
        return False
    left, top, width, height = region
    return bool(left >= 0 and top >= 0 and width > 0 and height > 0)
