"""Arbitrary small data sets: plausible and odd values, nested, private, damaged in no way that lengths would show."""

from collections.abc import Iterator
from typing import Final

from hypothesis import strategies as st
from pydicom.datadict import DicomDictionary

from orthanc_plugin.deidentification import rules
from orthanc_plugin.deidentification.contexts import SHARED
from tests.unit.deidentification import objects, reports
from tests.unit.deidentification.encode import Element, Elements, padded, read_data_set, sequence, text, vr_of

#: What makes an image what it is; wrong values in it are the matter of other tests.
FIXED: Final = frozenset(
    {0x00080005, 0x00080016, 0x00080018, 0x0020000D, 0x0020000E, 0x00080060, 0x00280008}
    | {tag for tag in DicomDictionary if tag >> 16 == 0x0028 and tag & 0xFFFF < 0x0110}
)
PUBLIC: Final = tuple(
    tag
    for tag in DicomDictionary
    if 8 <= tag >> 16 < 0x7FE0 and tag not in FIXED and tag & 0xFFFF and not tag >> 16 & 1
)
#: More often than chance has it: what the rest depends on, and what is written anew.
SPECIAL: Final = (
    *sorted(SHARED - FIXED), 0x00120062, 0x00120063, 0x00120064, 0x00280303, 0x0008103E, 0x00181030, 0x0040A730,
)  # fmt: skip
UNKNOWN: Final = tuple(
    group << 16 | element for group in (0x0008, 0x0018, 0x3002, 0x7776) for element in (0x9990, 0xFFF1)
)
PRIVATE: Final = tuple(
    group << 16 | element
    for group in (0x0009, 0x0019, 0x0029, 0x7053)
    for element in (0x0010, 0x0011, 0x00FF, 0x1001, 0x1023, 0x1140, 0x11FF, 0xFF01)
)

#: Age, size, weight.
CHARACTERISTICS: Final = {
    0x00101010: ("063Y", "099Y", "011M", "90Y"), 0x00101020: ("1.75", " 1.8", "1.7\\1.8"), 0x00101030: ("80", "81.5"),
}  # fmt: skip

#: Instead of what the dictionary says.
ODD: Final = ("LO", "UT", "CS", "PN", "DA", "IS", "UI", "US", "FD", "OB", "SQ", "AS")

WORDS: Final = (
    "ABD",
    "PORTAL",
    "liver",
    "Silva",
    "CANARY",
    "3.0",
    "B30f",
    "0071234",
    "20160809",
    "São",
    "Anonymized",
    "",
    "\x1b",
    "\0x",
    "ÿ",
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=4).flatmap(
    lambda words: st.sampled_from((" ", "^", "\\", "_", "=", "\r\n", "/")).map(lambda separator: separator.join(words))
)
NAMES = st.lists(st.sampled_from(("Quintanilha^Zeferino", "A^B=C^D=E", "Li^Wu", "", "^^^Dr", "HEP-AAAA")), max_size=3)
UIDS = st.one_of(
    st.integers(0, 10**20).map("1.2.999.{}".format),
    st.sampled_from(("1.2.840.10008.5.1.4.1.1.2", "2.25.7", "", "1.2.999.4.1", "Silva", "1.2.3 ")),
)
DATES = st.one_of(
    st.dates().map("{:%Y%m%d}".format).map(lambda text: text.rjust(8, "0")),
    st.sampled_from(("", "2016.08.09", "20161301", "201608", "today", "20160809-20170101", "20160229", "00010101")),
)
TIMES = st.sampled_from(("", "140012", "14", "140012.123456", "14:00:12", "noon", "250000", "1400-1500"))
DATETIMES = st.tuples(DATES, TIMES, st.sampled_from(("", "+0200", "-0330"))).map("".join)
NUMBERS = st.one_of(
    st.floats(-1e6, 1e6).map("{:.4f}".format),
    st.integers(-999, 10**8).map(str),
    st.sampled_from(("", " 1", "+1.5", "1e3", "Silva", "1,5")),
)
CODES = st.sampled_from(("", "AXIAL", "CT_SOM5 SPI", "axial", "Silva", "YES", "M", "ORIGINAL\\PRIMARY", "X" * 20))
AGES = st.sampled_from(("", "063Y", "099Y", "011M", "90Y", "x"))

