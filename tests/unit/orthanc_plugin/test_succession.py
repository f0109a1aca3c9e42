"""Of two versions that would replace the same one, the second hears of the first."""

import pytest

from orthanc_plugin import succession
from orthanc_plugin.errors import RequestError

STUDY = "2.25.1000"
ROUTE = f"/studies/{STUDY}/reports"


@pytest.fixture
def body(complete_answers):
    return {"template": "liver-ct", "state": "complete", "answers": complete_answers}


def test_a_report_is_replaced_once(api, archive, body):
    first = api("julia", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    second = api("ana", "POST", ROUTE, json=body | {"replaces": first})[1]["sop_instance_uid"]
    status, answer = api("julia", "POST", ROUTE, json=body | {"replaces": first})
    assert (status, answer["error"]["code"], answer["error"]["path"]) == (409, "newer_version", "replaces")
    assert archive.stored == [first, second]
    # Who has seen the newer one replaces that.
    assert api("julia", "POST", ROUTE, json=body | {"replaces": second})[0] == 201


def test_what_was_superseded_is_not_verified(api, body):
    first = api("julia", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    api("julia", "POST", ROUTE, json=body | {"replaces": first})
    status, answer = api("ana", "POST", f"/reports/{first}/verify")
    assert (status, answer["error"]["code"]) == (409, "newer_version")


def test_two_at_the_same_time_do_not_both_replace_it():
    with succession.turn("2.25.1"):
        with pytest.raises(RequestError), succession.turn("2.25.1"):
            pass
        with succession.turn("2.25.2"), succession.turn(None):
            pass
    with succession.turn("2.25.1"):
        pass
