"""Which pixels may come in: the project's rules, those of the settings before them; and that they come in untouched."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.pixels import pixel_array

from orthanc_plugin.deidentification import pixels
from orthanc_plugin.deidentification.errors import ProfileError
from orthanc_plugin.deidentification.pixel_data import PICTURELESS
from orthanc_plugin.deidentification.pixels import ALLOWED
from tests.unit.deidentification import objects
from tests.unit.deidentification.encode import SYNTAXES, inflated, read_data_set, text, write_file
from tests.unit.deidentification.pictures import (
    LOSSLESS,
    PICTURES,
    SECONDARY_CAPTURE,
    ULTRASOUND,
    Rules,
    bytes_of,
    encapsulated,
    gate,
    picture,
    reason,
    stored,
)  # fmt: skip

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

KEEP_ALL: Rules = [{"then": "keep"}]
TOP = [[0, 0, 4, 1]]
#: Behind the root of the storage classes: CT, MR, PET, maps and registrations, presentations, reports, radiotherapy.
CLASSES = """
2 2.1 2.2 4 4.1 4.2 4.4 128 130 128.1 30 66.1 66.2 66.3 66.4 66.5 66.7 67 11.1 11.2 88.11 88.22 88.33 88.34 88.35 88.59
88.67 481.2 481.3 481.5
"""
CTS = "1.2.840.10008.5.1.4.1.1.2"


@pytest.fixture(params=[True, False], ids=["bytes", "parsed"])
def fast(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def image(**changes: Any) -> Dataset:
    return objects.image(1, 1, **changes)


def decided(rules: Rules, sent: Dataset | bytes, fast: bool) -> str:
    """Return `kept`, `blanked` or why it was refused."""
    chosen = gate(rules, fast=fast)
    if refused := reason(chosen, sent):
        return refused
    return "blanked" if stored(chosen, sent).get("BurnedInAnnotation") == "NO" else "kept"


# --- what comes with the project -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "kept"),
        ({"BurnedInAnnotation": "YES"}, "burned_in_annotation"),
        ({"BurnedInAnnotation": "yes "}, "burned_in_annotation"),
        ({"BurnedInAnnotation": ""}, "kept"),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, "screen_capture"),
        ({"ImageType": ["DERIVED", "SECONDARY", "OTHER", "screensave"]}, "screen_capture"),
        ({"ImageType": ["DERIVED", "SECONDARY", "DOSE_INFO"]}, "screen_capture"),
        ({"ImageType": ["ORIGINAL", "SECONDARY", "DOSE"]}, "screen_capture"),
        ({"ImageType": "SCREEN SAVE"}, "screen_capture"),
        ({"ImageType": ["DERIVED", "SECONDARY", "DOSECHECK"]}, "kept"),
        ({"SOPClassUID": SECONDARY_CAPTURE}, "sop_class_not_allowed"),
        ({"SOPClassUID": f"{SECONDARY_CAPTURE}.4"}, "sop_class_not_allowed"),
        ({"SOPClassUID": ULTRASOUND}, "sop_class_not_allowed"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.3.1"}, "sop_class_not_allowed"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.77.1.4"}, "sop_class_not_allowed"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.1"}, "sop_class_not_allowed"),
        ({"SOPClassUID": f"{CTS}.99"}, "sop_class_not_allowed"),
        ({"SOPClassUID": "1.2.276.0.7230010.3.1.0.1"}, "sop_class_not_allowed"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.104.1"}, "encapsulated_document"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.104.2"}, "encapsulated_document"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.104.3", "BurnedInAnnotation": "YES"}, "encapsulated_document"),
    ],
)
@pytest.mark.parametrize("syntax", ["implicit", "explicit", "big endian"])
def test_what_the_project_lets_in(changes: dict[str, Any], expected: str, syntax: str, fast: bool) -> None:
    assert decided([], bytes_of(image(**changes), SYNTAXES[syntax]), fast) == expected


def test_the_classes_that_are_allowed() -> None:
    assert set(ALLOWED) == {f"1.2.840.10008.5.1.4.1.1.{one}" for one in CLASSES.split()}


@pytest.mark.parametrize("sop_class", ALLOWED)
def test_every_allowed_class_comes_in_unless_it_says_that_it_is_a_screen(sop_class: str, fast: bool) -> None:
    sent = image(SOPClassUID=sop_class, SpectroscopyData=bytes(8))
    if PICTURELESS.fullmatch(sop_class):
        assert decided([], sent, fast) == "corrupt"
        del sent.PixelData
    assert decided([], sent, fast) == "kept"
    sent.ImageType = ["DERIVED", "SECONDARY", "SCREEN SAVE"]
    assert decided([], sent, fast) == "screen_capture"


def test_documents_stay_out_whatever_the_settings_say(fast: bool) -> None:
    for number in range(1, 8):
        document = objects.instance("CT", 1, 1, 1, SOPClassUID=f"1.2.840.10008.5.1.4.1.1.104.{number}")
        document.EncapsulatedDocument = b"%PDF-1.4 Quintanilha"
        for then in (KEEP_ALL, [{"then": "blank", "regions": TOP}], [{"then": "refuse", "name": "mine"}]):
            assert decided(then, document, fast) == "encapsulated_document"


# --- rules of the settings -------------------------------------------------------------------------------------------

ACME = {"Modality": "US", "Manufacturer": "ACME*", "ManufacturerModelName": "Echo 7", "Rows": 6, "Columns": [4, 8]}
SCANNER = {"Manufacturer": "Acme Medical", "ManufacturerModelName": "ECHO 7", "Modality": "US"}


@pytest.mark.parametrize(("then", "expected"), [("keep", "kept"), ("blank", "blanked"), ("refuse", "acme")])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_rule_is_about_a_device_and_a_geometry(then: str, expected: str, syntax: str, fast: bool) -> None:
    rules: Rules = [{"name": "acme", "when": ACME, "then": then, "regions": TOP if then == "blank" else []}]

    def outcome(**changes: Any) -> str:
        sent = image(**{"SOPClassUID": ULTRASOUND, **SCANNER, **changes})
        return decided(rules, bytes_of(sent, SYNTAXES[syntax]), fast)

    assert outcome() == expected
    others = {"Manufacturer": "Bacme"}, {"ManufacturerModelName": "Echo 70"}, {"Rows": 3}, {"Columns": 2}
    for other in (*others, {"Modality": "CT"}, {"Manufacturer": ""}, {"Manufacturer": None}):
        assert outcome(**other) == "sop_class_not_allowed", other
    assert outcome(Rows=3, SOPClassUID=CTS) == "kept"
    assert outcome(Manufacturer="Other\\acme", BurnedInAnnotation="YES") == expected


def test_the_first_rule_that_fits_decides(fast: bool) -> None:
    small, large = {"Rows": 6}, {"Columns": "*"}
    keep, refuse = {"when": small, "then": "keep"}, {"name": "mine", "when": large, "then": "refuse"}
    blank = {"when": large, "then": "blank", "regions": TOP}
    burned = image(SOPClassUID=SECONDARY_CAPTURE, BurnedInAnnotation="YES", ImageType="SCREEN SAVE")
    for rules, expected in (
        ([keep, refuse], "kept"), ([refuse, keep], "mine"), ([blank, refuse], "blanked"), ([keep, blank], "kept"),
        ([{"when": {"Rows": 7}, "then": "refuse"}, blank], "blanked"), ([], "burned_in_annotation"),
    ):  # fmt: skip
        assert decided(rules, burned, fast) == expected


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("SIEMENS", True), ("siemens", True), ("Sie*", True), ("*MENS", True), ("*", True), ("SIEMEN", False),
        ("", False), (["GE*", "SIEMENS"], True), (["GE*", "PHILIPS"], False), ([], False),
    ],
)  # fmt: skip
def test_a_pattern_is_about_all_of_a_value(wanted: object, fits: bool, fast: bool) -> None:
    rules: Rules = [{"name": "mine", "when": {"Manufacturer": wanted}, "then": "refuse"}]
    assert decided(rules, image(), fast) == ("mine" if fits else "kept")


@pytest.mark.parametrize("data", [image(), image(BurnedInAnnotation="YES", SOPClassUID=ULTRASOUND)])
def test_a_rule_that_blanks_refuses_while_the_option_is_off(data: Dataset, fast: bool) -> None:
    rules: Rules = [{"name": "acme", "then": "blank", "regions": TOP}]
    assert reason(gate(rules, fast=fast, may_blank=False), data) == "not_blanked"
    assert reason(gate(rules, fast=fast), data) == ""


@pytest.mark.parametrize(
    ("changes", "when"),
    [
        ({"KVP": "120"}, {"KVP": 120}), ({"TimezoneOffsetFromUTC": "-0300"}, {"TimezoneOffsetFromUTC": "-0300"}),
        ({"SeriesNumber": "3"}, {"SeriesNumber": "3"}), ({}, {"PixelSpacing": "0.78"}), ({}, {"StudyDate": "2016*"}),
        ({}, {"PatientName": "Quintanilha*"}), ({}, {"ImageType": "AXIAL"}), ({}, {"BitsStored": [12, 16]}),
        ({"InstitutionName": "São Lucas"}, {"InstitutionName": "são*"}), ({}, {"ConversionType": "*"}),
    ],
)  # fmt: skip
def test_a_rule_may_name_an_attribute_of_any_kind(changes: dict[str, Any], when: dict[str, Any], fast: bool) -> None:
    rules: Rules = [{"name": "mine", "when": when, "then": "refuse"}]
    assert decided(rules, image(**changes), fast) == "mine"


@pytest.mark.parametrize(
    ("changes", "when"),
    [
        ({}, {"PixelRepresentation": 0}), ({"InstanceNumber": "0"}, {"InstanceNumber": 0}),
        ({"TableSpeed": 1.5}, {"TableSpeed": "1.5"}), ({"ManufacturerModelName": "Echo [7]"}, {"ManufacturerModelName":
        "Echo [7]"}), ({"InstitutionName": "São Lucas", "SpecificCharacterSet": "ISO_IR 192"},
        {"InstitutionName": "São*"}),
    ],
)  # fmt: skip
def test_both_engines_see_the_same_value(changes: dict[str, Any], when: dict[str, Any]) -> None:
    rules: Rules = [{"name": "mine", "when": when, "then": "refuse"}]
    assert [decided(rules, image(**changes), fast) for fast in (True, False)] == ["mine", "mine"]


# --- settings that cannot be obeyed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"then": "erase"}, "then must be keep, blank or refuse"),
        ({}, "then must be keep, blank or refuse"),
        ({"then": ["keep"]}, "then must be keep, blank or refuse"),
        ({"then": "keep", "if": {}}, '"if" is unknown; known are name, when, then, regions'),
        ({"then": "keep", "when": {"Manufakturer": "x"}}, '"Manufakturer" is no keyword'),
        ({"then": "keep", "when": {"0008,0070": "x"}}, '"0008,0070" is no keyword'),
        ({"then": "keep", "regions": TOP}, "blank, and only blank, takes regions"),
        ({"then": "blank"}, "blank, and only blank, takes regions"),
        ({"then": "blank", "regions": []}, "lists of left, top, width and height"),
        ({"then": "blank", "regions": [[0, 0, 4]]}, "lists of left, top, width and height"),
        ({"then": "blank", "regions": [[0, 0, 4, 4, 4]]}, "lists of left, top, width and height"),
        ({"then": "blank", "regions": [[0, 0, 4, 0]]}, "lists of left, top, width and height"),
        ({"then": "blank", "regions": [[-1, 0, 4, 4]]}, "lists of left, top, width and height"),
        ({"then": "blank", "regions": [[0, 0, 4, 4.5]]}, "lists of left, top, width and height"),
        ({"then": "blank", "regions": [[0, 0, 4, "4"]]}, "lists of left, top, width and height"),
        ({"then": "blank", "regions": [[0, 0, 4, 4], "abcd"]}, "lists of left, top, width and height"),
    ],
)
def test_a_rule_that_cannot_be_obeyed_is_named(rule: dict[str, Any], told: str) -> None:
    with pytest.raises(ProfileError) as raised:
        pixels.parse([{"then": "keep"}, rule])
    assert "PixelRules, rule 2" in str(raised.value)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    "rule",
    [
        "keep", 5, None, {"then": "keep", "when": "x"}, {"then": "keep", "when": None},
        {"then": "keep", "when": ["Rows"]}, {"then": "blank", "regions": 5}, {"then": "blank", "regions": [5]},
        {"then": "keep", "when": {"Rows": None}}, {"then": "keep", "when": {"Rows": {"a": 1}}},
        {"then": "blank", "regions": [[True, True, True, True]]},
    ],
)  # fmt: skip
def test_a_rule_of_another_shape_is_named(rule: Any) -> None:
    with pytest.raises(ProfileError, match=r"PixelRules, rule 1: (when|regions|must)"):
        pixels.parse([rule])


# --- what comes in is untouched --------------------------------------------------------------------------------------


def raw(dataset: Dataset) -> bytes:
    return bytes(dataset.get_item("PixelData").value)


def test_pixels_of_every_transfer_syntax_are_the_same_bit_for_bit(shared_data: Path, fast: bool) -> None:
    files = sorted((shared_data / "transfer-syntaxes").glob("*.dcm"))
    assert len(files) == 20
    syntaxes = set()
    for file in files:
        done = stored(gate(KEEP_ALL, fast=fast), file.read_bytes())
        before = dcmread(file)
        assert raw(done) == raw(before), file.name
        assert done.file_meta.TransferSyntaxUID == before.file_meta.TransferSyntaxUID
        syntaxes.add(done.file_meta.TransferSyntaxUID)
        try:
            shown = pixel_array(before)
        except (NotImplementedError, RuntimeError):
            continue
        assert np.array_equal(pixel_array(done), shown), file.name
    assert len(syntaxes) == 15


def test_the_bytes_of_the_pixels_stand_in_what_is_stored(shared_data: Path, fast: bool) -> None:
    for file in sorted((shared_data / "transfer-syntaxes").glob("CTImage*")):
        decision = gate([], fast=fast).decide(file.read_bytes())
        assert raw(dcmread(file)) in inflated(decision.data), file.name  # type: ignore[union-attr]


@pytest.mark.parametrize("name", [*PICTURES, *LOSSLESS])
def test_every_form_of_pixels_comes_in_untouched(name: str, fast: bool) -> None:
    sent = encapsulated(*LOSSLESS[name]) if name in LOSSLESS else picture(name, planar=1)
    for syntax in SYNTAXES.values() if name in PICTURES else [None]:
        data = bytes_of(sent, syntax)
        assert raw(stored(gate(KEEP_ALL, fast=fast), data)) == raw(dcmread(io.BytesIO(data)))


def test_an_unknown_transfer_syntax_keeps_its_fragments(fast: bool) -> None:
    elements = read_data_set(encapsulated(*LOSSLESS["RLE frames"]))
    syntax: Mapping[int, Any] = {0x00020010: text("UI", "1.2.840.10008.1.2.4.201")}
    data = write_file(elements, meta=syntax)
    assert raw(stored(gate([], fast=fast), data)) == raw(dcmread(io.BytesIO(data)))


def test_an_overlay_in_the_unused_bits_of_the_pixels_goes_with_its_attributes(fast: bool) -> None:
    sent = image(BitsStored=12, HighBit=11, PixelData=b"\x01\x80" * 24)
    sent.add_new(0x60000010, "US", sent.Rows)
    sent.add_new(0x60000100, "US", 16)  # bits allocated: those of the pixels
    sent.add_new(0x60000102, "US", 15)  # bit position
    chosen = gate([], fast=fast)
    assert reason(chosen, sent) or raw(stored(chosen, sent)) == b"\x01\0" * 24
