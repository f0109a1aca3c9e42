"""Rows of TID 1500 and the templates it includes (PS3.16 annex A), as far as they oblige or forbid.

Numbers are those that DCMTK's module dcmsr/cmr tells for TID 1411, 1419, 1500 and 1501.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sr_templates import content, library
from sr_templates.codes import Code

MANY: Final = 10**6

CONTAINS, CONTEXT, ACQUISITION, MODIFIER = content.CONTAINS, content.CONTEXT, content.ACQUISITION, content.MODIFIER


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes
    ----------
    number : str
        As PS3.16 counts it; of an included template, with its TID.
    types : tuple of str
        Value types.
    concepts : tuple of Code
        Allowed concept names; none for a row whose concept name is a parameter.
    least, most : int
        Value multiplicity and requirement in one: a mandatory row has at least one.
    values : tuple of Code
        Allowed values of a CODE; none means any.
    inner : str
        Template of what stands below it.
    """

    number: str
    relationship: str
    types: tuple[str, ...]
    concepts: tuple[Code, ...] = ()
    least: int = 0
    most: int = MANY
    values: tuple[Code, ...] = ()
    inner: str = ""


@dataclass(frozen=True)
class Choice:
    """Rows of which so many must be there; `when` names the concepts that bring the condition about."""

    number: str
    concepts: tuple[Code, ...]
    least: int
    most: int
    when: tuple[Code, ...] = ()


CODE, TEXT, NUM, UIDREF, CONTAINER, IMAGE = ("CODE",), ("TEXT",), ("NUM",), ("UIDREF",), ("CONTAINER",), ("IMAGE",)

TOPOGRAPHY = Code("SCT", "106233006", "Topographical modifier")
DEVICE_UID = Code("DCM", "121012", "Device Observer UID")
DEVICE = Code("DCM", "121007", "Device")
ORGANIZATION = Code("DCM", "121009", "Person Observer's Organization Name")
REAL_WORLD_MAP = Code("DCM", "126100", "Real World Value Map used for measurement")
REGION, VOLUME_SURFACE = Code("DCM", "111030", "Image Region"), Code("DCM", "121231", "Volume Surface")
SEGMENTATION_FRAME = Code("DCM", "121214", "Referenced Segmentation Frame")
ROLES_IN_PROCEDURE = tuple(
    Code("NCIt", value, meaning)
    for value, meaning in (("C28747", "Reader"), ("C54634", "Reviewer"), ("C96561", "Adjudicator"))
)

_LANGUAGE = Row("2 (TID 1204 row 1)", MODIFIER, CODE, (content.LANGUAGE,), 1, 1)
_OBSERVER = (
    Row("3 (TID 1002 row 1)", CONTEXT, CODE, (content.OBSERVER_TYPE,), 0, MANY, (content.PERSON, DEVICE)),
    Row("3 (TID 1003 row 1)", CONTEXT, ("PNAME",), (content.OBSERVER_NAME,)),
    Row("3 (TID 1003 row 2)", CONTEXT, TEXT, (content.OBSERVER_LOGIN,)),
    Row("3 (TID 1003 row 3)", CONTEXT, TEXT, (ORGANIZATION,)),
    Row("3 (TID 1003 row 4)", CONTEXT, CODE, (content.OBSERVER_ROLE,)),
    Row("3 (TID 1003 row 5)", CONTEXT, CODE, (content.PROCEDURE_ROLE,), values=ROLES_IN_PROCEDURE),
    Row("3 (TID 1004 row 1)", CONTEXT, UIDREF, (DEVICE_UID,)),
)
_IDENTITY = (
    Row("2", CONTEXT, TEXT, (content.TRACKING_ID,), 1, 1),
    Row("3", CONTEXT, UIDREF, (content.TRACKING_UID,), 1, 1),
    Row("3b", CONTAINS, CODE, (content.FINDING,), 0, 1),
    Row("3c", CONTAINS, CODE, (content.FINDING_CATEGORY,), 0, 1),
)


def _site(number: str, inner: str) -> Row:
    return Row(number, MODIFIER, CODE, (content.FINDING_SITE,), inner=inner)


def _of_site(laterality: str, modifier: str) -> tuple[Row, ...]:
    return (
        Row(laterality, MODIFIER, CODE, (content.LATERALITY,), 0, 1),
        Row(modifier, MODIFIER, CODE, (TOPOGRAPHY,), 0, 1),
    )


def _answers(real_world: str, measurement: str, coded: str, text: str) -> tuple[Row, ...]:
    return (
        Row(real_world, CONTAINS, ("COMPOSITE",), (REAL_WORLD_MAP,)),
        Row(measurement, CONTAINS, NUM, inner="1419"),
        Row(coded, CONTAINS, CODE, inner="1501 evaluation"),
        Row(text, CONTAINS, TEXT),
    )


#: TID 1411 includes TID 1419 in row 15, of which rows 1 and 2 are about the whole group.
_ROI = (
    Row("15 (TID 1419 row 1)", MODIFIER, CODE, (content.METHOD,), 0, 1),
    _site("15 (TID 1419 row 2)", "1419 group site"),
    *_answers("14", "15 (TID 1419 row 5)", "16", "17"),
)

