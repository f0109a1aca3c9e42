import io
import re
import subprocess
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence

from orthanc_plugin.deidentification import describe, profile
from orthanc_plugin.deidentification.arrival import Gate, Refuse
from orthanc_plugin.deidentification.errors import ProfileError
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.trace import Deidentified

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
FOLDERS = (
    "ct-upper-abdomen-lidc", "ct-liver-seg-dcmqi", "ct-legacy-multiframe-24x38x3", "charsets", "phi", "malformed",
    "transfer-syntaxes", "sr-tid1500", "sr-other", "seg-other", "other-modalities", "geometry-nifti",
)  # fmt: skip
FILES = sorted(file for folder in FOLDERS for file in (SHARED / folder).glob("*.dcm"))
name_of = "{0.parent.name}/{0.name}".format

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

#: Files that must not come in, and why; what is not here may be let in or refused for another good reason.
REFUSED = {
    "malformed/MR_truncated.dcm": "corrupt",
    "malformed/rtplan_truncated.dcm": "corrupt",
    "malformed/emri_small_jpeg_2k_lossless_too_short.dcm": "corrupt",
    "malformed/no_meta.dcm": "not_dicom",
    "malformed/meta_missing_tsyntax.dcm": "not_dicom",
    "phi/burned_in_yes.dcm": "burned_in_annotation",
    "phi/GREYSCALE_IMAGE.dcm": "burned_in_annotation",
    "phi/CT-SC-Philips_Brilliance16P.dcm": "burned_in_annotation",
    "phi/image1.dcm": "sop_class_not_allowed",
    "other-modalities/waveform_ecg.dcm": "sop_class_not_allowed",
    "other-modalities/examples_ybr_color.dcm": "sop_class_not_allowed",
}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_every_file_is_replaced_or_refused_and_stays_the_same_the_second_time(file: Path, gate: Gate) -> None:
    data = file.read_bytes()
    decision = gate.decide(data)
    expected = REFUSED.get(name_of(file))
    if isinstance(decision, Refuse):
        assert expected in (None, decision.reason)
        assert re.fullmatch("[a-z_]+", decision.reason)
        assert not set(identity(data)) & set(decision.message.split())
        return
    assert expected is None
    assert isinstance(decision, Deidentified)
    again = gate.decide(decision.data)
    assert isinstance(again, Deidentified)
    assert again.data == decision.data
    before, after = dcmread(io.BytesIO(data)), dcmread(io.BytesIO(decision.data))
    assert after.file_meta.TransferSyntaxUID == before.file_meta.TransferSyntaxUID
    assert after.get("PixelData") == before.get("PixelData")
    assert after.get("SpecificCharacterSet") == before.get("SpecificCharacterSet")


def identity(data: bytes) -> list[str]:
    try:
        dataset = dcmread(io.BytesIO(data), force=True)
    except (ValueError, TypeError, EOFError, NotImplementedError):
        return []  # too damaged to say who it is about
    return [str(dataset.get(name)) for name in ("PatientID", "PatientName", "AccessionNumber") if dataset.get(name)]


#: dciodvfy cannot read the deflated transfer syntax.
CHECKED = [
    file
    for file in FILES
    if file.parent.name in ("ct-liver-seg-dcmqi", "sr-tid1500", "sr-other", "seg-other", "other-modalities")
    or file.name in ("000004.dcm", "MR.dcm")
]


@pytest.mark.parametrize("file", CHECKED, ids=name_of)
def test_no_rule_of_the_standard_is_broken_that_was_kept(file: Path, gate: Gate, tmp_path: Path) -> None:
    decision = gate.decide(file.read_bytes())
    if isinstance(decision, Refuse):
        pytest.skip(decision.reason)
    assert isinstance(decision, Deidentified)
    stored = tmp_path / "stored.dcm"
    stored.write_bytes(decision.data)
    assert errors_of(stored) - errors_of(file) == Counter()


def errors_of(file: Path) -> Counter[str]:
    """Count dciodvfy's errors, without the values at their ends."""
    done = subprocess.run(["dciodvfy", "-new", file], capture_output=True, text=True, errors="replace")
    lines = (done.stdout + done.stderr).splitlines()
    return Counter(re.sub(r"<[^<>]*>$", "", line) for line in lines if line.startswith("Error"))


def test_a_file_cut_anywhere_is_refused(
    ct: Callable[..., Dataset], to_file: Callable[[Dataset], bytes], gate: Gate
) -> None:
    inner = Dataset()
    inner.ReferencedSOPInstanceUID = "1.2.3"
    whole = to_file(ct(ReferencedImageSequence=Sequence([inner])))
    assert isinstance(gate.decide(whole), Deidentified)
    for length in range(len(whole)):
        assert isinstance(gate.decide(whole[:length]), Refuse), length
    assert isinstance(gate.decide(whole + b"\0\0"), Refuse)


