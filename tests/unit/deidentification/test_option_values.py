"""Dates, ages, and private attributes that may stay: what options do to values."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.datadict import private_dictionary_VR
from pydicom.uid import UID

from orthanc_plugin.deidentification.arrival import Gate
from orthanc_plugin.deidentification.keys import LONGEST_SHIFT_DAYS, Keys
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.private import Safe, safe
from orthanc_plugin.deidentification.profile import load
from orthanc_plugin.deidentification.trace import Deidentified
from tests.unit.deidentification import objects
from tests.unit.deidentification.encode import SYNTAXES, Element, Elements, read_data_set, sequence, text, write_file

KEYS = Keys(bytes(range(32)))
GATES = tuple(Gate(Policy(load(), KEYS), fast=fast) for fast in (True, False))
SAFE = Gate(Policy(load({"RetainSafePrivate": True}), KEYS))

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

DAYS = st.dates(date(1930, 1, 1), date(2090, 12, 31))
OFFSETS = st.sampled_from(("", "+0000", "-0300", "+0545", "+1400"))


def stored_of(dataset: Dataset | bytes, gate: Gate) -> Dataset:
    if isinstance(dataset, Dataset):
        buffer = io.BytesIO()
        dataset.save_as(buffer, enforce_file_format=True)
        dataset = buffer.getvalue()
    decision = gate.decide(dataset)
    assert isinstance(decision, Deidentified), decision
    return dcmread(io.BytesIO(decision.data))


def day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


class TestDates:
    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(
        days=st.lists(DAYS, min_size=3, max_size=3), times=st.lists(st.times(), min_size=2, max_size=2), offset=OFFSETS
    )
    def test_intervals_are_exact_and_date_time_and_datetime_move_in_step(self, days, times, offset):
        first, second, third = (f"{one:%Y%m%d}" for one in days)
        for gate in GATES:
            image = objects.image(
                1, 1, StudyDate=first, StudyTime=f"{times[0]:%H%M%S.%f}", AcquisitionDate=second,
                AcquisitionTime=f"{times[1]:%H%M%S}", AcquisitionDateTime=f"{second}{times[1]:%H%M%S}{offset}",
                ContentDate=third, TimezoneOffsetFromUTC=offset or "-0300",
            )  # fmt: skip
            stored = stored_of(image, gate)
            shift = day(stored.StudyDate) - days[0]
            assert timedelta(days=-LONGEST_SHIFT_DAYS) <= shift <= timedelta(days=-1)
            assert (day(stored.AcquisitionDate), day(stored.ContentDate)) == (days[1] + shift, days[2] + shift)
            assert stored.AcquisitionDateTime == stored.AcquisitionDate + f"{times[1]:%H%M%S}{offset}"
            assert (stored.StudyTime, stored.AcquisitionTime) == (image.StudyTime, image.AcquisitionTime)
            assert stored.TimezoneOffsetFromUTC == (offset or "-0300")

    @pytest.mark.parametrize("gate", GATES, ids=["bytes", "parsed"])
    def test_an_interval_across_midnight_new_year_and_a_leap_day(self, gate):
        before, after = "20161231", "20170101"
        image = objects.image(
            1, 1, StudyDate=before, StudyTime="235958", AcquisitionDate=after, AcquisitionTime="000001"
        )
        stored = stored_of(image, gate)
        then = datetime.strptime(stored.AcquisitionDate + stored.AcquisitionTime, "%Y%m%d%H%M%S")
        assert then - datetime.strptime(stored.StudyDate + stored.StudyTime, "%Y%m%d%H%M%S") == timedelta(seconds=3)
        leap = stored_of(objects.image(1, 2, StudyDate="20200228", AcquisitionDate="20200301"), gate)
        assert day(leap.AcquisitionDate) - day(leap.StudyDate) == timedelta(days=2)

    @pytest.mark.parametrize("gate", GATES, ids=["bytes", "parsed"])
    def test_one_shift_for_all_studies_of_a_patient_and_another_for_another(self, gate):
        shifts = {
            name: {
                day(stored.StudyDate) - day(sent.StudyDate)
                for study in (1, 2)
                for sent in [objects.image(study, 1, PatientID=name)]
                for stored in [stored_of(sent, gate)]
            }
            for name in ("1", "2", "3", "4")
        }
        assert all(len(found) == 1 for found in shifts.values())
        assert len(set.union(*shifts.values())) == 4

    @pytest.mark.parametrize("gate", GATES, ids=["bytes", "parsed"])
    def test_items_move_with_their_object(self, gate):
        elements = read_data_set(objects.image(1, 1))
        item = {0x00080020: text("DA", "20160810\\20160809"), 0x0040A120: text("DT", "201608101500")}
        elements |= {0x00082112: sequence(item), 0x00400275: sequence(item), 0x00082218: sequence(item, delimited=True)}
        stored = stored_of(write_file(elements), gate)
        for kept in (stored.SourceImageSequence, stored.AnatomicRegionSequence):
            after, same = kept[0].StudyDate
            assert day(after) - day(stored.StudyDate) == timedelta(days=1)
            assert same == stored.StudyDate
            assert kept[0].DateTime == f"{after}1500"


class TestAges:
    @pytest.mark.parametrize("gate", GATES, ids=["bytes", "parsed"])
    @pytest.mark.parametrize(
        ("sent", "kept"),
        [("089Y", "089Y"), ("090Y", "090Y"), ("091Y", "090Y"), ("120Y", "090Y"), ("011M", "011M"), ("006W", "006W")],
    )
    def test_above_89_years_are_told_together(self, gate, sent, kept):
        assert stored_of(objects.image(1, 1, PatientAge=sent), gate).PatientAge == kept

    @pytest.mark.parametrize("gate", GATES, ids=["bytes", "parsed"])
    @pytest.mark.parametrize(
        ("born", "age"),
        [("19260809", "090Y"), ("19260810", "089Y"), ("18990101", "090Y"), ("20160809", "000Y"), ("20170101", None),
         ("", None), ("1950", None), ("19500229", None)],
    )  # fmt: skip
    def test_are_taken_from_the_birth_date_where_they_are_missing(self, gate, born, age):
        stored = stored_of(objects.image(1, 1, PatientBirthDate=born), gate)
        assert stored.get("PatientAge") == age
        assert not stored.PatientBirthDate

    @pytest.mark.parametrize("fast", [True, False], ids=["bytes", "parsed"])
    def test_go_without_the_option(self, fast):
        gate = Gate(Policy(load({"RetainPatientCharacteristics": False}), KEYS), fast=fast)
        stored = stored_of(objects.image(1, 1, PatientAge="063Y", PatientWeight="80"), gate)
        assert (stored.get("PatientAge"), stored.get("PatientWeight"), stored.PatientSex) == (None, None, "")
        assert stored_of(objects.image(1, 1), gate).get("PatientAge") is None


VALUES: dict[str, Element] = {
    "DS": text("DS", "1.5"), "IS": text("IS", "800"), "CS": text("CS", "HELICAL"), "SH": text("SH", "0.984:1"),
    "SL": Element("SL", b"\7\0\0\0"), "SS": Element("SS", b"\7\0"), "FL": Element("FL", b"\0\0\0\x40"),
    "FD": Element("FD", bytes(8)),
}  # fmt: skip


def private(elements: Elements, syntax: UID, gate: Gate) -> set[int]:
    stored = stored_of(write_file(read_data_set(objects.image(1, 1)) | elements, syntax), gate)
    return {int(tag) for tag in stored.keys() if tag.is_private}  # noqa: SIM118


def cases() -> Iterator[tuple[Safe, str, int, str]]:
    for (one, vr), block, syntax in product(safe().items(), (0x10, 0x42, 0xFF), SYNTAXES):
        if syntax != "implicit" or dictionary(one, block) == vr:
            yield one, vr, block, syntax


def dictionary(one: Safe, block: int) -> str:
    """Return the value representation that an element gets in implicit encoding."""
    try:
        return private_dictionary_VR(one.group << 16 | block << 8 | one.element, one.creator)
    except KeyError:
        return "UN"


class TestSafePrivate:
    @pytest.mark.parametrize(("one", "vr", "block", "syntax"), tuple(cases()))
    def test_stays_with_its_creator_in_any_block(self, one, vr, block, syntax):
        creator, tag = one.group << 16 | block, one.group << 16 | block << 8 | one.element
        elements = {
            creator: text("LO", one.creator),
            tag: VALUES[vr],
            one.group << 16 | block << 8 | 0xEE: text("LO", "Quintanilha"),
        }
        assert private(elements, SYNTAXES[syntax], SAFE) == {creator, tag}
        assert private(elements, SYNTAXES[syntax], GATES[0]) == set()

    @pytest.mark.parametrize("syntax", SYNTAXES)
    def test_goes_without_its_creator_or_with_another_or_when_it_is_no_number(self, syntax):
        creator, speed, scan = 0x00190010, 0x00191023, 0x00191024
        number, name = text("DS", "1.5"), text("LO", "GEMS_ACQU_01")
        uid = SYNTAXES[syntax]
        assert private({speed: number}, uid, SAFE) == set()
        assert private({creator: text("LO", "GEMS_ACQU_02"), speed: number}, uid, SAFE) == set()
        assert private({0x00190011: name, speed: number}, uid, SAFE) == set()
        assert private({creator: name, speed: text("DS", "Zeferino")}, uid, SAFE) == set()
        assert private({creator: name, speed: text("DS", "Zeferino"), scan: number}, uid, SAFE) == {creator, scan}
        assert private({creator: name, 0x00191099: number}, uid, SAFE) == set()

    def test_in_items_is_told_by_the_creators_of_the_item(self):
        inner = {
            0x00190010: text("LO", "GEMS_ACQU_01"),
            0x00191023: text("DS", "1.5"),
            0x00191025: text("LO", "Zeferino"),
        }
        elements = read_data_set(objects.image(1, 1)) | {
            0x00190010: text("LO", "GEMS_ACQU_01"),
            0x00082112: sequence(inner, {0x00191023: text("DS", "1.5")}),
        }
        stored = stored_of(write_file(elements), SAFE)
        assert [set(map(int, item.keys())) for item in stored.SourceImageSequence] == [{0x00190010, 0x00191023}, set()]
        assert 0x00190010 not in stored
