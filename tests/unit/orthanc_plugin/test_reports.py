import copy

import numpy as np
import pydicom
import pytest

from seg import labelmap, phases
from sr_templates import content, items, read, template
from sr_templates.library import PHASE, PHASES

CT = "2.25.1001"
STUDY = "2.25.1000"
ROUTE = f"/studies/{STUDY}/reports"


@pytest.fixture
def body(complete_answers):
    return {"template": "liver-ct", "state": "complete", "answers": complete_answers}


def changed(body, path, value):
    """Return the body with one answer changed; None takes it away."""
    body = copy.deepcopy(body)
    *parents, last = path.split(".")
    place = body["answers"]
    for part in parents:
        place = place[int(part) if part.isdecimal() else part]
    place[last] = value
    return body


def test_what_is_written_is_read_back(api, archive, body):
    status, written = api("ana", "POST", ROUTE, json=body)
    assert status == 201
    assert archive.stored == [written["sop_instance_uid"]]
    status, report = api("paulo", "GET", f"/reports/{written['sop_instance_uid']}")
    assert status == 200
    body["answers"]["nodules"][0]["tracking_uid"] = written["nodules"][0]["tracking_uid"]
    assert report["answers"] == body["answers"]
    assert {name: report[name] for name in ("template", "version", "state", "author", "role", "replaces")} == {
        "template": "liver-ct",
        "version": template.load("liver-ct").version,
        "state": "complete",
        "author": "Souza^Ana",
        "role": "radiologist",
        "replaces": [],
    }
    assert api("ana", "GET", ROUTE) == (200, [report])
    assert api("ana", "GET", f"/studies/{STUDY}")[1]["reports"] == [report]


def test_the_stored_object_is_an_sr_of_the_study_with_every_image_as_evidence(api, archive, body):
    written = api("ana", "POST", ROUTE, json=body)[1]
    sr = archive.header(written["sop_instance_uid"])
    assert (sr.Modality, sr.StudyInstanceUID, sr.PatientID) == ("SR", STUDY, "HEP-AAAAAAAAAAAAAAAA")
    evidence = sr.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert {one.ReferencedSOPInstanceUID for one in evidence} == {f"2.25.1001.{number}" for number in range(3)}


def test_the_api_waits_for_the_index(api, follower, body):
    written = api("ana", "POST", ROUTE, json=body)[1]
    assert follower.waited_for == [written["sop_instance_uid"]]


def test_a_draft_may_lack_answers(api, body):
    assert api("julia", "POST", ROUTE, json=body | {"state": "draft", "answers": {}})[0] == 201


def test_each_author_has_one_series(api, body):
    first, second = (api("ana", "POST", ROUTE, json=body)[1] for _ in range(2))
    other = api("rafael", "POST", ROUTE, json=body)[1]
    assert first["series_instance_uid"] == second["series_instance_uid"] != other["series_instance_uid"]


def test_a_new_version_supersedes_and_keeps_the_old(api, archive, body):
    old = api("ana", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    new = api("ana", "POST", ROUTE, json=body | {"replaces": old})[1]["sop_instance_uid"]
    assert api("ana", "GET", f"/reports/{new}")[1]["replaces"] == [old]
    assert api("ana", "GET", f"/reports/{old}")[0] == 200


@pytest.mark.parametrize("login", ["paulo", "sender"])
def test_who_writes_nothing_hears_403(api, archive, body, login):
    status, answer = api(login, "POST", ROUTE, json=body)
    assert (status, answer["error"]["code"]) == (403, "not_allowed")
    assert archive.stored == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("patient.cirrhosis", "maybe"),
        ("patient.unknown", 1),
        ("liver.nodule_count", -1),
        ("liver.nodule_count", 0),
        ("nodules.0.diameter_mm", 0),
        ("nodules.0.diameter_mm", "12"),
        ("nodules.0.lirads", "LR-9"),
        ("nodules.0.segment_number", 7),
    ],
)
def test_answers_that_break_the_template_are_422_with_the_path_and_nothing_is_stored(api, archive, body, path, value):
    status, answer = api("ana", "POST", ROUTE, json=changed(body, path, value))
    assert (status, answer["error"]["code"], answer["error"]["path"]) == (422, "invalid_answers", path)
    assert archive.stored == []


