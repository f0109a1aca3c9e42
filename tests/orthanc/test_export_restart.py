"""A dataset goes on after Orthanc was stopped or killed, and is the same as one that nothing has interrupted."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests.orthanc.datasets import Api, Exam, table

pytestmark = pytest.mark.orthanc

SETTINGS = {'"RemoteSenders"': '"ExportPartMegabytes": 1, "RemoteSenders"'}
ASKED = {"query": "study.phase=arterial", "include": {"images": "nifti", "masks": "none"}}


def orthanc_of(supervisor):
    """The process of Orthanc below `hepatia run`."""
    for child in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
        if "Orthanc" in Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")[0]:
            return int(child)
    raise AssertionError("no Orthanc")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_export_goes_on_behind_the_parts_that_are_whole(start_changed, suite, how):
    instance = start_changed(SETTINGS)
    for number in range(4):
        Exam(instance, number)
    api = Api(instance, "scientist")
    whole = api.files(api.make(**ASKED))
    identifier = api.begin(**ASKED)
    progress = instance.data / "exports" / identifier / "progress.json"
    api.wait(identifier, until=lambda one: progress.exists() or one["state"] != "running")
    assert api.get(identifier)["state"] == "running"
    if how == signal.SIGKILL:
        os.kill(orthanc_of(instance.process.pid), how)
    suite.stop_process(instance.process)
    before = json.loads(progress.read_text())["parts"]
    times = {one["name"]: (progress.parent / one["name"]).stat().st_mtime_ns for one in before}
    assert before
    again = start_changed(SETTINGS, data=instance.data)
    api = Api(again, "scientist")
    made = api.wait(identifier)
    assert (made["state"], made["parts"][: len(before)]) == ("done", before)
    assert {name: (progress.parent / name).stat().st_mtime_ns for name in times} == times, "not made anew"
    files = api.files(made)
    assert files.keys() == whole.keys()
    assert {name for name in files if files[name] != whole[name]} <= {"dataset.json", "checksums.sha256"}
    assert len(table(files, "manifest.csv")) == 8


def test_a_full_disk_is_told_before_anything_is_written(start_changed):
    instance = start_changed({'"RemoteSenders"': '"ExportReserveMegabytes": 1000000000, "RemoteSenders"'})
    Exam(instance, 1, phases=("arterial",))
    answer = Api(instance, "scientist").ask(query="")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (507, "disk_full")
    assert "ExportReserveMegabytes" in error["message"]
    assert not list((instance.data / "exports").glob("*/"))
