"""What reports say is kept, item by item: codes, numbers, references; people are pseudonyms, dates move together."""

import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import highdicom as hd
import pytest
from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence

from orthanc_plugin.deidentification.arrival import Gate
from orthanc_plugin.deidentification.keys import Keys
from tests.unit.deidentification import objects, reports
from tests.unit.deidentification.trees import (
    bytes_of,
    day,
    items,
    masked,
    pairs,
    read,
    sent_in,
    skeleton,
    started,
    studies,
)

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

SRS = [
    "ct-liver-seg-dcmqi/liver_tid1500_dcmqi.dcm", "sr-tid1500/sr.dcm", "sr-tid1500/sr_document.dcm",
    "sr-tid1500/sr-ellipse.dcm", "sr-tid1500/sr-ruler.dcm", "sr-other/reportsi.dcm", "sr-other/test-SR.dcm",
    "sr-other/CT-RDSR-Siemens_Flash-TAP-SS.dcm", "sr-other/CT-RDSR-Toshiba_DoseCheck.dcm",
    "sr-other/RF-RDSR-Siemens-Zee.dcm",
]  # fmt: skip
#: TID 1007, 1001 and 1004: who the patient is.
ABOUT_THE_PATIENT = {"121029", "121030", "121031", "121033"}


@pytest.fixture(params=[True, False], ids=["bytes", "parsed"])
def gate(request: pytest.FixtureRequest) -> Gate:
    return started(fast=request.param)


# --- content trees ---------------------------------------------------------------------------------------------------


def compare(before: Dataset, after: Dataset, keys: Keys) -> None:
    """Compare two reports item by item."""
    shift = day(after.StudyDate) - day(before.StudyDate) if before.get("StudyDate") else None
    old, new = list(items(before)), list(items(after))
    assert [depth for depth, _ in old] == [depth for depth, _ in new]
    for (_, one), (_, other) in zip(old, new, strict=True):
        names = one.get("ConceptNameCodeSequence")
        if names and names[0].get("CodeValue") in ABOUT_THE_PATIENT:
            continue
        assert skeleton(other) == skeleton(one)
        if shift is not None:
            assert_dates_moved(one, other, shift)
        if one.get("PersonName"):
            expected = keys.person(str(one.PersonName))
            assert other.PersonName in (expected, after.PatientID)
        if one.get("UID"):
            assert keys.uid(one.UID) == other.UID
        assert words(other.get("TextValue")) <= words(one.get("TextValue")) | {"Anonymized"}
        assert bool(other.get("TextValue")) == bool(one.get("TextValue"))


def words(text: object) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", str(text or "")))


def assert_dates_moved(one: Dataset, other: Dataset, shift: timedelta) -> None:
    for name in ("Date", "DateTime", "ObservationDateTime"):
        if one.get(name):
            assert day(other.get(name)) - day(one.get(name)) == shift
            assert str(other.get(name))[8:] == str(one.get(name))[8:]
    assert other.get("Time") == one.get("Time")


@pytest.mark.parametrize("name", ["generated", *SRS])
def test_content_trees_are_kept(shared_data: Path, name: str, gate: Gate, keys: Keys) -> None:
    sent = [one for one in studies() if one.Modality in ("SR", "KO")] if name == "generated" else None
    for before in sent or [dcmread(shared_data / name)]:
        after = read(sent_in(gate, bytes_of(before)))
        assert list(items(before))
        compare(before, after, keys)


def dsrdump(data: bytes, folder: Path) -> list[str]:
    file = folder / "report.dcm"
    file.write_bytes(data)
    command = ["dsrdump", "-q", "+Pl", "+Pc", "+Pi", "-Er", "-Ev", "-Ec", "-Ee", "-Dv", "+U8", file]
    shown = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    return masked(shown)


@pytest.mark.parametrize("name", ["generated", *SRS])
def test_another_reader_sees_the_same_tree(shared_data: Path, name: str, tmp_path: Path) -> None:
    made = [one for one in studies() if one.Modality in ("SR", "KO")] if name == "generated" else []
    for sent in [bytes_of(one) for one in made] or [(shared_data / name).read_bytes()]:
        before, after = dsrdump(sent, tmp_path), dsrdump(sent_in(started(), sent), tmp_path)
        assert len(before) > 3
        assert after == before


def test_highdicom_reads_what_it_wrote(shared_data: Path, tmp_path: Path, gate: Gate) -> None:
    report, mask = tmp_path / "sr.dcm", tmp_path / "seg.dcm"
    report.write_bytes(sent_in(gate, (shared_data / "sr-tid1500" / "sr_document.dcm").read_bytes()))
    mask.write_bytes(sent_in(gate, (shared_data / "seg-other" / "seg_image_ct_binary.dcm").read_bytes()))
    assert hd.sr.srread(report).content.get_planar_roi_measurement_groups() is not None
    segmentation = hd.seg.segread(mask)
    sources = [sop for _, _, sop in segmentation.get_source_image_uids()]
    stored = [read(sent_in(gate, file.read_bytes())) for file in sorted((shared_data / "seg-other").glob("CT2*"))]
    assert set(sources) & {one.SOPInstanceUID for one in stored}


