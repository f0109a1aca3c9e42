"""What is kept of a series tells the phases of a study: as whole headers do, and by a few slices where headers fail."""

import json

import pytest
from pydicom import Dataset

from orthanc_plugin import acquisitions
from orthanc_plugin.archive import SeriesInfo
from seg import phantom, phases
from tests import phase_variants


@pytest.fixture(scope="module")
def headers() -> dict[str, Dataset]:
    return {str(header.SeriesInstanceUID): header for header in phantom.study("small") if header.Modality == "CT"}


def looked_at(**variant):
    """What is kept of each series of a study, as JSON, and the archive that was read."""
    archive = phase_variants.Memory({str(one.SOPInstanceUID): one for one in phantom.study("small", **variant)})
    series = {}
    for sop, one in archive.datasets.items():
        series.setdefault(str(one.SeriesInstanceUID), []).append(sop)
    infos = [SeriesInfo(uid, "1", "CT", "", "1", tuple(sops)) for uid, sops in series.items()]
    kept = {one.series_instance_uid: acquisitions.of_series(archive, one) for one in infos}
    return json.loads(json.dumps(kept)), archive


def test_phases_are_those_of_the_whole_headers(headers):
    kept = {uid: json.loads(json.dumps(acquisitions.of_header(header))) for uid, header in headers.items()}
    told = acquisitions.detect(kept)
    assert {uid: one.phase for uid, one in told.items()} == phases.detect(headers)
    assert len({one.phase.name for one in told.values()}) == 4
    assert set(acquisitions.names(kept).values()) == {(name,) for name in phantom.PHASES}


def test_only_ct_series_have_one(headers):
    other = Dataset()
    other.Modality = "MR"
    assert acquisitions.of_header(other) is None
    assert acquisitions.of_series(phase_variants.Memory({}), SeriesInfo("1", "1", "MR", "", "", ())) is None


def test_nothing_about_the_patient_is_kept(headers):
    kept = json.dumps([acquisitions.of_header(header) for header in headers.values()])
    for header in headers.values():
        assert str(header.PatientID) not in kept


def test_one_slice_of_a_series_is_read_when_its_header_tells_the_phase():
    _, archive = looked_at()
    # The scan before the injection has no injection time of its own: only the others of the study tell it.
    assert len(archive.read_sops) == 4 + 7


def test_few_slices_are_read_when_it_does_not():
    kept, archive = looked_at(times_missing=True, descriptions="empty")
    assert len(archive.read_sops) == 4 * (1 + 7)
    hounsfield = [one["acquisitions"][0]["aorta"]["aorta_hu"] for one in kept.values()]
    assert hounsfield == pytest.approx([45, 340, 162, 110], abs=12)
    assert [one.phase.name for one in acquisitions.detect(kept).values()] == list(phantom.PHASES)


def test_scans_in_one_series_are_told_apart():
    kept, _ = looked_at(one_series=True)
    [told] = acquisitions.detect(kept).values()
    assert [(one.number, one.instances, one.phase.name) for one in told.acquisitions] == [
        (number, 24, name) for number, name in enumerate(phantom.PHASES, start=1)
    ]
    assert told.phase.name == "other"
    assert told.phase.reason == (
        "The series holds 4 scans, told apart by Acquisition Number (1: without contrast, 2: arterial, "
        "3: portal venous, 4: equilibrium or delayed)."
    )
    assert told.names == tuple(phantom.PHASES)


def test_parts_of_one_scan_are_one():
    dataset = phantom.study("small", ("arterial",))
    for place, one in enumerate(dataset):
        one.AcquisitionNumber = str(1 + place // 6)
    archive = phase_variants.Memory({str(one.SOPInstanceUID): one for one in dataset})
    series = SeriesInfo("1", "1", "CT", "", "1", tuple(archive.datasets))
    assert [len(scan) for scan in acquisitions.split(archive.slices(series))] == [24]


def test_at_least_98_percent_of_adverse_series_get_the_right_phase():
    """`make bench PARTS=phases` tells all of them; these are some of each kind."""
    found = [one for variant in phase_variants.variants(12, seed=1) for one in phase_variants.outcomes(variant)]
    right = sum(one.told == one.phase for one in found)
    assert right / len(found) >= 0.98, "\n".join(phase_variants.table(found))
    assert not [one for one in found if one.told != one.phase and one.confidence >= 0.6]


def test_headers_alone_would_not_get_there(monkeypatch):
    monkeypatch.setattr(acquisitions, "_aorta", lambda *_: None)
    silent = {"times_missing": True, "descriptions": "empty", "contrast_missing": True}
    chosen = [one for one in phase_variants.variants() if silent.items() <= one.items()][:2]
    found = [one for variant in chosen for one in phase_variants.outcomes(variant)]
    assert sum(one.told == one.phase for one in found) / len(found) < 0.9
