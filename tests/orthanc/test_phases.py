"""Phases through the whole installation: by the aorta where headers fail, several in one series, corrected."""

import gzip
import time

import nibabel
import numpy as np
import pytest

from indexer import fingerprint
from indexer.index import Index
from seg import phantom
from seg.volume import read_volume

pytestmark = pytest.mark.orthanc

NAMES = list(phantom.PHASES)


@pytest.fixture
def send_phantom(client, as_file):
    """Send a phantom study; gives its UID in the archive."""

    def send(patient, **variant):
        sender, admin = client("sender"), client("admin")
        for one in phantom.study("small", patient_id=patient, **variant):
            stored = sender.post("/instances", content=as_file(one)).raise_for_status().json()
        return admin.get(f"/instances/{stored['ID']}/study").json()["MainDicomTags"]["StudyInstanceUID"]

    return send


@pytest.fixture
def series(client):
    """The CT series of a study as a reader sees them."""
    return lambda uid: [
        one for one in client("student").get(f"/hepatia/api/studies/{uid}").json()["series"] if one["modality"] == "CT"
    ]


@pytest.fixture
def is_found(client):
    """Whether a search by a phase finds a study, at last."""

    def found(uid, phase, expected=True):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            items = client("student").get(f"/hepatia/api/search?study.phase={phase}&page_size=500").json()["items"]
            if (uid in [one["study_instance_uid"] for one in items]) == expected:
                return True
            time.sleep(0.2)
        return False

    return found


def test_the_aorta_tells_what_headers_do_not_and_searches_follow(send_phantom, series, is_found, instance):
    uid = send_phantom("AORTA", times_missing=True, descriptions="empty", contrast_missing=True)
    told = series(uid)
    assert sorted(one["phase"] for one in told) == sorted(NAMES)
    assert all("The aorta measures" in one["phase_reason"] for one in told)
    assert all(is_found(uid, name) for name in NAMES)
    index = Index(instance.dsn)
    kept = index.query("SELECT phases FROM series WHERE study_instance_uid = %s AND modality = 'CT'", (uid,))
    assert sorted(one["phases"] for one in kept) == sorted([name] for name in NAMES)
    index.close()


def test_scans_in_one_series_are_told_found_and_exported_each(send_phantom, series, is_found, client):
    uid = send_phantom("ONE-SERIES", one_series=True)
    [one] = series(uid)
    assert one["phase"] == "other"
    assert [scan["phase"] for scan in one["acquisitions"]] == NAMES
    assert [scan["instances"] for scan in one["acquisitions"]] == [24] * 4
    assert is_found(uid, "portal_venous")
    route = f"/hepatia/api/series/{one['series_instance_uid']}.nii.gz"
    assert client("student").get(route).status_code == 422
    answer = client("student").get(route, params={"acquisition": "3"})
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(answer.content))
    _, expected = read_volume(phantom.study("small", ("portal_venous",), patient_id="ONE-SERIES", one_series=True))
    assert np.array_equal(np.asarray(image.dataobj).T, expected)
    assert client("student").get(route, params={"acquisition": "9"}).status_code == 404


def test_a_correction_is_preferred_everywhere_and_survives_a_rebuild(send_phantom, series, is_found, client, instance):
    uid = send_phantom("CORRECTED")
    [arterial] = [one["series_instance_uid"] for one in series(uid) if one["phase"] == "arterial"]
    body = {"template": "liver-ct", "answers": {}, "state": "draft", "phases": {arterial: "other"}}
    answer = client("resident").post(f"/hepatia/api/studies/{uid}/reports", json=body)
    assert answer.status_code == 201
    [told] = [one for one in series(uid) if one["series_instance_uid"] == arterial]
    assert (told["phase"], told["phase_confidence"]) == ("other", 1)
    assert told["phase_reason"].startswith("Corrected by ")
    assert is_found(uid, "other")
    assert is_found(uid, "arterial", expected=False)
    index = Index(instance.dsn)
    # Scans are looked at once more when their series is complete.
    deadline = time.monotonic() + 30
    before = None
    while time.monotonic() < deadline and before != (before := fingerprint.fingerprint(index)):
        time.sleep(4)
    done = _rebuild(instance)
    assert done.returncode == 0, done.stderr
    assert fingerprint.fingerprint(index) == before
    index.close()


def _rebuild(instance):
    from tests.orthanc.test_rebuild import hepatia

    return hepatia(instance, "rebuild", "--anew")
