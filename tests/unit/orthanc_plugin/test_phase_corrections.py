"""A reader corrects the phase of a series: kept in the SR, and preferred from then on."""

from datetime import datetime

import pytest

CT = "2.25.1001"
STUDY = "/studies/2.25.1000"
DRAFT = {"template": "liver-ct", "answers": {}, "state": "draft"}


@pytest.fixture
def save(api):
    """Save a draft; gives its SOP Instance UID."""

    def post(login="ana", **more):
        status, answer = api(login, "POST", f"{STUDY}/reports", json=DRAFT | more)
        assert status == 201, answer
        return answer["sop_instance_uid"]

    return post


@pytest.fixture
def shown(api):
    """What is told of the CT series."""

    def get():
        [series] = [one for one in api("ana", "GET", STUDY)[1]["series"] if one["modality"] == "CT"]
        return series["phase"], series["phase_confidence"], series["phase_reason"]

    return get


def test_a_correction_is_kept_in_the_report_and_preferred(api, save, shown):
    assert shown()[0] == "portal_venous"
    sop = save(phases={CT: "arterial"})
    assert api("paulo", "GET", f"/reports/{sop}")[1]["phases"] == {CT: "arterial"}
    assert shown() == ("arterial", 1.0, f"Corrected by Ana Souza on {datetime.now():%Y-%m-%d}.")


def test_a_new_version_keeps_it_unless_it_says_otherwise(api, save, shown):
    first = save(phases={CT: "arterial"})
    second = save(replaces=first)
    assert api("ana", "GET", f"/reports/{second}")[1]["phases"] == {CT: "arterial"}
    assert shown()[0] == "arterial"
    third = save(replaces=second, phases={CT: "other"})
    assert shown()[0] == "other"
    save(replaces=third, phases={CT: None})
    assert shown()[0] == "portal_venous"


def test_the_newest_of_several_readers_counts(save, shown):
    save(phases={CT: "arterial"})
    save("rafael", phases={CT: "equilibrium"})
    assert shown()[:2] == ("equilibrium", 1.0)
    assert "Rafael Lima" in shown()[2]


def test_verifying_keeps_it(api, shown, complete_answers):
    body = {"template": "liver-ct", "answers": complete_answers, "state": "complete", "phases": {CT: "arterial"}}
    _, written = api("rafael", "POST", f"{STUDY}/reports", json=body)
    _, verified = api("ana", "POST", f"/reports/{written['sop_instance_uid']}/verify", json={})
    assert api("ana", "GET", f"/reports/{verified['sop_instance_uid']}")[1]["phases"] == {CT: "arterial"}
    assert shown()[0] == "arterial"


@pytest.mark.parametrize(
    ("phases", "path"),
    [
        ({"1.2.3": "arterial"}, "phases.1.2.3"),
        ({CT: "late"}, f"phases.{CT}"),
        ({CT: 3}, f"phases.{CT}"),
        ([CT], "phases"),
    ],
)
def test_what_is_not_known_is_422_with_its_path(api, archive, phases, path):
    status, answer = api("ana", "POST", f"{STUDY}/reports", json=DRAFT | {"phases": phases})
    assert (status, answer["error"]["path"]) == (422, path)
    assert archive.stored == []
