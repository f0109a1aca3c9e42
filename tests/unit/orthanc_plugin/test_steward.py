import json

import pytest

from orthanc_plugin.deidentification.rules import Action
from orthanc_plugin.deidentification.trace import Deidentified, Done, Identity

STUDY = "2.25.1000"
NAME, PRIVATE, NESTED = (0x00100010,), (0x00291010,), (0x00081140, 0x00081155)


@pytest.fixture
def arrived(ledger):
    """Three instances, of which two had a private attribute, and one of another study."""
    plain = frozenset({Done(NAME, Action.DUMMY), Done(NESTED, Action.UID)})
    ledger.add(Deidentified(b"", Identity("HEP-1", STUDY, "2.25.2", "2.25.3"), "CT", plain))
    for number in (4, 5):
        done = plain | {Done(PRIVATE, Action.REMOVE)}
        ledger.add(Deidentified(b"", Identity("HEP-1", STUDY, "2.25.2", f"2.25.{number}"), "CT", done))
    ledger.add(Deidentified(b"", Identity("HEP-2", "2.25.9", "2.25.8", "2.25.7"), "CT", plain))


def test_the_report_counts_the_instances_of_the_study_by_attribute_and_action(api, arrived):
    status, told = api("paulo", "GET", f"/studies/{STUDY}/deidentification")
    assert (status, told["instances"]) == (200, 3)
    assert [(one["path"], one["name"], one["action"], one["instances"]) for one in told["attributes"]] == [
        ("(0008,1140)/(0008,1155)", "Referenced SOP Instance UID", "uid", 3),
        ("(0010,0010)", "Patient's Name", "dummy", 3),
        ("(0029,1010)", "private", "remove", 2),
    ]
    assert {"113105", "113107", "113108"} <= {option["code"] for option in told["options"]}


def test_an_instance_that_arrives_again_is_counted_once(api, arrived, ledger):
    again = Deidentified(b"", Identity("HEP-1", STUDY, "2.25.2", "2.25.3"), "CT", frozenset())
    ledger.add(again)
    told = api("paulo", "GET", f"/studies/{STUDY}/deidentification")[1]
    assert told["instances"] == 3
    assert {one["instances"] for one in told["attributes"]} == {2}


def test_the_report_is_readable_as_a_page(call, arrived):
    page = call("ana", "GET", f"/hepatia/api/studies/{STUDY}/deidentification.html")
    assert page.status_code == 200
    assert page.mimetype == "text/html"
    for text in (STUDY, "3 instances", "(0008,1140)/(0008,1155)", "Referenced SOP Instance UID", "113107"):
        assert text in page.text


def test_a_study_of_which_nothing_arrived_has_no_report(api, arrived):
    for path in ("deidentification", "deidentification.html"):
        assert api("ana", "GET", f"/studies/2.25.77/{path}")[0] == 404


def test_pseudonyms_are_given_in_order_to_the_admin(api, app):
    keys = app.extensions["hepatia"].keys
    body = {"patients": [{"patient_id": "00123"}, {"patient_id": "00123", "issuer": "HOSPITAL"}]}
    status, told = api("admin", "POST", "/pseudonyms", json=body)
    assert status == 200
    assert told == {"pseudonyms": [keys.pseudonym("00123", ""), keys.pseudonym("00123", "HOSPITAL")]}
    assert "00123" not in json.dumps(told)


@pytest.mark.parametrize("login", ["ana", "rafael", "julia", "paulo"])
def test_pseudonyms_are_for_the_admin_alone(api, login):
    status, told = api(login, "POST", "/pseudonyms", json={"patients": [{"patient_id": "00123"}]})
    assert (status, told["error"]["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "patients"),
        ({"patients": []}, "patients"),
        ({"patients": "00123"}, "patients"),
        ({"patients": [{"patient_id": "1"}, {}]}, "patients.1"),
        ({"patients": [{"patient_id": " "}]}, "patients.0"),
        ({"patients": ["00123"]}, "patients.0"),
        ({"patients": [{"patient_id": "1", "issuer": 5}]}, "patients.0"),
    ],
)
def test_what_names_no_patient_is_refused_without_repeating_it(api, body, path):
    status, told = api("admin", "POST", "/pseudonyms", json=body)
    assert (status, told["error"]["path"]) == (422, path)
    assert "00123" not in json.dumps(told)
