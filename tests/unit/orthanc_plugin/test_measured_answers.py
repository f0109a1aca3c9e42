"""Which mask is measured for which answer: over a folder of DICOM files, three slices of four phases."""

import time

import numpy as np
import pytest

from orthanc_plugin import measured_answers
from orthanc_plugin.measuring import Measurements, current
from seg import labelmap
from seg.labelmap import Labelmap, Segment
from sr_templates import read, template
from sr_templates.quantities import QUANTITIES
from tests.unit.orthanc_plugin.conftest import STUDY, ct_slice, write

HEADERS = {"Content-Type": "application/vnd.hepatia.labelmap"}
ROUTE = f"/studies/{STUDY}/reports"
#: Phase → series, words of its description, and HU of the liver and of the lesion in it.
PHASES = {
    "arterial": ("2.25.2001", "arterial", 70, 110),
    "portal_venous": ("2.25.2002", "portal", 90, 84),
    "equilibrium": ("2.25.2003", "equilibrio", 82, 68),
}
LIVER, LESION = (slice(1, 3), slice(0, 4), slice(0, 5)), (slice(1, 3), slice(1, 3), slice(1, 3))


def labels(lesion=LESION, liver=LIVER):
    array = np.zeros((3, 4, 5), np.uint8)
    array[liver] = 1
    array[lesion] = 2
    return array


@pytest.fixture
def scans(archive):
    """Three phases of 3 slices in the study, beside the series that is there."""
    for series, words, liver, lesion in PHASES.values():
        pixels = np.where(labels() == 2, lesion + 10, liver + 10).astype("<i2")
        for number in range(3):
            more = {
                "SeriesInstanceUID": series,
                "SOPInstanceUID": f"{series}.{number}",
                "SeriesDescription": words,
                "ContrastBolusAgent": "IOPAMIRON",
                "PixelData": pixels[number].tobytes(),
            }
            write(archive.folder, ct_slice(number, **more))


@pytest.fixture
def store(api, scans):
    """Store a mask of a phase; gives the answer of the API."""

    def post(phase, array=None, tracking_uid="2.25.77", kinds=("liver", "nodule")):
        series = PHASES[phase][0] if phase in PHASES else phase
        segments = [Segment(1, "Liver", kinds[0]), Segment(2, "Lesion", kinds[1], tracking_uid)]
        array = labels() if array is None else array
        sops = tuple(f"{series}.{number}" for number in range(3))
        body = labelmap.compose(Labelmap(4, 5, sops, tuple(segments), None, array))
        status, answer = api("ana", "POST", f"/series/{series}/segmentations", data=body, headers=HEADERS)
        assert status == 201, answer
        return answer["sop_instance_uid"]

    return post


@pytest.fixture
def save(api):
    """Save a draft; gives its answers as they are read back."""

    def post(segmentation=None, nodules=({"segment_number": 2},), login="ana", **more):
        body = {"template": "liver-ct", "state": "draft", "answers": {"nodules": list(nodules)}} | more
        status, written = api(
            login, "POST", ROUTE, json=body | ({"segmentation": segmentation} if segmentation else {})
        )
        assert status == 201, written
        return api("ana", "GET", f"/reports/{written['sop_instance_uid']}")[1]

    return post


def test_the_cited_mask_is_measured_on_its_own_series(save, store):
    answers = save(store("portal_venous"))["answers"]
    voxel_cm3 = 2 * 2 * 3 / 1000
    assert answers["liver"] == {
        "mask_volume_cm3": pytest.approx(40 * voxel_cm3),
        "hu_mean_portal_venous": 90,
        "hu_sd_portal_venous": 0,
    }
    [nodule] = answers["nodules"]
    assert {name: value for name, value in nodule.items() if name not in ("segment_number", "tracking_uid")} == {
        "volume_cm3": pytest.approx(8 * voxel_cm3),
        "long_axis_mm": pytest.approx(np.hypot(4, 2), abs=0.001),
        "short_axis_mm": pytest.approx(np.hypot(4, 2), abs=0.001),
        "hu_mean_portal_venous": 84,
        "hu_sd_portal_venous": 0,
        "liver_lesion_ratio_portal_venous": pytest.approx(100 * 90 / 84, abs=0.001),
    }


def test_other_phases_are_measured_on_masks_of_their_own(save, store):
    cited = store("portal_venous")
    store("arterial")
    store("equilibrium")
    answers = save(cited)["answers"]
    for phase, (_, _, liver, lesion) in PHASES.items():
        assert answers["liver"][f"hu_mean_{phase}"] == liver
        assert answers["nodules"][0][f"hu_mean_{phase}"] == lesion
    assert answers["nodules"][0]["liver_lesion_ratio_equilibrium"] == pytest.approx(120.588)
    assert "hu_mean_non_contrast" not in answers["liver"]


def test_a_lesion_is_known_by_its_tracking_uid_in_other_phases(save, store):
    cited = store("portal_venous")
    store("arterial", tracking_uid="2.25.78")
    answers = save(cited)["answers"]
    assert answers["liver"]["hu_mean_arterial"] == 70
    assert "hu_mean_arterial" not in answers["nodules"][0]


