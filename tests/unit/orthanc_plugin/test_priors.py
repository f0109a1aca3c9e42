"""The other exams of a patient, and the lesions of their current reports."""

import pytest

from orthanc_plugin import priors
from tests.unit.orthanc_plugin.conftest import ct_slice, write

STUDY = "2.25.1000"
ROUTE = f"/studies/{STUDY}/priors"


@pytest.fixture
def add(archive):
    """Put another exam into the archive."""

    def put(uid, date, patient="HEP-AAAAAAAAAAAAAAAA"):
        about = {"StudyInstanceUID": uid, "SeriesInstanceUID": f"{uid}.1", "SOPInstanceUID": f"{uid}.1.1"}
        write(archive.folder, ct_slice(0, **about, StudyDate=date, PatientID=patient, PatientName=patient))

    return put


def test_they_are_those_of_the_patient_newest_first_with_the_days_between(api, add):
    add("2.25.1", "20200908")
    add("2.25.2", "20210601")
    add("2.25.3", "")
    add("2.25.4", "20201001", patient="HEP-BBBBBBBBBBBBBBBB")
    found = api("paulo", "GET", ROUTE)[1]["priors"]
    assert [(one["study_instance_uid"], one["study_date"], one["days"]) for one in found] == [
        ("2.25.2", "2021-06-01", -89),
        ("2.25.1", "2020-09-08", 177),
        ("2.25.3", None, None),
    ]
    assert {one["state"] for one in found} == {"not_read"}
    assert found[1]["viewer"].endswith("/hepatia?StudyInstanceUIDs=2.25.1")


def test_the_lesions_are_those_of_the_current_report(api, add, complete_answers):
    add("2.25.1", "20200908")
    reports = "/studies/2.25.1/reports"
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
    first = api("julia", "POST", reports, json=body)[1]
    written = api("ana", "POST", f"/reports/{first['sop_instance_uid']}/verify")[1]
    # A draft of somebody replaces nothing.
    api("rafael", "POST", reports, json=body | {"state": "draft", "answers": {}})
    [found] = api("ana", "GET", ROUTE)[1]["priors"]
    assert (found["state"], found["report"], found["author"]) == (
        "verified",
        written["sop_instance_uid"],
        "Costa^Julia",
    )
    assert found["nodules"] == [
        {
            "tracking_uid": first["nodules"][0]["tracking_uid"],
            "diameter_mm": 22.5,
            "location": ["VIII"],
            "lirads": "LR-5",
        }
    ]


def test_an_exam_that_has_only_a_draft_says_so(api, add):
    add("2.25.1", "20200908")
    api("ana", "POST", "/studies/2.25.1/reports", json={"template": "liver-ct", "state": "draft", "answers": {}})
    [found] = api("ana", "GET", ROUTE)[1]["priors"]
    assert (found["state"], found["report"], found["nodules"]) == ("draft", None, [])


def test_one_that_cannot_be_read_does_not_hide_the_others(api, add, archive, complete_answers):
    for uid, date in (("2.25.1", "20200908"), ("2.25.2", "20200101")):
        add(uid, date)
        body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
        written = api("ana", "POST", f"/studies/{uid}/reports", json=body)[1]["sop_instance_uid"]
    damaged = archive.folder / written
    damaged.write_bytes(damaged.read_bytes()[:-400])
    assert [one["state"] for one in api("ana", "GET", ROUTE)[1]["priors"]] == ["complete", "unreadable"]


def test_a_patient_may_have_no_other_exam(api):
    assert api("ana", "GET", ROUTE) == (200, {"priors": []})
    assert api("ana", "GET", "/studies/2.25.99/priors")[0] == 404


@pytest.mark.parametrize(
    ("earlier", "later", "between"),
    [
        ("2020-02-28", "2020-03-01", 2),
        ("2021-01-01", "2020-12-31", -1),
        (None, "2020-01-01", None),
        ("2020-13-01", "2020-01-01", None),
    ],
)
def test_days_between(earlier, later, between):
    assert priors.days(earlier, later) == between
