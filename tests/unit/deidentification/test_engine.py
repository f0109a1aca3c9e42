import io
import itertools
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydicom import DataElement, Dataset, dcmread
from pydicom.datadict import dictionary_VR
from pydicom.sequence import Sequence

from orthanc_plugin.deidentification.arrival import Gate
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.profile import table
from orthanc_plugin.deidentification.trace import Deidentified

# As in Orthanc (orthanc_plugin/quiet.py): what pydicom warns of is planted here on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

Make = Callable[..., Dataset]

CANARY = re.compile(rb"CANARY\w*|1\.2\.999\.777\.\d+|19010108")


class TestThePatient:
    def test_becomes_a_pseudonym(self, ct: Make, arrive: Make, keys: Keys) -> None:
        stored = arrive(ct(IssuerOfPatientID="HOSPITAL", OtherPatientIDs=["X1", "X2"]))
        assert stored.PatientID == keys.pseudonym("00123", "HOSPITAL")
        assert str(stored.PatientName) == stored.PatientID
        assert "OtherPatientIDs" not in stored

    def test_is_told_apart_by_study_when_there_is_no_id(self, ct: Make, arrive: Make) -> None:
        first, second = arrive(ct(PatientID="")), arrive(ct(PatientID="", StudyInstanceUID="1.2.4"))
        assert first.PatientID != second.PatientID
        assert arrive(ct(PatientID="", SOPInstanceUID="1.9")).PatientID == first.PatientID

    @pytest.mark.parametrize(("age", "kept"), [("063Y", "063Y"), ("089Y", "089Y"), ("090Y", "090Y"), ("101Y", "090Y")])
    def test_is_never_told_older_than_ninety(self, ct: Make, arrive: Make, age: str, kept: str) -> None:
        assert arrive(ct(PatientAge=age)).PatientAge == kept

    @pytest.mark.parametrize(("born", "age"), [("19500510", "066Y"), ("19500810", "065Y"), ("19200101", "090Y")])
    def test_keeps_an_age_when_the_birth_date_goes(self, ct: Make, arrive: Make, born: str, age: str) -> None:
        stored = arrive(ct(PatientBirthDate=born))
        assert (stored.PatientAge, stored.PatientBirthDate) == (age, "")

    def test_keeps_sex_and_weight(self, ct: Make, arrive: Make) -> None:
        stored = arrive(ct(PatientWeight="81.5"))
        assert (stored.PatientSex, stored.PatientWeight) == ("M", 81.5)


class TestDates:
    def test_keep_their_intervals(self, ct: Make, arrive: Make) -> None:
        before = arrive(ct(StudyDate="20160229", ContentDate="20160301", AcquisitionDateTime="20160301235959.5+0200"))
        after = arrive(ct(StudyDate="20170301", SOPInstanceUID="1.9", StudyInstanceUID="1.8"))
        assert days(before.ContentDate) - days(before.StudyDate) == 1
        assert days(after.StudyDate) - days(before.StudyDate) == 366
        assert before.StudyDate != "20160229"
        assert before.AcquisitionDateTime == before.ContentDate + "235959.5+0200"
        assert before.StudyTime == "140012"

    def test_differ_between_patients(self, ct: Make, arrive: Make) -> None:
        assert len({arrive(ct(PatientID=str(number))).StudyDate for number in range(8)}) > 4

    def test_that_are_none_are_emptied_or_replaced(self, ct: Make, arrive: Make) -> None:
        stored = arrive(ct(ContentDate="20161301", SeriesDate="2016.08.09", AcquisitionDate="yesterday"))
        assert stored.ContentDate == "19000101"
        assert stored.AcquisitionDate == ""
        assert days(stored.SeriesDate) == days(stored.StudyDate)


def days(text: str) -> int:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])).toordinal()


