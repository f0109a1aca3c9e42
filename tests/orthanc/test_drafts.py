"""Drafts and prior exams through the whole installation."""

import os
import signal
from pathlib import Path

import pytest

from tests.orthanc.installations import wait_for

pytestmark = pytest.mark.orthanc

ANSWERS = {"patient": {"cirrhosis": "yes"}, "nodules": [{"location": ["VII"]}]}
DRAFT = {"template": "liver-ct", "answers": ANSWERS}


@pytest.fixture(scope="module")
def instance(start_changed):
    """One of our own: its Orthanc is killed."""
    return start_changed({})


@pytest.fixture
def route(study):
    return f"/hepatia/api/studies/{study.uid}/draft"


def orthanc_of(instance):
    """The process of Orthanc, a child of the supervisor."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(words[1]) == instance.process.pid and (entry / "comm").read_text().strip() == "Orthanc":
                return int(entry.name)
        except OSError:
            continue
    return pytest.fail("Orthanc does not run")


def test_what_was_kept_survives_kill_9(client, instance, route, study):
    reader = client("radiologist")
    kept = reader.put(route, json=DRAFT, headers={"If-None-Match": "*"})
    assert (kept.status_code, kept.headers["etag"]) == (200, f'"{kept.json()["revision"]}"')
    assignments = route.replace("/draft", "/assignments")
    assigned = reader.put(f"{assignments}/rafael").json()
    os.kill(orthanc_of(instance), signal.SIGKILL)
    wait_for(lambda: reader.get("/hepatia/api/me").status_code == 200, timeout_s=60)
    found = reader.get(route)
    assert found.json() == kept.json()
    assert reader.get(assignments).json() == {"assignments": [assigned]}
    assert found.headers["cache-control"] == "no-store"
    assert client("resident").get(route).status_code == 404
    assert client("scientist").put(route, json=DRAFT).status_code == 403
    assert (instance.data / "drafts.sqlite").stat().st_mode & 0o077 == 0
    # Of two tabs, the one that has not seen the other's is told.
    behind = {"If-Match": f'"{kept.json()["revision"] - 1}"'}
    assert reader.put(route, json=DRAFT, headers=behind).status_code == 412
    assert reader.put(route, json=DRAFT, headers={"If-Match": found.headers["etag"]}).status_code == 200
    report = {"template": "liver-ct", "state": "draft", "answers": ANSWERS}
    assert reader.post(f"/hepatia/api/studies/{study.uid}/reports", json=report).status_code == 201
    assert reader.get(route).status_code == 404


def test_discarding_and_the_largest(client, route):
    reader = client("student")
    assert reader.delete(route).status_code == 404
    assert reader.put(route, json=DRAFT | {"answers": {"patient": {"x": "y" * 300_000}}}).status_code == 413
    etag = reader.put(route, json=DRAFT).headers["etag"]
    assert reader.delete(route, headers={"If-Match": '"1000000"'}).status_code == 412
    assert reader.delete(route, headers={"If-Match": etag}).status_code == 200
    assert reader.get(route).status_code == 404


def test_the_exams_of_a_patient_know_each_other(client, make_series, as_file, complete_answers):
    sender, reader = client("sender"), client("radiologist")
    studies = []
    for date in ("20200908", "20210304"):
        [image] = make_series(1, PatientID="PRONTUARIO-PRIORS", StudyDate=date)
        stored = sender.post("/instances", content=as_file(image)).raise_for_status().json()
        about = client("admin").get(f"/instances/{stored['ID']}/simplified-tags").json()
        studies.append(about["StudyInstanceUID"])
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
    reader.post(f"/hepatia/api/studies/{studies[0]}/reports", json=body).raise_for_status()
    [prior] = reader.get(f"/hepatia/api/studies/{studies[1]}/priors").json()["priors"]
    assert (prior["study_instance_uid"], prior["days"], prior["state"]) == (studies[0], 177, "complete")
    [nodule] = prior["nodules"]
    assert (nodule["diameter_mm"], nodule["location"], nodule["lirads"]) == (22.5, ["VIII"], "LR-5")
    [later] = client("scientist").get(f"/hepatia/api/studies/{studies[0]}/priors").json()["priors"]
    assert (later["study_instance_uid"], later["days"], later["state"]) == (studies[1], -177, "not_read")


def test_the_second_of_two_who_replace_the_same_report_is_told(client, study, complete_answers):
    route = f"/hepatia/api/studies/{study.uid}/reports"
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
    first = client("student").post(route, json=body).json()["sop_instance_uid"]
    assert client("radiologist").post(route, json=body | {"replaces": first}).status_code == 201
    late = client("student").post(route, json=body | {"replaces": first})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "newer_version")
    assert len(client("student").get(route).json()) == 2
