"""The queue with a real server: places, cancelling, time limits, and either side killed."""

import os
import signal
import subprocess

import pytest

from tests.monailabel.conftest import TIMEOUT_S
from tests.orthanc.installations import wait_for

pytestmark = pytest.mark.monailabel


def at_work(site, job):
    """Wait until the server works on a job."""
    wait_for(lambda: site.job(job)["step"] == "command", TIMEOUT_S)


def test_others_wait_see_their_place_and_the_rest_answers(site, study):
    first = site.submit(study["arterial"], "endless")
    others = [site.submit(study["arterial"], "command") for _ in range(3)]
    at_work(site, first)
    assert [site.job(job)["place"] for job in (first, *others)] == [0, 1, 2, 3]
    assert {site.job(job)["state"] for job in others} == {"running"}
    assert site.status() == "ok"
    refused = site.ask(study["arterial"], "command")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "queue_full")
    assert site.others["student"].delete(f"/jobs/{first}").status_code == 403
    assert site.others["admin"].delete(f"/jobs/{others[0]}").json()["error"]["code"] == "cancelled"
    assert site.reader.delete(f"/jobs/{first}").status_code == 200
    assert site.ended(first)["error"]["code"] == "cancelled"
    assert [site.ended(job)["state"] for job in others[1:]] == ["done", "done"]
    assert _commands(site) == []


def test_a_job_that_is_late_is_ended_with_its_command(site, study):
    job = site.ended(site.submit(study["arterial"], "endless"))
    assert job["error"]["code"] == "timeout"
    assert site.done(study["arterial"], "command")
    assert _commands(site) == []


def test_a_server_that_is_killed_comes_back_and_the_job_is_done(site, study):
    job = site.submit(study["arterial"], "slow")
    at_work(site, job)
    site.kill_server()
    wait_for(lambda: site.status() in ("down", "starting"))
    assert site.ended(job)["state"] == "done"
    assert site.temporary_files() == []


def test_a_job_outlives_orthanc(site, study):
    job, waiting = site.submit(study["arterial"], "slow"), site.submit(study["portal_venous"], "command")
    at_work(site, job)
    os.kill(_orthanc(site), signal.SIGKILL)
    wait_for(lambda: _answers(site), 60)
    ended = [site.ended(one) for one in (job, waiting)]
    assert [one["state"] for one in ended] == ["done", "done"]
    found = site.reader.get(f"/segmentations/{ended[0]['segmentation']}").json()
    assert found["source_series_instance_uid"] == study["arterial"]


def _answers(site):
    return site.reader.get("/status").status_code == 200


def _orthanc(site):
    mine = str(site.data / "configuration")
    found = subprocess.run(["pgrep", "-f", f"/usr/sbin/Orthanc {mine}"], capture_output=True, text=True, check=True)
    return int(found.stdout.split()[0])


def _commands(site):
    """Processes of commands that are left."""
    inside = str(site.data / "monailabel" / "tmp")
    found = subprocess.run(["pgrep", "-f", f"command.py {inside}"], capture_output=True, text=True, check=False)
    return found.stdout.split()