#: Template → its rows. What stands below a row of a template has the template's number and a word.
ROWS: Final[Mapping[str, tuple[Row, ...]]] = {
    "1500": (
        _LANGUAGE,
        *_OBSERVER,
        Row("4", MODIFIER, CODE, (content.PROCEDURE,), 1),
        Row("5", CONTAINS, CONTAINER, (content.LIBRARY,), 0, 1, inner="1600"),
        Row("6", CONTAINS, CONTAINER, (content.MEASUREMENTS,), 0, 1, inner="1500 measurements"),
        Row("10", CONTAINS, CONTAINER, (content.DERIVED_MEASUREMENTS,), 0, 1),
        Row("12", CONTAINS, CONTAINER, (content.QUALITATIVE,), 0, 1, inner="1500 qualitative"),
    ),
    "1500 measurements": (Row("7, 8 and 9", CONTAINS, CONTAINER, (content.GROUP,), inner="1501"),),
    "1500 qualitative": (Row("13", CONTAINS, CODE, inner="1501 evaluation"), Row("14", CONTAINS, TEXT)),
    # As TID 1411 but for the region, whose rows are told by what they are about.
    "1410": (
        *_IDENTITY,
        Row("of the region", CONTAINS, ("SCOORD", "SCOORD3D"), (REGION,), 0, 1),
        Row("of the segment", CONTAINS, IMAGE, (SEGMENTATION_FRAME,), 0, 1),
        Row("of the source image", CONTAINS, IMAGE, (content.SEGMENT_IMAGE,), 0, 1),
        *_ROI,
    ),
    "1411": (
        *_IDENTITY,
        Row("5", CONTAINS, ("SCOORD",), (REGION,)),
        Row("6", CONTAINS, ("SCOORD3D",), (VOLUME_SURFACE,)),
        Row("7", CONTAINS, IMAGE, (content.SEGMENT,), 0, 1),
        Row("11", CONTAINS, IMAGE, (content.SEGMENT_IMAGE,)),
        Row("12", CONTAINS, UIDREF, (content.SEGMENT_SERIES,), 0, 1),
        *_ROI,
    ),
    "1501": (
        *_IDENTITY,
        Row("5", MODIFIER, CODE, (content.METHOD,), 0, 1),
        _site("6", "1501 site"),
        Row("of the source", CONTAINS, IMAGE, (content.SOURCE,)),
        *_answers("9", "10", "11", "12"),
    ),
    "1419": (
        Row("6", MODIFIER, CODE, (library.PHASE,), 0, 1),
        Row("7", MODIFIER, CODE, (content.METHOD,), 0, 1),
        Row("8", MODIFIER, CODE, (content.DERIVATION,), 0, 1),
        _site("9", "1419 site"),
    ),
    "1501 evaluation": (_site("6", "1501 site"),),
    "1419 site": _of_site("10", "11"),
    "1419 group site": _of_site("3", "4"),
    "1501 site": _of_site("7", "8"),
    "1600": (Row("2", CONTAINS, CONTAINER, (content.LIBRARY_GROUP,), 1, inner="1600 group"),),
    "1600 group": (
        Row("3 (TID 1602 row 1)", ACQUISITION, CODE, (library.MODALITY,), 0, 1),
        Row("3 (TID 1602 row 3)", ACQUISITION, CODE, (library.LATERALITY,), 0, 1),
        *(
            Row("3 (TID 1602 rows 6 to 11)", ACQUISITION, (value_type,), (concept,), 0, 1)
            for value_type, concept, _ in library.MOMENTS
        ),
        Row("3 (TID 1602 row 12)", ACQUISITION, UIDREF, (library.FRAME,), 0, 1),
        *(
            Row("3 (TID 1602 rows 13 and 14)", ACQUISITION, NUM, (concept,), 0, 1)
            for concept, _ in library.NUMBERS
        ),
        Row("4 (TID 1601 row 1)", CONTAINS, IMAGE, (), 1),
    ),
}  # fmt: skip

CHOICES: Final[Mapping[str, tuple[Choice, ...]]] = {
    "1500": (
        Choice("6, 10 and 12", (content.MEASUREMENTS, content.DERIVED_MEASUREMENTS, content.QUALITATIVE), 1, 3),
        Choice("3 (TID 1003 row 1)", (content.OBSERVER_NAME, DEVICE_UID), 1, 2),
    ),
    "1410": (Choice("of the region", (REGION, SEGMENTATION_FRAME), 1, 1),),
    "1411": (
        Choice("5, 6 and 7", (REGION, VOLUME_SURFACE, content.SEGMENT), 1, 1),
        Choice("11 and 12", (content.SEGMENT_IMAGE, content.SEGMENT_SERIES), 1, 1, when=(content.SEGMENT,)),
    ),
}

#: Templates whose rows stand in the order of the table.
ORDERED: Final = frozenset({"1500"})

#: Template Identifier of a measurement group → its rows; a group that tells none is one of TID 1501.
GROUP_TEMPLATES: Final[Mapping[str, str]] = {"1410": "1410", "1411": "1411", "1501": "1501"}
