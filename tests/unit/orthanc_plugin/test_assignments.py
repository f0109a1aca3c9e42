"""Who is to read what: the file, and the routes over a folder of DICOM files."""

import stat

import pytest

from orthanc_plugin.assignments import Assignments
from tests.unit.orthanc_plugin.conftest import STUDY

ROUTE = f"/studies/{STUDY}/assignments"


@pytest.fixture
def kept(tmp_path):
    return Assignments(tmp_path / "assignments.sqlite")


def logins(kept, uid):
    return [one.login for one in kept.of([uid]).get(uid, ())]


def test_several_readers_of_several_studies(kept):
    assert kept.change(["1.2", "1.3"], ["ana", "rafael"], [], "admin") == (4, 0)
    assert kept.change(["1.2", "1.3"], ["ana", "julia"], ["rafael"], "ana") == (2, 2)
    assert [(one.login, one.assigned_by) for one in kept.of(["1.2"])["1.2"]] == [("ana", "admin"), ("julia", "ana")]
    assert set(kept.of(["1.2", "1.3", "1.4"])) == {"1.2", "1.3"}
    told = kept.everything()
    assert sorted(zip(told.study_uids, told.logins, strict=True)) == [
        ("1.2", "ana"), ("1.2", "julia"), ("1.3", "ana"), ("1.3", "julia"),
    ]  # fmt: skip


def test_the_revision_is_another_after_every_change_and_only_then(kept):
    before = kept.revision()
    kept.change(["1.2"], ["ana"], [], "admin")
    after = kept.revision()
    assert after != before
    assert kept.change(["1.2"], ["ana"], ["julia"], "admin") == (0, 0)
    assert kept.revision() == after
    kept.change(["1.2"], [], ["ana"], "admin")
    assert kept.revision() not in (before, after)


def test_what_was_assigned_is_there_for_the_next_who_opens_the_file_and_for_nobody_else(kept, tmp_path):
    kept.change(["1.2"], ["ana"], [], "admin")
    file = tmp_path / "assignments.sqlite"
    assert logins(Assignments(file), "1.2") == ["ana"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_radiologist_assigns_anybody_who_writes_reports(api):
    assert api("ana", "GET", ROUTE) == (200, {"assignments": []})
    status, one = api("ana", "PUT", f"{ROUTE}/rafael")
    assert status == 200
    assert {name: one[name] for name in ("login", "name", "assigned_by", "state")} == {
        "login": "rafael", "name": "Lima^Rafael", "assigned_by": "ana", "state": "not_read",
    }  # fmt: skip
    again = api("admin", "PUT", f"{ROUTE}/rafael")[1]
    assert again == one
    assert api("admin", "PUT", f"{ROUTE}/ana")[0] == 200
    listed = api("paulo", "GET", ROUTE)[1]["assignments"]
    assert [one["login"] for one in listed] == ["rafael", "ana"]
    assert api("paulo", "GET", f"/studies/{STUDY}")[1]["assignments"] == listed


@pytest.mark.parametrize("login", ["paulo", "sender", "nobody"])
def test_who_writes_no_reports_is_not_assigned(api, login):
    status, body = api("ana", "PUT", f"{ROUTE}/{login}")
    assert (status, body["error"]["code"], body["error"]["path"]) == (422, "unknown_reader", "assign.0")
    assert api("ana", "GET", ROUTE)[1] == {"assignments": []}


@pytest.mark.parametrize("login", ["rafael", "julia"])
def test_a_resident_or_student_takes_a_study_and_gives_it_back(api, login):
    assert api(login, "PUT", f"{ROUTE}/{login}")[0] == 200
    assert api(login, "PUT", f"{ROUTE}/ana")[0] == 403
    assert api("ana", "PUT", f"{ROUTE}/ana")[0] == 200
    assert api(login, "DELETE", f"{ROUTE}/ana")[0] == 403
    assert api(login, "POST", "/assignments", json={"studies": [STUDY], "assign": ["ana", login]})[0] == 403
    assert api(login, "DELETE", f"{ROUTE}/{login}") == (200, {"withdrawn": login})
    assert api(login, "DELETE", f"{ROUTE}/{login}")[0] == 404


def test_a_scientist_assigns_nobody(api):
    assert api("paulo", "PUT", f"{ROUTE}/paulo")[0] == 403
    assert api("paulo", "POST", "/assignments", json={"studies": [STUDY], "assign": ["ana"]})[0] == 403


def test_several_at_once_all_or_none(api):
    body = {"studies": [STUDY], "assign": ["ana", "julia"], "withdraw": ["rafael"]}
    api("ana", "PUT", f"{ROUTE}/rafael")
    unknown = api("admin", "POST", "/assignments", json=body | {"studies": [STUDY, "2.25.404"]})
    assert (unknown[0], unknown[1]["error"]["code"]) == (404, "not_found")
    assert [one["login"] for one in api("ana", "GET", ROUTE)[1]["assignments"]] == ["rafael"]
    assert api("admin", "POST", "/assignments", json=body) == (200, {"assigned": 2, "withdrawn": 1})
    assert [one["login"] for one in api("ana", "GET", ROUTE)[1]["assignments"]] == ["ana", "julia"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"studies": []}, "studies"), ({"studies": "1.2"}, "studies"), ({"studies": ["no uid"]}, "studies"),
        ({"studies": [STUDY], "assign": "ana"}, "assign"), ({"studies": [STUDY], "readers": []}, "readers"),
        ({"studies": [f"2.25.{n}" for n in range(201)]}, "studies"),
    ],
)  # fmt: skip
def test_a_body_that_makes_no_sense_is_refused_with_its_path(api, body, path):
    status, answer = api("ana", "POST", "/assignments", json=body)
    assert (status, answer["error"]["path"]) == (422, path)


