"""Reports through the whole installation: written, stored as SR, indexed, found, counted."""

import io

import pydicom
import pytest

pytestmark = pytest.mark.orthanc


@pytest.fixture
def api(client):
    """Request below /hepatia/api as a role."""

    def request(role, method, path, **more):
        return client(role).request(method, f"/hepatia/api{path}", **more)

    return request


@pytest.fixture
def write(api, study, complete_answers):
    """Write a report on the study."""

    def post(role="radiologist", answers=None, **more):
        body = {"template": "liver-ct", "state": "complete", "answers": answers or complete_answers} | more
        return api(role, "POST", f"/studies/{study.uid}/reports", json=body)

    return post


def sr(client, sop):
    admin = client("admin")
    identifier = admin.post("/tools/lookup", content=sop).json()[0]["ID"]
    return pydicom.dcmread(io.BytesIO(admin.get(f"/instances/{identifier}/file").content))


def test_what_is_written_is_stored_as_sr_found_and_counted_at_once(api, write, client, study, complete_answers):
    before = api("scientist", "GET", "/dashboard").json()["exams"]
    answer = write()
    assert answer.status_code == 201
    written = answer.json()
    document = sr(client, written["sop_instance_uid"])
    assert (document.Modality, document.StudyInstanceUID) == ("SR", study.uid)
    assert document.PatientID == study.headers[0].PatientID
    found = api(
        "scientist",
        "GET",
        "/search?patient.cirrhosis=yes&nodules.lirads=LR-5&nodules.diameter_mm.min=20&liver.nodule_count.min=1&page_size=500",
    ).json()
    exam = next(one for one in found["items"] if one["study_instance_uid"] == study.uid)
    assert exam["answers"]["patient"] == complete_answers["patient"]
    assert exam["state"] == "complete"
    assert exam["viewer"] == f"/ohif/hepatia?StudyInstanceUIDs={study.uid}"
    assert (exam["sex"], exam["age"]) == ("F", 63)
    dashboard = api("scientist", "GET", "/dashboard").json()
    assert dashboard["exams"] >= before
    chart = next(one for one in dashboard["charts"] if one["id"] == "nodules.lirads")
    assert next(one["count"] for one in chart["data"] if one["label"] == "LR-5") >= 1


def test_filters_on_one_group_hold_for_one_member(api, write, study, complete_answers):
    small, large = dict(complete_answers["nodules"][0]), dict(complete_answers["nodules"][0])
    small |= {"diameter_mm": 14, "lirads": "LR-5"}
    large |= {"diameter_mm": 44, "aphe": "absent", "washout": "absent", "capsule": "absent", "lirads": "LR-3"}
    answers = complete_answers | {"nodules": [small, large], "liver": complete_answers["liver"] | {"nodule_count": 2}}
    assert write(answers=answers).status_code == 201

    def finds(query):
        items = api("radiologist", "GET", f"/search?{query}&page_size=500").json()["items"]
        return study.uid in [one["study_instance_uid"] for one in items]

    assert finds("nodules.lirads=LR-3&nodules.diameter_mm.min=40")
    assert not finds("nodules.lirads=LR-5&nodules.diameter_mm.min=40")


def test_draft_then_complete_then_verified_each_supersedes_the_last(api, write, study):
    draft = write("resident", answers={"patient": {"cirrhosis": "no"}}, state="draft").json()["sop_instance_uid"]
    complete = write("resident", replaces=draft).json()["sop_instance_uid"]
    answer = api("radiologist", "POST", f"/reports/{complete}/verify")
    assert (answer.status_code, answer.json()["state"]) == (201, "verified")
    reports = api("student", "GET", f"/studies/{study.uid}/reports").json()
    assert [(one["state"], one["replaces"]) for one in reports] == [
        ("draft", []),
        ("complete", [draft]),
        ("verified", [complete]),
    ]
    assert {one["author"] for one in reports} == {reports[0]["author"]}
    assert api("student", "POST", f"/reports/{complete}/verify").status_code == 403


def test_a_nodule_keeps_its_identity_through_the_versions(api, write):
    first = write().json()
    answers = api("radiologist", "GET", f"/reports/{first['sop_instance_uid']}").json()["answers"]
    second = write(answers=answers, replaces=first["sop_instance_uid"]).json()
    assert second["nodules"] == first["nodules"]


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        (b"no json", 400, None),
        (b"[]", 400, None),
        (b'{"template": "liver-ct", "state": "complete", "answers": {}}', 422, "patient"),
        (
            b'{"template": "liver-ct", "state": "draft", "answers": {"patient": {"cirrhosis": "x"}}}',
            422,
            "patient.cirrhosis",
        ),
        (b'{"template": "kidney", "state": "draft", "answers": {}}', 422, "template"),
        (b'{"template": "liver-ct", "state": "draft", "answers": {}, "replaces": "1.2.3"}', 422, "replaces"),
        (b'{"template": "liver-ct", "state": "draft", "answers": {}, "segmentation": "1.2.3"}', 422, "segmentation"),
    ],
)
def test_what_is_wrong_is_4xx_with_the_error_object_and_nothing_is_stored(api, study, count, body, status, path):
    before = count()
    answer = api("radiologist", "POST", f"/studies/{study.uid}/reports", content=body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert {"code", "message"} <= set(error)
    assert path is None or error["path"].startswith(path)
    assert count() == before


def test_a_study_that_does_not_exist_is_404(api, count):
    before = count()
    body = {"template": "liver-ct", "state": "draft", "answers": {}}
    answer = api("radiologist", "POST", "/studies/1.2.3.4/reports", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert count() == before


def test_unknown_filters_and_values_are_named(api):
    for query, name in (
        ("patient.cirrosis=yes", "patient.cirrosis"),
        ("patient.cirrhosis=perhaps", "patient.cirrhosis"),
    ):
        answer = api("scientist", "GET", f"/search?{query}")
        assert answer.status_code == 400
        assert answer.json()["error"]["path"] == name


def test_what_is_deleted_is_no_longer_found(api, write, client, study):
    write()
    identifier = client("admin").post("/tools/lookup", content=study.uid).json()[0]["ID"]
    assert client("admin").delete(f"/studies/{identifier}").status_code == 200
    found = api("admin", "GET", "/search?patient.cirrhosis=yes&page_size=500")

    def is_found():
        found = api("admin", "GET", "/search?patient.cirrhosis=yes&page_size=500").json()["items"]
        return study.uid in [one["study_instance_uid"] for one in found]

    assert found.status_code == 200
    assert eventually(lambda: not is_found())


def test_an_sr_sent_by_another_tool_is_indexed_the_same_way(api, write, client, study, as_file):
    written = write().json()["sop_instance_uid"]
    copy = sr(client, written)
    copy.SOPInstanceUID = copy.file_meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.10.999.77.1" + written[-20:]
    answer = client("sender").post("/instances", content=as_file(copy))
    assert answer.json()["Status"] == "Success"
    assert eventually(lambda: len(api("admin", "GET", f"/studies/{study.uid}/reports").json()) == 2)
    assert eventually(lambda: api("admin", "GET", "/status").json()["index"]["pending"] == 0)
    assert api("admin", "GET", "/status").json()["index"]["failed"] == []


def eventually(condition, timeout_s=10):
    import time

    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
