"""Every option does what it says, on and off, to every attribute that its column of the table names."""

import io
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache

import pytest
from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence

from orthanc_plugin.deidentification.arrival import Gate
from orthanc_plugin.deidentification.errors import ProfileError
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.profile import DESCRIPTORS, OPTIONS, load, table
from orthanc_plugin.deidentification.trace import Deidentified
from tests.unit.deidentification import objects, reports
from tests.unit.deidentification.encode import Element, read_data_set, sequence, text, vr_of, write_file

KEYS = Keys(bytes(range(32)))

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

Send = Callable[..., Dataset]

#: A value for each value representation, of which nothing need be cleaned.
VALUES = {
    "AE": "SCANNER1", "AS": "063Y", "CS": "YES", "DA": "20160301", "DS": "1.5", "DT": "20160301235959.5-0300",
    "IS": "3", "LO": "Sala 3", "LT": "Sala 3", "PN": "Brandhuber^Otto", "SH": "Sala 3", "ST": "Sala 3",
    "TM": "101112.5", "UC": "Sala 3", "UI": "1.2.999.3", "UR": "http://scanner.example/", "UT": "Sala 3",
}  # fmt: skip
SPECIAL = {0x00100040: "F", 0x00102203: "ALTERED", 0x00080201: "-0300", 0x00102160: "unknown"}

#: With the option off: what the basic profile has.
GONE, EMPTY, OTHER = "gone", "empty", "another value"
BASIC = {
    "X": GONE, "Z": EMPTY, "X/Z": EMPTY, "D": OTHER, "X/D": OTHER, "Z/D": OTHER, "X/Z/D": OTHER, "U": OTHER,
    "X/Z/U*": OTHER,
}  # fmt: skip


@cache
def gate_of(switches: tuple[tuple[str, bool], ...], fast: bool) -> Gate:
    return Gate(Policy(load(dict(switches)), KEYS), fast=fast)


@pytest.fixture(params=[True, False], ids=["bytes", "parsed"])
def send(request: pytest.FixtureRequest) -> Send:
    """Send an object or the bytes of one in, with some options switched; return what is stored."""

    def sent(what: Dataset | bytes, **switches: bool) -> Dataset:
        data = what if isinstance(what, bytes) else bytes_of(what)
        decision = gate_of(tuple(sorted(switches.items())), request.param).decide(data)
        assert isinstance(decision, Deidentified), decision
        return dcmread(io.BytesIO(decision.data))

    return sent


def bytes_of(dataset: Dataset) -> bytes:
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def column_of(name: str, letters: str) -> list[Mapping[str, str]]:
    column = next(option.column for option in OPTIONS if option.name == name)
    return [row for row in table() if row[column] and row[column] in letters and "x" not in row["tag"]]


def rows(*options: tuple[str, str]) -> list[object]:
    return [
        pytest.param(name, row, id=f"{name}-{row['tag']}")
        for name, letters in options
        for row in column_of(name, letters)
    ]


def image_with(tag: int, element: Element) -> bytes:
    return write_file(read_data_set(objects.image(1, 1)) | {tag: element})


def valued(tag: int) -> Element:
    vr = vr_of(tag)
    if vr == "UN":  # the dictionary does not know it; those that are dates are of VR DT
        vr = "DT"
    if vr == "SQ":
        return sequence({0x00080100: text("SH", "T1"), 0x00080102: text("SH", "99X"), 0x00080104: text("LO", "Liver")})
    if vr in ("US", "OB"):
        return Element(vr, b"\1\0")
    return text(vr, SPECIAL.get(tag, VALUES.get(vr, "")))


def expect_basic(stored: Dataset, tag: int, basic: str, before: Element) -> None:
    expected = BASIC[basic]
    assert (tag in stored) == (expected != GONE)
    if expected == EMPTY:
        assert stored[tag].is_empty or len(stored[tag].value) == 0
    elif expected == OTHER and before.vr != "SQ":
        assert not stored[tag].is_empty
        assert str(stored[tag].value) != str(before.value, "ascii")


# --- attribute by attribute ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "row"),
    rows(("RetainDeviceIdentity", "K"), ("RetainInstitution", "K"), ("RetainPatientCharacteristics", "K")),
)
def test_what_an_option_retains(send: Send, name: str, row: Mapping[str, str]) -> None:
    tag = int(row["tag"], 16)
    before = valued(tag)
    stored = send(image_with(tag, before), **{name: True})
    if before.vr == "SQ":
        assert stored[tag].value[0].CodeMeaning == "Liver"
    elif before.vr == "US":
        assert stored[tag].value == 1
    else:
        assert str(stored[tag].value) == str(before.value, "ascii")
    expect_basic(send(image_with(tag, before), **{name: False}), tag, row["basic"], before)