@pytest.mark.parametrize(
    ("change", "status", "path"),
    [
        ({"template": "kidney"}, 422, "template"),
        ({"template": None}, 422, "template"),
        ({"state": "verified"}, 422, "state"),
        ({"answers": []}, 422, "answers"),
        ({"replaces": "2.25.99"}, 422, "replaces"),
        ({"replaces": "2.25.1001.0"}, 422, "replaces"),
        ({"replaces": "../x"}, 422, "replaces"),
        ({"segmentation": "2.25.99"}, 422, "segmentation"),
        ({"segmentation": "2.25.1001.0"}, 422, "segmentation"),
        ({"sate": "draft"}, 422, "sate"),
    ],
)
def test_a_body_that_makes_no_sense_is_refused_and_nothing_is_stored(api, archive, body, change, status, path):
    answered, answer = api("ana", "POST", ROUTE, json=body | change)
    assert (answered, answer["error"]["path"]) == (status, path)
    assert archive.stored == []


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"null"])
def test_a_body_that_is_no_json_object_is_400(api, archive, data):
    status, answer = api("ana", "POST", ROUTE, data=data)
    assert (status, answer["error"]["code"]) == (400, "invalid_json")
    assert archive.stored == []


def test_a_study_that_does_not_exist_is_404(api, archive, body):
    for method, route, sent in (("POST", "/studies/2.25.9/reports", body), ("GET", "/studies/2.25.9/reports", None)):
        status, answer = api("ana", method, route, json=sent)
        assert (status, answer["error"]["code"]) == (404, "not_found")
    assert archive.stored == []