def test_no_such_study(api):
    assert api("ana", "GET", "/studies/2.25.404/assignments")[0] == 404
    assert api("ana", "PUT", "/studies/2.25.404/assignments/ana")[0] == 404


def test_how_far_each_reader_is(api, complete_answers):
    api("ana", "POST", "/assignments", json={"studies": [STUDY], "assign": ["ana", "rafael", "julia"]})
    body = {"template": "liver-ct", "answers": complete_answers, "state": "complete"}
    complete = api("rafael", "POST", f"/studies/{STUDY}/reports", json=body)[1]["sop_instance_uid"]
    again = body | {"state": "draft", "replaces": complete}
    assert api("rafael", "POST", f"/studies/{STUDY}/reports", json=again)[0] == 201
    assert api("julia", "POST", f"/studies/{STUDY}/reports", json=body | {"state": "draft"})[0] == 201
    states = {one["login"]: one["state"] for one in api("ana", "GET", ROUTE)[1]["assignments"]}
    assert states == {"ana": "not_read", "rafael": "complete", "julia": "draft"}


def test_readings_are_those_that_are_over_and_each_readers_own(api, complete_answers):
    route, body = f"/studies/{STUDY}/readings", {"template": "liver-ct", "answers": complete_answers}
    write = lambda login, **more: api(login, "POST", f"/studies/{STUDY}/reports", json=body | more)[1]  # noqa: E731
    assert api("ana", "GET", route) == (200, {"readings": []})
    first = write("rafael", state="complete")["sop_instance_uid"]
    second = write("rafael", state="complete", replaces=first)["sop_instance_uid"]
    write("julia", state="draft")
    corrected = write("ana", state="complete", replaces=second)["sop_instance_uid"]
    verified = api("ana", "POST", f"/reports/{second}/verify")
    assert verified[0] == 409, "it is replaced"
    told = api("admin", "GET", route)[1]["readings"]
    assert [(one["author_login"], one["sop_instance_uid"]) for one in told] == [("rafael", second), ("ana", corrected)]


def test_residents_and_students_see_the_readings_of_others_once_they_have_completed_their_own(api, complete_answers):
    route, body = f"/studies/{STUDY}/readings", {"template": "liver-ct", "answers": complete_answers}
    api("ana", "POST", f"/studies/{STUDY}/reports", json=body | {"state": "complete"})
    api("julia", "POST", f"/studies/{STUDY}/reports", json=body | {"state": "draft"})
    status, answer = api("julia", "GET", route)
    assert (status, answer["error"]["code"]) == (403, "not_allowed")
    assert "before having completed" in answer["error"]["message"]
    assert api("paulo", "GET", route)[0] == 403
    api("julia", "POST", f"/studies/{STUDY}/reports", json=body | {"state": "complete"})
    assert [one["author_login"] for one in api("julia", "GET", route)[1]["readings"]] == ["julia", "ana"]


def test_readers_are_told_without_their_passwords(api):
    listed = api("paulo", "GET", "/readers")[1]["readers"]
    assert [one["login"] for one in listed] == ["admin", "julia", "rafael", "ana"]
    assert {key for one in listed for key in one} == {"login", "name", "role"}
