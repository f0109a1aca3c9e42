"""Parts, progress and age of datasets, without a server."""

import json
import os
import time
import zipfile
from dataclasses import replace
from threading import Event

import pytest

from orthanc_plugin.errors import RequestError
from orthanc_plugin.exporting import dataset, exports, request
from orthanc_plugin.exporting.exports import DAY_S, Sweeper
from orthanc_plugin.exporting.parts import DiskFull, Parts
from orthanc_plugin.exporting.progress import Progress
from orthanc_plugin.exporting.request import Asked, Include
from orthanc_plugin.exporting.scans import Written
from orthanc_plugin.job_files import DONE, FAILED, RUNNING, Job, save
from orthanc_plugin.jobs import Jobs
from orthanc_plugin.users import User

ANA = User("ana", "scientist", "Souza^Ana")


def row(series):
    return {"study_instance_uid": "1.2", "series_instance_uid": series, "acquisition_number": ""}


def add(parts, progress, series, size=600):
    """A scan whose bytes no compression makes smaller."""
    parts.begin(size)
    path = f"images/{series}.nii.gz"
    progress.add(Written(row(series), [(path, parts.add(path, os.urandom(size)))]))


@pytest.fixture
def making(tmp_path):
    def start(reserve=0):
        progress = Progress(tmp_path)
        return Parts(tmp_path, "hcc", 1000, reserve, progress.parts, progress.completed), progress

    return start


def test_a_part_ends_before_it_becomes_too_large(making, tmp_path):
    parts, progress = making()
    for series in ("1.1", "1.2", "1.3"):
        add(parts, progress, series)
    parts.complete()
    assert [one.name for one in parts.done] == ["hcc-1.zip", "hcc-2.zip", "hcc-3.zip"]
    for one in parts.done:
        with zipfile.ZipFile(tmp_path / one.name) as opened:
            assert len(opened.namelist()) == 1
    assert [one.row["series_instance_uid"] for one in progress.written()] == ["1.1", "1.2", "1.3"]


def test_what_was_in_no_whole_part_is_forgotten_by_the_next_start(making, tmp_path):
    parts, progress = making()
    for series in ("1.1", "1.2"):
        add(parts, progress, series)
    # Killed here: the second is in a part that nobody has ended. And a line more than was told complete:
    with (tmp_path / "scans.jsonl").open("a") as file:
        file.write(json.dumps({"row": row("1.9"), "files": []}) + "\n")
    parts, progress = making()
    assert progress.done == {("1.2", "1.1", "")}
    assert [one.name for one in parts.done] == ["hcc-1.zip"]
    add(parts, progress, "1.2")
    parts.complete()
    assert [one.row["series_instance_uid"] for one in progress.written()] == ["1.1", "1.2"]
    assert sorted(path.name for path in tmp_path.glob("*.zip")) == ["hcc-1.zip", "hcc-2.zip"]


def test_no_part_is_begun_where_the_disk_would_be_full(making):
    parts, progress = making(reserve=1 << 60)
    with pytest.raises(DiskFull, match="ExportReserveMegabytes"):
        add(parts, progress, "1.1")


def test_two_scans_of_one_phase_have_two_names():
    assert dataset.stems(["arterial", "other", "arterial"]) == ["arterial", "other", "arterial_2"]


@pytest.mark.parametrize(
    ("name", "file"), [("Cirrose & CHC, 2021", "cirrose-chc-2021"), ("../../etc", "etc"), ("肝", "dataset")]
)
def test_files_have_names_that_every_system_takes(name, file):
    assert Asked(name, "", "", Include()).file_name == file


@pytest.mark.parametrize("given", [[], "nifti", {"images": ["nifti"]}, {"answers": 1}])
def test_what_to_include_is_checked(given):
    with pytest.raises(RequestError):
        request.include(given)


def test_datasets_go_when_they_are_old_and_files_when_nobody_knows_them(tmp_path):
    def job(name, state, ended):
        save(tmp_path, Job(name, "export", ANA, {}, ended - 10, state, ended=ended, outcome={"parts": []}))
        (tmp_path / name).mkdir()

    now = time.time()
    job("old", DONE, now - 31 * DAY_S)
    job("young", DONE, now - 29 * DAY_S)
    job("failed", FAILED, now - DAY_S)
    job("running", RUNNING, now)
    (tmp_path / "unknown").mkdir()
    jobs = Jobs(tmp_path, {}, Event())
    Sweeper(tmp_path, 30).sweep(jobs)
    assert {path.name for path in tmp_path.glob("*/")} == {"young", "running"}
    assert {one.id for one in jobs.recent()} == {"young", "failed", "running"}


def test_a_cancelled_export_is_not_called_failed():
    ended = Job("1", "export", ANA, {}, 0.0, FAILED, error={"code": "cancelled", "message": "The job was cancelled."})
    assert exports.state(ended) == "cancelled"
    assert exports.state(replace(ended, error={"code": "disk_full", "message": ""})) == FAILED