def test_a_report_that_replaces_one_of_another_study_is_refused(api, archive, body):
    old = api("ana", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    other = archive.header("2.25.1001.0")
    other.StudyInstanceUID, other.SeriesInstanceUID, other.SOPInstanceUID = "2.25.5", "2.25.6", "2.25.7"
    other.save_as(archive.folder / "2.25.7", enforce_file_format=True)
    status, answer = api("ana", "POST", "/studies/2.25.5/reports", json=body | {"replaces": old})
    assert (status, answer["error"]["code"]) == (422, "other_study")


def test_only_radiologists_verify(api, archive, body):
    sop = api("rafael", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    for login in ("rafael", "julia", "paulo", "admin"):
        assert api(login, "POST", f"/reports/{sop}/verify")[0] == 403
    assert archive.stored == [sop]
    status, verified = api("ana", "POST", f"/reports/{sop}/verify")
    assert (status, verified["state"]) == (201, "verified")
    report = api("ana", "GET", f"/reports/{verified['sop_instance_uid']}")[1]
    assert (report["state"], report["replaces"], report["author"]) == ("verified", [sop], "Lima^Rafael")
    assert report["verifier"] == "Souza^Ana"
    assert api("ana", "GET", f"/reports/{sop}")[1]["verifier"] == ""
    sr = archive.header(verified["sop_instance_uid"])
    assert sr.VerificationFlag == "VERIFIED"
    assert sr.VerifyingObserverSequence[0].VerifyingObserverName == "Souza^Ana"


def test_verified_twice_is_a_conflict(api, body):
    sop = api("ana", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    verified = api("ana", "POST", f"/reports/{sop}/verify")[1]["sop_instance_uid"]
    assert api("ana", "POST", f"/reports/{verified}/verify")[0] == 409


def test_a_draft_that_is_incomplete_is_not_verified(api, archive):
    body = {"template": "liver-ct", "state": "draft", "answers": {}}
    sop = api("ana", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    assert api("ana", "POST", f"/reports/{sop}/verify")[0] == 422
    assert archive.stored == [sop]


def test_what_is_verified_is_replaced_by_radiologists_only(api, body):
    sop = api("ana", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    verified = api("ana", "POST", f"/reports/{sop}/verify")[1]["sop_instance_uid"]
    assert api("julia", "POST", ROUTE, json=body | {"replaces": verified})[0] == 403
    assert api("ana", "POST", ROUTE, json=body | {"replaces": verified})[0] == 201


def test_an_instance_that_is_no_report_is_404(api):
    for sop in ("2.25.1001.0", "2.25.404"):
        assert api("ana", "GET", f"/reports/{sop}")[0] == 404


def test_a_foreign_sr_does_not_hide_the_reports(api, archive, body):
    other = pydicom.dcmread(archive.folder / "2.25.1001.0")
    other.Modality, other.SeriesInstanceUID, other.SOPInstanceUID = "SR", "2.25.6", "2.25.7"
    other.save_as(archive.folder / "2.25.7", enforce_file_format=True)
    api("ana", "POST", ROUTE, json=body)
    assert len(api("ana", "GET", ROUTE)[1]) == 1


def test_the_phase_of_each_series_is_in_the_image_library(api, archive, body):
    _, written = api("ana", "POST", ROUTE, json=body)
    library = read.parse(archive.read(written["sop_instance_uid"])).root.first(content.LIBRARY)
    [group] = library.children
    phase = phases.detect({"1": archive.header(f"{CT}.0")})["1"].name
    assert [item.value for item in group.named(PHASE)] == [PHASES[phase]]


def test_a_report_of_another_organ_is_written_and_read_back(api):
    lesions = [{"location": ["head"], "diameter_mm": 23, "superior_mesenteric_artery": "abutment"}]
    answers = {"pancreas": {"lesion_count": 2}, "lesions": lesions}
    status, written = api("ana", "POST", ROUTE, json={"template": "pancreas-ct", "answers": answers, "state": "draft"})
    assert status == 201
    report = api("ana", "GET", f"/reports/{written['sop_instance_uid']}")[1]
    [tracked] = written["nodules"]
    assert report["answers"] == answers | {"lesions": [lesions[0] | tracked]}
    assert report["template"] == "pancreas-ct"


@pytest.mark.parametrize(("diameter_mm", "editable"), [(4, True), (4.2, True), (8.5, False)])
def test_a_diameter_measured_on_the_mask_is_written_with_its_line(api, archive, diameter_mm, editable):
    body = labelmap.compose(
        labelmap.Labelmap(
            rows=4,
            columns=5,
            sop_instance_uids=tuple(f"{CT}.{number}" for number in range(3)),
            segments=(labelmap.Segment(1, "Nodule", "nodule", None, None),),
            algorithm=None,
            array=np.array([[[0] * 5] * 4, [[0] * 5, [0, 1, 1, 0, 0], [0] * 5, [0] * 5], [[0] * 5] * 4], np.uint8),
        )
    )
    headers = {"Content-Type": "application/vnd.hepatia.labelmap"}
    _, mask = api("ana", "POST", f"/series/{CT}/segmentations", data=body, headers=headers)
    assert mask["segments"][0]["long_axis_mm"] == pytest.approx(4)
    answers = {"nodules": [{"segment_number": 1, "diameter_mm": diameter_mm}]}
    _, written = api(
        "ana",
        "POST",
        ROUTE,
        json={
            "template": "liver-ct",
            "answers": answers,
            "state": "draft",
            "segmentation": mask["sop_instance_uid"],
        },
    )
    items_of = list(items.walk(read.parse(archive.read(written["sop_instance_uid"])).root))
    lines = [item for item in items_of if item.value_type == "SCOORD"]
    assert bool(lines) is editable
    if editable:
        assert lines[0].coordinates.points == (1.0, 1.5, 3.0, 1.5)
        assert lines[0].children[0].references[0].sop_instance_uid == f"{CT}.1"