@pytest.mark.parametrize(("name", "row"), rows(("RetainPatientCharacteristics", "C")))
def test_what_an_option_cleans(send: Send, name: str, row: Mapping[str, str]) -> None:
    tag = int(row["tag"], 16)
    before = text(vr_of(tag), "iodine Quintanilha contrast")
    assert send(image_with(tag, before), **{name: True})[tag].value == "iodine contrast"
    expect_basic(send(image_with(tag, before), **{name: False}), tag, row["basic"], before)


@pytest.mark.parametrize(("name", "row"), rows(("RetainLongitudinalModifiedDates", "C")))
def test_what_an_option_moves(send: Send, name: str, row: Mapping[str, str]) -> None:
    tag = int(row["tag"], 16)
    before = valued(tag)
    stored = send(image_with(tag, before), **{name: True})
    moved = moved_date()
    expected = {
        "DA": moved, "DT": f"{moved}235959.5-0300", "TM": "101112.5", "SH": "-0300",
    }.get(before.vr)  # fmt: skip
    if expected is None:  # bytes, which nobody can move
        assert before.vr == "OB"
        assert tag not in stored or stored[tag].value in (None, b"\0\0")
    else:
        assert stored[tag].value == expected
    expect_basic(send(image_with(tag, before), **{name: False}), tag, row["basic"], before)


def moved_date() -> str:
    """Return where 2016-03-01 moves for the patient of `objects`."""
    days = KEYS.shift_days(KEYS.pseudonym("0071234", ""))
    return f"{date(2016, 3, 1) + timedelta(days=days):%Y%m%d}"


@pytest.mark.parametrize(("name", "row"), rows(("CleanStructuredContent", "C"), ("CleanGraphics", "C")))
def test_sequences_that_an_option_keeps_are_cleaned(send: Send, name: str, row: Mapping[str, str]) -> None:
    tag = int(row["tag"], 16)
    inner = {0x00100010: text("PN", "Quintanilha"), 0x00080104: text("LO", "Liver"), 0x0020000D: text("UI", "1.2.999")}
    stored = send(image_with(tag, sequence(inner)), **{name: True})
    [item] = stored[tag].value
    assert item.CodeMeaning == "Liver"
    assert item.StudyInstanceUID == KEYS.uid("1.2.999")
    assert not item.PatientName
    off = send(image_with(tag, sequence(inner)), **{name: False})
    if BASIC[row["basic"]] == EMPTY:
        assert len(off[tag].value) == 0
    assert "Quintanilha" not in str(off)


@pytest.mark.parametrize("tag", [tag for tag in DESCRIPTORS if vr_of(tag) != "CS"])
def test_descriptors_are_cleaned_or_treated_as_in_the_basic_profile(send: Send, tag: int) -> None:
    basic = {int(row["tag"], 16): row["basic"] for row in table() if "x" not in row["tag"]}
    vr = vr_of(tag)
    data = image_with(tag, text(vr, "ABDOMEN QUINTANILHA"))
    kept = send(data)[tag].value
    assert kept == "ABDOMEN"
    off = send(data, CleanDescriptors=False)
    if tag in basic:
        expect_basic(off, tag, basic[tag], text(vr, "ABDOMEN QUINTANILHA"))
    else:
        assert "QUINTANILHA" not in str(off)


def test_with_descriptors_off_unlisted_text_becomes_a_dummy_and_what_makers_write_stays(send: Send) -> None:
    image = objects.image(1, 1, AnatomicRegionSequence=Sequence([objects.code("10200004", "SCT", "Liver")]))
    image.ManufacturerModelName = "Definition AS"
    assert send(image).AnatomicRegionSequence[0].CodeMeaning == "Liver"
    stored = send(image, CleanDescriptors=False)
    assert stored.AnatomicRegionSequence[0].CodeMeaning == "Anonymized"
    assert stored.AnatomicRegionSequence[0].CodeValue == "10200004"
    assert stored.ManufacturerModelName == "Definition AS"
    assert "SeriesDescription" not in stored