_BY_VR: Final = {
    "UI": UIDS, "DA": DATES, "TM": TIMES, "DT": DATETIMES, "CS": CODES, "AS": AGES, "PN": NAMES.map("\\".join),
    "DS": NUMBERS, "IS": st.one_of(st.integers(-999, 10**8).map(str), NUMBERS),
    "AE": st.sampled_from(("", "SCANNER1", "A\\B")), "UR": st.sampled_from(("", "http://hospital.example/0071234")),
}  # fmt: skip


def valued(vr: str) -> st.SearchStrategy[Element]:
    """Return elements of a value representation, empty or of one or more values."""
    if vr in rules.BINARY | rules.BULK or vr == "UN":
        size = {"US": 2, "SS": 2, "OW": 2, "FD": 8, "OD": 8, "SV": 8, "UV": 8, "OV": 8, "OB": 2, "UN": 2}.get(vr, 4)
        return st.integers(0, 3).flatmap(
            lambda count: st.binary(min_size=count * size, max_size=count * size).map(lambda value: Element(vr, value))
        )
    one = _BY_VR.get(vr, TEXTS)
    several = st.lists(one, min_size=1, max_size=3).map("\\".join) if vr not in ("LT", "ST", "UT", "UR") else one
    odd = st.sampled_from(("", " ", "\0", "  "))
    # Spaces before a UID, and names and the like of nothing but spaces, are read in two ways.
    before = st.sampled_from(("", "", "", " " if vr in rules.FREE_TEXT | {"DS", "IS"} else "\\"))
    return st.tuples(before, st.one_of(one, several), odd).map(
        lambda value: Element(vr, padded("".join(value).encode("latin-1"), vr))
    )


@st.composite
def attributes(draw: st.DrawFn, depth: int, *, explicit: bool) -> Elements:
    """Return attributes of all kinds, with sequences down to a depth."""
    made: Elements = {}
    tags = draw(
        st.lists(
            st.one_of(st.sampled_from(SPECIAL), st.sampled_from(PUBLIC), st.sampled_from(UNKNOWN + PRIVATE)),
            max_size=6, unique=True,
        )
    )  # fmt: skip
    for tag in tags:
        vr = vr_of(tag)
        if explicit and vr != "UN" and draw(st.integers(0, 9)) == 9:
            vr = draw(st.sampled_from(ODD))
        if vr == "UN":
            vr = draw(st.sampled_from(("LO", "UN", "SQ", "OB", "DS", "CS", "US", "FD"))) if explicit else "UN"
        if vr == "SQ":
            made[tag] = draw(sequences(depth, explicit=explicit)) if depth else sequence()
        elif vr == "UN":
            made[tag] = Element("UN", draw(st.binary(max_size=4)))
        elif tag in CHARACTERISTICS and vr == vr_of(tag):
            made[tag] = text(vr, draw(st.sampled_from(CHARACTERISTICS[tag])))
        else:
            made[tag] = draw(valued(vr))
    return made


@st.composite
def sequences(draw: st.DrawFn, depth: int, *, explicit: bool) -> Element:
    items = draw(st.lists(attributes(depth - 1, explicit=explicit), max_size=2))
    is_open = draw(st.booleans())
    return Element("SQ", items, is_open, draw(st.booleans()) if items else is_open)


@st.composite
def data_sets(draw: st.DrawFn, *, explicit: bool) -> Elements:
    """Return an image with other attributes, in one of the usual character sets."""
    made = draw(st.sampled_from(BASES)) | draw(attributes(2, explicit=explicit))
    character_set = draw(st.sampled_from((None, "", "ISO_IR 100", "ISO_IR 6", "ISO_IR 192", "ISO_IR 144")))
    if character_set == "ISO_IR 192":
        made = as_utf8(made)
    made[0x00080005] = text("CS", character_set or "")
    if character_set is None:
        del made[0x00080005]
    return dict(sorted(made.items()))


def as_utf8(elements: Elements) -> Elements:
    """Return elements with their texts, which are in Latin 1, in UTF-8."""
    made = dict(elements)
    for tag, element in elements.items():
        if isinstance(element.value, list):
            made[tag] = element._replace(value=[as_utf8(item) for item in element.value])
        elif element.vr in rules.FREE_TEXT | {"PN"}:
            made[tag] = element._replace(value=element.value.decode("latin-1").encode())
    return made


def _bases() -> Iterator[Elements]:
    images = [objects.image(1, number) for number in (1, 2)]
    mask = objects.segmentation(images, 1)
    for made in (images[0], mask, reports.report(images, mask, 1), objects.presentation(images, 1)):
        yield read_data_set(made)


BASES: Final = tuple(_bases())