def test_a_deflated_file_cut_is_refused(shared_data: Path, gate: Gate) -> None:
    [file] = (shared_data / "transfer-syntaxes").glob("*Deflated*")
    data = file.read_bytes()
    assert isinstance(gate.decide(data), Deidentified)
    for length in (len(data) // 2, len(data) - 1000):
        assert isinstance(gate.decide(data[:length]), Refuse)


@pytest.mark.parametrize(("depth", "expected"), [(30, Deidentified), (40, Refuse), (900, Refuse)])
def test_nesting_is_limited(
    ct: Callable[..., Dataset],
    to_file: Callable[[Dataset], bytes],
    gate: Gate,
    depth: int,
    expected: type,
) -> None:
    # Written by hand: building it with pydicom would meet its own limit of recursion.
    begin = b"\x08\x00\x18\x22SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    end = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    whole = to_file(ct())
    place = whole.index(b"\x10\x00\x10\x00PN")
    decision = gate.decide(whole[:place] + begin * depth + end * depth + whole[place:])
    assert type(decision) is expected
    if expected is Refuse:
        assert decision.reason == "too_deep"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"BurnedInAnnotation": "YES"}, "burned_in_annotation"),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, "screen_capture"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, "sop_class_not_allowed"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1"}, "sop_class_not_allowed"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.104.1"}, "encapsulated_document"),
        ({"StudyInstanceUID": ""}, "corrupt"),
    ],
)
def test_what_may_show_or_hide_a_patient_is_refused(
    ct: Callable[..., Dataset],
    to_file: Callable[[Dataset], bytes],
    gate: Gate,
    changes: dict[str, object],
    reason: str,
) -> None:
    decision = gate.decide(to_file(ct(**changes)))
    assert isinstance(decision, Refuse)
    assert decision.reason == reason


@pytest.mark.parametrize("data", [b"", b"hello", b"\0" * 132, b"\0" * 128 + b"DICM", zlib.compress(b"x" * 500)])
def test_what_is_no_dicom_is_refused(data: bytes, gate: Gate) -> None:
    assert isinstance(gate.decide(data), Refuse)


def test_the_table_is_that_of_the_standard() -> None:
    fields = pytest.importorskip("dicomanonymizer.dicom_anonymization_databases.dicomfields_2026c")
    names = {
        "D_TAGS": "D", "U_TAGS": "U", "X_D_TAGS": "X/D", "X_TAGS": "X", "X_Z_D_TAGS": "X/Z/D", "X_Z_TAGS": "X/Z",
        "X_Z_U_STAR_TAGS": "X/Z/U*", "Z_D_TAGS": "Z/D", "Z_TAGS": "Z",
    }  # fmt: skip
    published = {tag[:2]: action for name, action in names.items() for tag in getattr(fields, name)}
    ours = {tag_of(row["tag"]): row["basic"] for row in profile_table()}
    assert ours == published
    assert len(ours) == 655


def tag_of(text: str) -> tuple[int, int]:
    number = int(text.replace("x", "0"), 16)
    return number >> 16, number & 0xFFFF


def profile_table():
    return profile.table()


def test_an_option_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ProfileError, match="RetainEverything"):
        profile.load({"RetainEverything": True})


def test_without_modified_dates_they_are_gone(
    ct: Callable[..., Dataset], to_file: Callable[[Dataset], bytes], keys: Keys
) -> None:
    strict = profile.load({"RetainLongitudinalModifiedDates": False, "RetainPatientCharacteristics": False})
    decision = Gate(Policy(strict, keys)).decide(to_file(ct(ContentDate="20160809")))
    assert isinstance(decision, Deidentified)
    stored = dcmread(io.BytesIO(decision.data))
    assert "20160809" not in str(stored)
    assert stored.LongitudinalTemporalInformationModified == "REMOVED"
    assert "113107" not in [item.CodeValue for item in stored.DeidentificationMethodCodeSequence]
    assert not stored.get("PatientAge")


def test_the_documentation_is_the_profile(pytestconfig: pytest.Config) -> None:
    docs = pytestconfig.rootpath / "docs"
    [described] = re.findall(
        r"<!-- profile -->\n(.*)\n<!-- /profile -->", (docs / "deidentification.md").read_text(), re.DOTALL
    )
    assert described == describe.conformance()
    assert (docs / "deidentification-attributes.md").read_text() == describe.page()


def test_more_character_sets_than_there_are_are_refused(
    ct: Callable[..., Dataset], to_file: Callable[[Dataset], bytes], gate: Gate
) -> None:
    data = to_file(ct(SpecificCharacterSet=["ISO_IR 100", *["ISO 2022 IR 87"] * 40]))
    decision = gate.decide(data)
    assert isinstance(decision, Refuse)
    assert decision.reason == "corrupt"
