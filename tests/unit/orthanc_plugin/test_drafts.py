"""What a reader has answered and not saved: kept for this reader alone, never replaced unseen."""

import stat

import pytest

from orthanc_plugin import drafts
from orthanc_plugin.drafts import Changed, Drafts, Expected

STUDY = "2.25.1000"
ROUTE = f"/studies/{STUDY}/draft"
BODY = {"template": "liver-ct", "answers": {"patient": {"cirrhosis": "yes"}}}


def test_what_is_kept_is_given_back_with_when(api):
    body = BODY | {"phases": {"2.25.1001": "arterial"}, "replaces": "2.25.7", "segmentation": "2.25.8"}
    status, kept = api("ana", "PUT", ROUTE, json=body)
    assert status == 200
    assert {name: kept[name] for name in body} == body
    assert kept["kept"].endswith("+00:00")
    assert api("ana", "GET", ROUTE) == (200, kept)
    study = f"/studies/{STUDY}"
    told = [api(login, "GET", study)[1]["draft_kept"] for login in ("ana", "rafael", "paulo")]
    assert told == [kept["kept"], None, None]


def test_answers_may_be_as_unfinished_as_they_are(api):
    unfinished = BODY | {"answers": {"nodules": [{}, {"diameter_mm": 3000}], "gone": {"since": "long"}}}
    assert api("julia", "PUT", ROUTE, json=unfinished)[0] == 200
    assert api("julia", "GET", ROUTE)[1]["answers"] == unfinished["answers"]


def test_a_draft_is_its_users_alone(api):
    api("ana", "PUT", ROUTE, json=BODY)
    status, answer = api("rafael", "GET", ROUTE)
    assert (status, answer["error"]["code"]) == (404, "no_draft")
    assert api("rafael", "DELETE", ROUTE)[0] == 404
    assert api("ana", "GET", ROUTE)[0] == 200
    assert api("ana", "GET", f"/studies/{STUDY}")[1]["reports"] == []


@pytest.mark.parametrize("login", ["paulo", "sender"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_who_writes_nothing_has_none(api, login, method):
    assert api(login, method, ROUTE, json=BODY)[0] == 403


def test_saving_the_report_removes_the_draft_of_its_author(api):
    for login in ("ana", "rafael"):
        api(login, "PUT", ROUTE, json=BODY)
    assert api("ana", "POST", f"/studies/{STUDY}/reports", json=BODY | {"state": "draft"})[0] == 201
    assert api("ana", "GET", ROUTE)[0] == 404
    assert api("rafael", "GET", ROUTE)[0] == 200


def test_a_report_that_is_refused_leaves_the_draft(api):
    api("ana", "PUT", ROUTE, json=BODY)
    assert api("ana", "POST", f"/studies/{STUDY}/reports", json=BODY | {"state": "complete"})[0] == 422
    assert api("ana", "GET", ROUTE)[0] == 200


def test_two_tabs_do_not_replace_each_other_unseen(call):
    path = f"/hepatia/api{ROUTE}"
    first = call("ana", "PUT", path, json=BODY, headers={"If-None-Match": "*"})
    assert first.status_code == 200
    assert call("ana", "PUT", path, json=BODY, headers={"If-None-Match": "*"}).status_code == 412
    seen = {"If-Match": first.headers["ETag"]}
    second = call("ana", "PUT", path, json=BODY | {"answers": {}}, headers=seen)
    assert second.status_code == 200
    late = call("ana", "PUT", path, json=BODY, headers=seen)
    assert (late.status_code, late.get_json()["error"]["code"]) == (412, "draft_changed")
    assert call("ana", "DELETE", path, headers=seen).status_code == 412
    assert call("ana", "GET", path).get_json()["answers"] == {}
    # Who has seen it, or does not ask, wins.
    assert call("ana", "PUT", path, json=BODY, headers={"If-Match": second.headers["ETag"]}).status_code == 200
    assert call("ana", "PUT", path, json=BODY).status_code == 200
    assert call("ana", "DELETE", path).status_code == 200


def test_a_revision_never_comes_back(tmp_path):
    kept = Drafts(tmp_path / "drafts.sqlite")
    first = kept.put("ana", STUDY, {})
    assert kept.remove("ana", STUDY)
    second = kept.put("ana", STUDY, {})
    assert second.revision > first.revision
    with pytest.raises(Changed):
        kept.put("ana", STUDY, {}, Expected(first.revision))


@pytest.mark.parametrize(
    ("change", "status", "path"),
    [
        ({"state": "draft"}, 422, "state"),
        ({"template": "kidney"}, 422, "template"),
        ({"template": None}, 422, "template"),
        ({"answers": []}, 422, "answers"),
        ({"phases": "arterial"}, 422, "phases"),
        ({"replaces": "../x"}, 422, "replaces"),
        ({"segmentation": 7}, 422, "segmentation"),
    ],
)
def test_what_is_no_draft_is_refused_and_named(api, change, status, path):
    answered = api("ana", "PUT", ROUTE, json=BODY | change)
    assert (answered[0], answered[1]["error"]["path"]) == (status, path)
    assert api("ana", "GET", ROUTE)[0] == 404


def test_an_etag_of_something_else_is_refused(call):
    answer = call("ana", "PUT", f"/hepatia/api{ROUTE}", json=BODY, headers={"If-Match": '"abc"'})
    assert answer.status_code == 400


def test_a_study_that_is_not_there_has_no_draft(api):
    assert api("ana", "PUT", "/studies/2.25.99/draft", json=BODY)[0] == 404


def test_a_draft_has_bounds_and_so_has_their_number(api, tmp_path, monkeypatch):
    large = BODY | {"answers": {"patient": {"note": "x" * drafts.LARGEST_BYTES}}}
    assert api("ana", "PUT", ROUTE, json=large)[0] == 413
    monkeypatch.setattr("orthanc_plugin.drafts.MOST_DRAFTS", 2)
    kept = Drafts(tmp_path / "drafts.sqlite")
    for study in ("1.1", "1.2"):
        kept.put("ana", study, {})
    status, answer = api("ana", "PUT", ROUTE, json=BODY)
    assert (status, answer["error"]["code"]) == (409, "too_many")
    assert kept.put("ana", "1.2", {"template": "liver-ct"}).content == {"template": "liver-ct"}
    assert api("rafael", "PUT", ROUTE, json=BODY)[0] == 200


def test_nobody_else_on_the_machine_reads_them(api, tmp_path):
    api("ana", "PUT", ROUTE, json=BODY)
    assert stat.S_IMODE((tmp_path / "drafts.sqlite").stat().st_mode) == 0o600