def test_the_newest_mask_of_a_phase_counts(save, store):
    cited = store("portal_venous")
    store("arterial")
    store("arterial", labels(lesion=(slice(0, 1), slice(0, 1), slice(0, 1))))
    assert save(cited)["answers"]["nodules"][0]["hu_mean_arterial"] == 70


def test_a_cited_mask_counts_though_there_are_newer_ones(save, store):
    cited = store("portal_venous")
    store("portal_venous", labels(lesion=(slice(1, 2), slice(1, 2), slice(1, 2))))
    assert save(cited)["answers"]["nodules"][0]["volume_cm3"] == pytest.approx(8 * 0.012)


def test_without_a_mask_nothing_is_measured(save, store):
    store("portal_venous")
    answers = save(nodules=[{"tracking_uid": "2.25.77"}])["answers"]
    assert answers == {"nodules": [{"tracking_uid": "2.25.77"}]}


def test_what_is_sent_of_measured_items_is_dropped(save, store):
    sent = [
        {"segment_number": 2, "hu_mean_portal_venous": 1, "hu_mean_arterial": "x", "liver_lesion_ratio_arterial": -9}
    ]
    [nodule] = save(store("portal_venous"), nodules=sent)["answers"]["nodules"]
    assert nodule["hu_mean_portal_venous"] == 84
    assert {"hu_mean_arterial", "liver_lesion_ratio_arterial"}.isdisjoint(nodule)
    assert save(nodules=[{"tracking_uid": "2.25.1", "volume_cm3": 5}])["answers"]["nodules"] == [
        {"tracking_uid": "2.25.1"}
    ]


def test_masks_that_cannot_be_placed_or_read_are_left_out_and_the_report_is_saved(
    save, store, archive, measurements, monkeypatch
):
    monkeypatch.setattr(measurements, "soon", lambda _study: None)
    cited, damaged, lost = store("portal_venous"), store("arterial"), store("equilibrium")
    file = archive.folder / damaged
    file.write_bytes(file.read_bytes()[:-4])
    for number in range(3):
        (archive.folder / f"{PHASES['equilibrium'][0]}.{number}").unlink()
    answers = save(cited)["answers"]
    assert [name for name in answers["liver"] if name.startswith("hu_mean")] == ["hu_mean_portal_venous"]
    assert lost


def test_the_phase_as_the_reader_corrects_it_counts_at_once(save, store):
    cited = store("portal_venous")
    answers = save(cited, phases={PHASES["portal_venous"][0]: "equilibrium"})["answers"]
    assert answers["liver"]["hu_mean_equilibrium"] == 90
    assert "hu_mean_portal_venous" not in answers["liver"]


def test_a_verified_report_says_what_was_read_though_there_are_newer_masks(api, save, store, complete_answers, archive):
    cited = store("portal_venous")
    arterial = store("arterial")
    complete_answers["nodules"][0]["segment_number"] = 2
    report = save(cited, state="complete", answers=complete_answers)
    store("arterial", labels(lesion=(slice(0, 1), slice(0, 1), slice(0, 1))))
    verified = api("ana", "POST", f"/reports/{report['sop_instance_uid']}/verify")[1]["sop_instance_uid"]
    assert api("ana", "GET", f"/reports/{verified}")[1]["answers"] == report["answers"]
    on = read.measured_on(archive.read(verified))
    assert on == read.measured_on(archive.read(report["sop_instance_uid"]))
    assert on["liver", "hu_mean_arterial"].sop_instance_uid == arterial


def test_every_mask_is_measured_once(archive, store, measurements, monkeypatch):
    store("portal_venous")
    store("arterial")
    fresh = Measurements(archive)
    study = archive.study(STUDY)
    found = fresh.of(current(fresh.masks(study)), study)
    assert len(found) == 2
    monkeypatch.setattr(archive, "files", lambda _series: pytest.fail("a series is read again"))
    assert fresh.of(current(fresh.masks(study)), study) == found


def test_masks_are_measured_in_the_background(archive, store, measurements, monkeypatch):
    monkeypatch.setattr(measurements, "soon", lambda _study: None)
    store("portal_venous")
    read, files = [], archive.files
    monkeypatch.setattr(archive, "files", lambda series: read.append(series.series_instance_uid) or files(series))
    fresh, study = Measurements(archive), archive.study(STUDY)
    fresh.soon("2.25.9999")
    fresh.soon(STUDY)
    deadline = time.monotonic() + 30
    while not read and time.monotonic() < deadline:
        time.sleep(0.01)
    fresh.close()
    assert fresh.of(fresh.masks(study), study)
    assert read == [PHASES["portal_venous"][0]]


def test_every_quantity_of_the_templates_can_be_measured():
    assert set(measured_answers.QUANTITIES) == set(QUANTITIES)
    assert {item.measured for group in template.load("liver-ct").groups for item in group.items} - {None} == set(
        QUANTITIES
    )
