"""Masks carried to the other phases through the whole installation: stored, indexed, and found where they belong."""

import io
import time

import numpy as np
import pydicom
import pytest

from seg import decode, labelmap, phantom
from seg.labelmap import Labelmap, Segment
from seg.volume import read_grid

pytestmark = pytest.mark.orthanc

LABELMAP = {"Content-Type": "application/vnd.hepatia.labelmap"}
PHASES = ("portal_venous", "arterial")


@pytest.fixture(scope="module")
def truth():
    return phantom.truth("small", breath_shift=True)


@pytest.fixture
def phases(client, as_file):
    """Headers of two phases of a patient who breathes, as they are stored."""
    sender, admin = client("sender"), client("admin")
    found = {}
    for phase in PHASES:
        for one in phantom.study("small", (phase,), patient_id="CARRIED", breath_shift=True):
            stored = sender.post("/instances", content=as_file(one)).raise_for_status().json()
            file = admin.get(f"/instances/{stored['ID']}/file").content
            found.setdefault(phase, []).append(pydicom.dcmread(io.BytesIO(file), stop_before_pixels=True))
    return found


@pytest.fixture
def mask(client, phases, truth):
    """SOP Instance UID of the liver and its lesion in the portal venous phase."""
    grid, labels = read_grid(phases["portal_venous"]), truth.labelmap("portal_venous")
    labels[labels > 2] = 1
    segments = (Segment(1, "Liver", "liver"), Segment(2, "HCC", "nodule"))
    body = labelmap.compose(Labelmap(grid.rows, grid.columns, grid.sop_instance_uids, segments, None, labels))
    route = f"/hepatia/api/series/{grid.series_instance_uid}/segmentations"
    return client("resident").post(route, content=body, headers=LABELMAP).raise_for_status().json()["sop_instance_uid"]


@pytest.fixture
def carry(client, mask):
    """Have the mask carried; gives what is answered, whether at once or by a job."""

    def done(registration, role="student"):
        route, body = f"/hepatia/api/segmentations/{mask}/carry", {"registration": registration}
        answer = client(role).post(route, json=body)
        if registration == "none":
            assert answer.status_code == 201, answer.text
            return answer.json()
        assert answer.status_code == 202, answer.text
        for _ in range(600):
            job = client(role).get(f"/hepatia/api/jobs/{answer.json()['job']}").json()
            if job["state"] != "running":
                break
            time.sleep(0.2)
        assert job["state"] == "done", job
        return job["carried"]

    return done


def stored(client, sop):
    admin = client("admin")
    [found] = [one for one in admin.post("/tools/lookup", content=sop).json() if one["Type"] == "Instance"]
    return pydicom.dcmread(io.BytesIO(admin.get(f"/instances/{found['ID']}/file").content))


def dice(dataset, phases, truth):
    carried = decode.segment_numbers(decode.decode(dataset), read_grid(phases["arterial"])) > 0
    expected = truth.labelmap("arterial") > 0
    return 2 * np.count_nonzero(carried & expected) / (carried.sum() + expected.sum())


def test_as_it_is_and_with_registration(client, phases, carry, truth):
    found = {}
    for registration in ("none", "rigid"):
        [one] = carry(registration)["carried"]
        assert one["series_instance_uid"] == phases["arterial"][0].SeriesInstanceUID
        dataset = stored(client, one["segmentation"]["sop_instance_uid"])
        found[registration] = one, dice(dataset, phases, truth)
        assert dataset.PatientID == phases["arterial"][0].PatientID
    assert found["none"][1] < 0.90
    assert found["rigid"][1] > 0.96
    registration = stored(client, found["rigid"][0]["registration"]["sop_instance_uid"])
    assert registration.Modality == "REG"
    assert found["rigid"][0]["existing"] == [found["none"][0]["segmentation"]["sop_instance_uid"]]


def test_the_study_and_the_index_know_them(client, phases, carry):
    study = str(phases["arterial"][0].StudyInstanceUID)
    [one] = carry("rigid")["carried"]
    shown = client("scientist").get(f"/hepatia/api/studies/{study}").json()
    assert one["segmentation"]["sop_instance_uid"] in [s["sop_instance_uid"] for s in shown["segmentations"]]
    assert "REG" in [s["modality"] for s in shown["series"]]
    failed = client("admin").get("/hepatia/api/status").json()["index"]["failed"]
    assert not {one["segmentation"]["sop_instance_uid"], one["registration"]["sop_instance_uid"]} & {
        one["sop_instance_uid"] for one in failed
    }
    route = f"/hepatia/api/segmentations/{one['segmentation']['sop_instance_uid']}/labelmap"
    assert client("student").get(route).status_code == 200
    report = {"template": "liver-ct", "answers": {}, "state": "draft"}
    assert client("student").post(f"/hepatia/api/studies/{study}/reports", json=report).status_code == 201


def test_who_may_not_write_may_not_carry(client, mask):
    assert client("scientist").post(f"/hepatia/api/segmentations/{mask}/carry", json={}).status_code == 403