# --- people and dates ------------------------------------------------------------------------------------------------


def people(after: Dataset) -> set[str]:
    """Return every name at every depth, but for the patient's."""
    names = {str(element.value) for one, _ in pairs(after, after) for element in one if element.VR == "PN"}
    return names - {str(after.PatientName), "", "Anonymized"}


def test_a_person_is_one_person_in_every_object_and_nowhere_the_patient(gate: Gate, keys: Keys) -> None:
    stored = [read(sent_in(gate, bytes_of(one))) for one in studies()]
    reader, referrer = keys.person("Ackermann^Pia"), keys.person("Brandhuber^Otto")
    assert set.union(*map(people, stored)) <= {reader, referrer}
    assert all(reader in people(one) for one in stored if one.Modality == "SR")
    assert len({one.PatientName for one in stored}) == 1


@pytest.mark.parametrize("name", ["Quintanilha^Zeferino", "Quintanilha^Zeferino^^", "Quintanilha^Zeferino^^^ "])
def test_where_a_report_names_the_patient_it_is_the_patient(name: str, gate: Gate) -> None:
    report = reports.key_objects([objects.image(1, 1)], 1)
    concept = objects.code("121008", "DCM", "Person Observer Name")
    report.ContentSequence = Sequence([reports.content("HAS_OBS_CONTEXT", "PNAME", concept, PersonName=name)])
    stored = read(sent_in(gate, bytes_of(report)))
    assert stored.ContentSequence[0].PersonName == stored.PatientID


@pytest.mark.parametrize("character_set", ["ISO_IR 100", "ISO_IR 192", "ISO 2022 IR 100", "GB18030"])
@pytest.mark.parametrize("name", ["Müller^Jürgen", "Müller^Jürgen^^^", "Müller^Jürgen "])
def test_a_person_is_the_same_in_every_character_set(character_set: str, name: str, gate: Gate, keys: Keys) -> None:
    sent = objects.image(1, 1, SpecificCharacterSet=character_set)
    item = reports.content("HAS_OBS_CONTEXT", "PNAME", objects.code("121008", "DCM", "Person"), PersonName=name)
    report = reports.key_objects([sent], 1)
    report.SpecificCharacterSet, report.ContentSequence = character_set, Sequence([item])
    [stored] = read(sent_in(gate, bytes_of(report))).ContentSequence
    assert stored.PersonName == keys.person("Müller^Jürgen")


@pytest.mark.parametrize("character_set", ["ISO_IR 100", "ISO_IR 192", "ISO 2022 IR 100", "GB18030"])
def test_a_patient_is_the_same_in_every_character_set(character_set: str, gate: Gate, keys: Keys) -> None:
    sent = objects.image(1, 1, SpecificCharacterSet=character_set, PatientID="Ü-77", IssuerOfPatientID="São")
    assert read(sent_in(gate, bytes_of(sent))).PatientID == keys.pseudonym("Ü-77", "São")


def test_reports_move_by_the_days_of_their_images(gate: Gate) -> None:
    both = [(one, read(sent_in(gate, bytes_of(one)))) for one in studies()]
    [shift] = {day(after.StudyDate) - day(before.StudyDate) for before, after in both}
    moved = 0
    for old, new in both:
        for one, other in pairs(old, new):
            for element in one:
                if element.VR in ("DA", "DT") and element.value and element.keyword != "PatientBirthDate":
                    assert day(other[element.tag].value) - day(element.value) == shift
                    assert str(other[element.tag].value)[8:] == str(element.value)[8:]
                    moved += 1
    assert moved > 50


@pytest.mark.parametrize(
    ("first", "second", "seconds"),
    [
        ("20160809235959+0200", "20160810000001+0200", 2),
        ("20160809235959.5+0200", "20160809190000.25-0300", 60 - 59 + 0.25 - 0.5),
        ("20161231235959-0330", "20170101000000-0330", 1),
        ("20160228120000+0000", "20160301120000+0000", 2 * 86400),
        ("20160326235900+0100", "20160327030000+0200", 2 * 3600 + 60),
    ],
)
def test_intervals_are_exact_across_midnight_and_offsets(first: str, second: str, seconds: float, gate: Gate) -> None:
    report = reports.key_objects([objects.image(1, 1)], 1)
    concept = objects.code("126072", "DCM", "Time point")
    times = [reports.content("CONTAINS", "DATETIME", concept, DateTime=one) for one in (first, second)]
    report.ContentSequence = Sequence(times)
    stored = read(sent_in(gate, bytes_of(report))).ContentSequence
    begin, end = (moment(str(item.DateTime)) for item in stored)
    assert (end - begin).total_seconds() == pytest.approx(seconds, abs=1e-9)
    assert begin - moment(first) == end - moment(second) < timedelta(0)


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M%S.%f%z" if "." in text else "%Y%m%d%H%M%S%z")
