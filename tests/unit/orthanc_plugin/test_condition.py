"""What the status page tells: arrivals by the hour, what is wrong and what to do about it."""

import re
from pathlib import Path

import pytest

from orthanc_plugin import condition, index_failures, refusal_reasons
from orthanc_plugin.arrival_history import DAY_S, FLUSH_S, HOUR_S, History
from orthanc_plugin.deidentification import pixels

NOW = 1_800_000_000 // HOUR_S * HOUR_S + 60.0
SOURCES = Path(__file__).resolve().parents[3] / "orthanc_plugin"


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def opened(tmp_path, clock):
    return lambda: History(tmp_path / "arrivals.sqlite", clock)


def words_of_refusals():
    """Every word that the sources refuse with."""
    text = "\n".join(path.read_text() for path in SOURCES.rglob("*.py"))
    said = re.findall(r'(?:Refuse|StructureError|PixelPolicyError)\(\s*"([a-z_]+)"', text)
    return {*said, *re.findall(r'arrivals\.refused\("([a-z_]+)"', text)} | {
        rule.reason for rule in (*pixels.FIRST, *pixels.RULES) if rule.then == "refuse"
    }


def test_every_reason_of_a_refusal_has_a_remedy_in_both_languages():
    found = words_of_refusals()
    assert found == set(refusal_reasons.REASONS)
    for reason in found:
        told = refusal_reasons.of(reason)
        for text in (told.title, told.remedy):
            assert text.en
            assert text.pt
            assert text.en != text.pt
    assert refusal_reasons.of("no_pet") is refusal_reasons.OWN_RULE


def test_what_is_documented_is_what_is_counted():
    page = (SOURCES.parent / "docs" / "deidentification.md").read_text()
    table = page.split("| reason (counted in")[1].split("\n\n")[0]
    documented = {word for line in table.splitlines() for word in re.findall(r"`([a-z_]+)`", line.split("|")[1])}
    assert documented == set(refusal_reasons.REASONS)


def test_arrivals_of_each_hour_survive_a_restart(opened, clock):
    first = opened()
    for study in ("1.2", "1.2", "1.3"):
        first.add("C-STORE", study_instance_uid=study)
    clock.now += FLUSH_S
    first.add("REST", "corrupt")
    # Killed here: what was written at most a second ago stays.
    clock.now += HOUR_S
    second = opened()
    second.add("C-STORE", study_instance_uid="1.2")
    second.add("REST", "corrupt")
    second.close()
    hours, studies = opened().recent()
    at = int(NOW) // HOUR_S
    assert [(one.hour - at, one.way, one.reason, one.count) for one in hours] == [
        (0, "C-STORE", "", 3),
        (0, "REST", "corrupt", 1),
        (1, "C-STORE", "", 1),
        (1, "REST", "corrupt", 1),
    ]
    assert studies == {at: 2, at + 1: 1}
    clock.now += DAY_S
    assert opened().recent() == ([], {})


def test_growth_is_that_of_the_last_days(opened, clock):
    history = opened()
    assert history.used(1000) is None
    clock.now += 4 * DAY_S
    assert history.used(3000) == 500
    clock.now += 20 * DAY_S
    assert history.used(9000) is None, "nothing is known of the last two weeks"


def test_days_of_the_disk_are_told(api, clock, history):
    answer = api("ana", "GET", "/status")[1]["details"]
    assert answer["disk"]["days_left"] is None
    history.used(0)
    disk = {"days_left": 3, "free": 5e12, "total": 6e12}
    part = condition.Condition._disk(disk)
    assert (part["state"], part["fact"]["pt"]) == ("attention", "5,0 TB livres de 6,0 TB, 3 dias restantes")
    assert part["remedy"]["en"]


def test_status_tells_parts_arrivals_and_what_to_do(api, history):
    history.add("C-STORE", "corrupt")
    history.add("STOW-RS", "corrupt")
    history.add("C-STORE", study_instance_uid="1.2")
    told = api("paulo", "GET", "/status")[1]["details"]
    parts = {one["id"]: one for one in told["parts"]}
    assert parts["orthanc"]["versions"] == {"orthanc": "1.10.1", "dicomweb": "1.7", "python": "4.0"}
    assert (parts["database"]["state"], parts["index"]["state"]) == ("down", "down")
    assert "Dsn" in parts["database"]["remedy"]["en"]
    assert (told["arrivals"]["stored"], told["arrivals"]["refused"]) == (1, 2)
    assert len(told["arrivals"]["hours"]) == 24
    assert told["arrivals"]["hours"][-1] | {"hour": ""} == {"hour": "", "stored": 1, "refused": 2, "studies": 1}
    [reason] = told["arrivals"]["reasons"]
    assert (reason["reason"], reason["count"]) == ("corrupt", 2)
    assert [(one["way"], one["count"]) for one in reason["from"]] == [("C-STORE", 1), ("STOW-RS", 1)]
    assert told["index"]["counts"]["studies"] == {"indexed": 0, "dicom": 1}


@pytest.mark.parametrize("reason", ["The object cannot be read (ValueError).", "Another grid.", "Anything else"])
def test_every_failure_of_the_index_has_a_remedy(reason):
    assert index_failures.remedy(reason).pt


def test_only_the_admin_keeps_the_index(api):
    for route in ("/index/retry", "/index/rebuild"):
        assert api("ana", "POST", route)[0] == 403