class TestDescriptions:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("ABD PORTAL 3.0", "ABD PORTAL 3.0"),
            ("ABD joao SILVA portal", "ABD portal"),
            ("Tx 09/08/2016 control", "Tx control"),
            ("ID 00123 - 4711000", "ID"),
            ("Dr Queiroz: FÍGADO, fase portal", "Dr : FÍGADO, fase portal"),
            ("Silva", "Anonymized"),
        ],
    )
    def test_are_kept_and_cleaned(self, ct: Make, arrive: Make, before: str, after: str) -> None:
        assert arrive(ct(SeriesDescription=before)).SeriesDescription == after

    def test_in_attributes_that_the_table_does_not_name_are_cleaned_too(self, ct: Make, arrive: Make) -> None:
        assert arrive(ct(ManufacturerModelName="Scanner of Silva")).ManufacturerModelName == "Scanner of"

    def test_codes_are_no_text(self, ct: Make, arrive: Make) -> None:
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1234567", "99SILVA", "Length"
        stored = arrive(ct(AnatomicRegionSequence=Sequence([code])))
        assert stored.AnatomicRegionSequence[0].CodeValue == "1234567"


def test_it_says_what_was_done(ct: Make, arrive: Make) -> None:
    stored = arrive(ct())
    assert stored.PatientIdentityRemoved == "YES"
    assert stored.LongitudinalTemporalInformationModified == "MODIFIED"
    codes = [item.CodeValue for item in stored.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113105", "113107", "113108"]


def test_the_file_meta_information_is_new(ct: Make, to_file: Callable[[Dataset], bytes], arrive: Make) -> None:
    image = ct()
    image.preamble = b"CANARY".ljust(128, b"x")
    image.file_meta.SourceApplicationEntityTitle = "CANARYAE"
    image.file_meta.PrivateInformationCreatorUID = "1.2.999.777.1"
    image.file_meta.PrivateInformation = b"CANARYPI"
    stored = arrive(to_file(image))
    assert stored.preamble == b"\0" * 128
    assert {element.keyword for element in stored.file_meta} == {
        "FileMetaInformationGroupLength", "FileMetaInformationVersion", "MediaStorageSOPClassUID",
        "MediaStorageSOPInstanceUID", "TransferSyntaxUID", "ImplementationClassUID", "ImplementationVersionName",
    }  # fmt: skip
    assert stored.file_meta.MediaStorageSOPInstanceUID == stored.SOPInstanceUID


def canary(vr: str, number: int) -> Any:
    if vr in ("OB", "OW", "UN"):
        return f"CANARY{number:06d}".encode()
    if vr == "UI":
        return f"1.2.999.777.{number}"
    if vr in ("DA", "DT"):
        return "19010108"
    return f"CANARY{number:05d}" if vr in ("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT") else None


def plant(dataset: Dataset, numbers: Iterator[int]) -> Dataset:
    """Put a canary into every attribute of Table E.1-1 that can hold one, and into other hiding places."""
    for row in table():
        tag = int(row["tag"].replace("x", "0"), 16)
        if tag >> 16 < 8:
            continue
        vr = vr_of(tag)
        value = canary(vr, next(numbers))
        if value is not None and vr != "SQ":
            dataset[tag] = DataElement(tag, vr, value)
    dataset.add_new(0x00091001, "LO", "CANARYPRIVATE")
    dataset.add_new(0x000B0101, "UN", b"CANARYODDVR1")
    dataset.add_new(0x50000022, "LO", "CANARYCURVE")
    dataset.add_new(0x60000022, "LO", "CANARYOVERLAY")
    dataset.add_new(0x00104000 + 0x7777, "UN", b"CANARYUNKNOWN")
    dataset.PatientName = "CANARYA^B=CANARYC^D=CANARYE^F"
    return dataset


def vr_of(tag: int) -> str:
    try:
        return dictionary_VR(tag)[:2]
    except KeyError:
        return "LO"


@pytest.mark.parametrize(
    "name", ["ct-upper-abdomen-lidc/000004.dcm", "sr-tid1500/sr.dcm", "ct-liver-seg-dcmqi/liver.dcm"]
)
def test_no_canary_survives_at_any_depth(
    shared_data: Path, to_file: Callable[[Dataset], bytes], gate: Gate, name: str
) -> None:
    numbers = itertools.count(1)
    original = dcmread(shared_data / name)
    sop_class = original.SOPClassUID
    plant(original, numbers)
    item, inner = plant(Dataset(), numbers), plant(Dataset(), numbers)
    item.ReferencedImageSequence = Sequence([inner])
    # A sequence that the table does not name, and one that it does.
    original.AnatomicRegionSequence = Sequence([item])
    original.ReferencedImageSequence = Sequence([plant(Dataset(), numbers)])
    original.SOPClassUID = sop_class
    original.BurnedInAnnotation = "NO"
    planted = to_file(original)
    assert len(set(CANARY.findall(planted))) > 1000
    decision = gate.decide(planted)
    assert isinstance(decision, Deidentified), decision
    assert CANARY.findall(decision.data) == []


def test_private_sequences_and_unknown_ones_are_not_left_unread(ct: Make, arrive: Make) -> None:
    hidden = Dataset()
    hidden.PatientName = "CANARY^X"
    image = ct()
    image.add_new(0x00291140, "SQ", Sequence([hidden]))
    image.add_new(0x00089998, "SQ", Sequence([hidden]))
    stored = arrive(image)
    assert b"CANARY" not in stored.__repr__().encode()
    assert 0x00291140 not in stored


class TestWhatIsInsideAlready:
    """Objects that other tools make of studies that are stored here."""

    def test_keeps_its_patient_and_dates(self, ct: Make, arrive: Make) -> None:
        inside = arrive(ct())
        again = arrive(inside)
        assert again == inside

    def test_gets_keyed_uids_of_its_own(self, ct: Make, arrive: Make, keys: Keys) -> None:
        inside = arrive(ct())
        made_of_it = ct(
            PatientID=inside.PatientID, PatientName=inside.PatientName, StudyInstanceUID=inside.StudyInstanceUID,
            SOPInstanceUID="1.2.276.9", StudyDate=inside.StudyDate,
        )  # fmt: skip
        stored = arrive(made_of_it)
        assert stored.StudyInstanceUID == inside.StudyInstanceUID
        assert stored.StudyDate == inside.StudyDate
        assert stored.SOPInstanceUID == keys.uid("1.2.276.9")

    def test_keeps_names_and_reasons_of_a_report_written_here(self, ct: Make, arrive: Make, keys: Keys) -> None:
        text = Dataset()
        text.ValueType, text.TextValue = "TEXT", "Silva, 4711000"
        name = Dataset()
        name.ValueType, name.PersonName = "PNAME", "Souza^Ana"
        report = {
            "Modality": "SR",
            "ContentSequence": Sequence([text, name]),
            "SOPClassUID": "1.2.840.10008.5.1.4.1.1.88.34",
        }
        sent, mine = ct(**report), ct(SOPInstanceUID=keys.mint(), **report)
        del sent.PixelData, mine.PixelData
        ours = arrive(mine)
        assert ours.ContentSequence[0].TextValue == "Silva, 4711000"
        assert ours.ContentSequence[1].PersonName == "Souza^Ana"
        theirs = arrive(sent)
        assert theirs.ContentSequence[0].TextValue == "Anonymized"
        assert str(theirs.ContentSequence[1].PersonName).startswith("PERSON-")


def test_references_resolve_whatever_the_order_of_arrival(shared_data: Path, gate: Gate) -> None:
    folder = shared_data / "ct-liver-seg-dcmqi"
    files = [folder / name for name in ("01.dcm", "02.dcm", "03.dcm", "liver.dcm", "liver_tid1500_dcmqi.dcm")]
    stored = {}
    for order in (files, files[::-1]):
        for file in order:
            decision = gate.decide(file.read_bytes())
            assert isinstance(decision, Deidentified)
            stored.setdefault(file.name, set()).add(decision.data)
    assert all(len(versions) == 1 for versions in stored.values())
    images = {dcmread(io.BytesIO(*stored[name])).SOPInstanceUID for name in ("01.dcm", "02.dcm", "03.dcm")}
    segmentation = dcmread(io.BytesIO(*stored["liver.dcm"]))
    sources = {
        one.ReferencedSOPInstanceUID for one in segmentation.ReferencedSeriesSequence[0].ReferencedInstanceSequence
    }
    assert sources <= images
    report = dcmread(io.BytesIO(*stored["liver_tid1500_dcmqi.dcm"]))
    assert segmentation.SOPInstanceUID in str(report)