def test_with_every_option_off_all_of_the_table_is_the_basic_profile(send: Send) -> None:
    base = objects.image(1, 1)
    elements = read_data_set(base)
    planted = {}
    for row in table():
        tag = int(row["tag"].replace("x", "0"), 16)
        if (
            "x" in row["tag"]
            or tag >> 16 < 8
            or tag in (0x00100010, 0x00100020)
            or vr_of(tag) in ("SQ", "UN", "OB", "US")
        ):
            continue
        planted[tag] = row["basic"], valued(tag)
    assert len(planted) > 500
    stored = send(
        write_file(elements | {tag: element for tag, (_, element) in planted.items()}),
        **{option.name: False for option in OPTIONS},
    )
    for tag, (basic, before) in planted.items():
        expect_basic(stored, tag, basic, before)


# --- what is declared ------------------------------------------------------------------------------------------------

ALWAYS, DESCRIBED, DATED, CHARACTERIZED = "113100", "113105", "113107", "113108"
MODALITIES = ("CT", "SEG", "SR", "KO", "PR", "RTSTRUCT")


def made(modality: str) -> Dataset:
    images = [objects.image(1, number) for number in (1, 2)]
    mask = objects.segmentation(images, 1)
    return {
        "CT": images[0], "SEG": mask, "SR": reports.report(images, mask, 1), "KO": reports.key_objects(images, 1),
        "PR": objects.presentation(images, 1), "RTSTRUCT": objects.structures(images, 1),
    }[modality]  # fmt: skip


@pytest.mark.parametrize("modality", MODALITIES)
@pytest.mark.parametrize(
    ("switches", "everywhere", "somewhere"),
    [
        ({}, {ALWAYS, DESCRIBED, DATED, CHARACTERIZED}, {"113104": {"SR", "KO"}}),
        ({option.name: False for option in OPTIONS}, {ALWAYS}, {}),
        (
            {option.name: True for option in OPTIONS},
            {ALWAYS, DESCRIBED, DATED, CHARACTERIZED, "113109", "113111", "113112"},
            {"113104": {"SR", "KO"}, "113103": {"PR"}},
        ),
        (
            {"CleanGraphics": True},
            {ALWAYS, DESCRIBED, DATED, CHARACTERIZED},
            {"113104": {"SR", "KO"}, "113103": {"PR"}},
        ),
        ({"CleanStructuredContent": False}, {ALWAYS, DESCRIBED, DATED, CHARACTERIZED}, {}),
        ({"CleanPixelData": True, "CleanDescriptors": False}, {ALWAYS, DATED, CHARACTERIZED}, {"113104": {"SR", "KO"}}),
    ],
    ids=["as they come", "all off", "all on", "graphics", "no structured content", "pixels without blanking"],
)
def test_only_what_is_true_is_declared(
    send: Send, modality: str, switches: dict[str, bool], everywhere: set[str], somewhere: dict[str, set[str]]
) -> None:
    stored = send(made(modality), **switches)
    codes = [item.CodeValue for item in stored.DeidentificationMethodCodeSequence]
    assert codes == sorted(everywhere | {code for code, where in somewhere.items() if modality in where})
    assert {item.CodingSchemeDesignator for item in stored.DeidentificationMethodCodeSequence} == {"DCM"}
    is_dated = switches.get("RetainLongitudinalModifiedDates", True)
    assert stored.LongitudinalTemporalInformationModified == ("MODIFIED" if is_dated else "REMOVED")
    assert stored.PatientIdentityRemoved == "YES"
    assert stored.get("BurnedInAnnotation") is None


def test_graphic_text_is_cleaned_or_a_dummy(send: Send) -> None:
    def text_of(stored: Dataset) -> str:
        return str(stored.GraphicAnnotationSequence[0].TextObjectSequence[0].UnformattedTextValue)

    assert text_of(send(made("PR"), CleanGraphics=True)) == "liver"
    assert text_of(send(made("PR"))) == "Anonymized"
    drawn = made("PR")
    drawn.add_new(0x60003000, "OW", b"\1\1")
    drawn.add_new(0x50003000, "OW", b"\1\1")
    stored = send(drawn, CleanGraphics=True)
    assert not [tag for tag in stored.keys() if tag >> 24 in (0x50, 0x60)]  # noqa: SIM118


@pytest.mark.parametrize("name", ["RetainUIDs", "retainDeviceIdentity", "", "CleanPixelData "])
def test_an_option_that_does_not_exist_is_told_with_those_that_do(name: str) -> None:
    with pytest.raises(ProfileError, match="RetainDeviceIdentity"):
        load({name: False})
