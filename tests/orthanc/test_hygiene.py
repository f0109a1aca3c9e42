"""Nothing is left behind: no thread, file, connection or process more, whatever is asked and however it ends."""

import os
import time
from pathlib import Path

import pytest

from tests.nested import nested
from tests.orthanc.installations import wait_for

pytestmark = pytest.mark.orthanc

ENDS = ("done", "failed", "cancelled")


@pytest.fixture(scope="module")
def instance(start_changed, temporary):
    return start_changed({}, TMPDIR=str(temporary))


def processes(instance):
    """Processes of an installation, by pid: name."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            if str(instance.data).encode() in said:
                found[int(process.name)] = (process / "comm").read_text().strip()
        except OSError:
            continue
    return found


def orthanc(instance):
    return next(pid for pid, name in processes(instance).items() if name == "Orthanc")


def held(instance):
    """How many threads and open files Orthanc has, and how many processes there are beside PostgreSQL's own."""
    pid = orthanc(instance)
    threads = len(os.listdir(f"/proc/{pid}/task"))
    others = [name for name in processes(instance).values() if name != "postgres"]
    return threads, len(os.listdir(f"/proc/{pid}/fd")), len(others)


def work(client, make_series, as_file):
    """Everything that begins something: uploads that fail, jobs that fail, exports that are cancelled."""
    sender, reader = client("sender"), client("radiologist")
    stored = [sender.post("/instances", content=as_file(one)) for one in make_series(3)]
    assert [one.status_code for one in stored] == [200] * 3
    for body in (b"", b"no DICOM", b"PK\3\4 no zip", nested(1000), as_file(make_series(1)[0])[:-9]):
        assert sender.post("/instances", content=body).status_code == 400
    for path in ("/hepatia/api/nothing", "/hepatia/api/studies/1.2.3", "/hepatia/api/series/1.2.3.nii.gz"):
        assert reader.get(path).status_code == 404
    assert reader.post("/hepatia/api/series/1.2.3/presegment", json={}).status_code in (404, 409, 503)
    asked = reader.post("/hepatia/api/exports", json={"name": "hygiene"})
    if asked.status_code == 202:
        path = f"/hepatia/api/exports/{asked.json()['id']}"
        reader.delete(path)
        wait_for(lambda: reader.get(path).status_code == 404 or reader.get(path).json()["state"] in ENDS)
    wait_for(lambda: client("admin").get("/hepatia/api/status").json()["index"]["pending"] == 0)


def settled(instance):
    """What is held once connections that nobody uses are closed."""
    before = None
    for _ in range(20):
        time.sleep(1)
        now = held(instance)
        if now == before:
            break
        before = now
    return now


def test_threads_files_and_processes_do_not_add_up(instance, client, make_series, as_file, temporary):
    for _ in range(3):
        work(client, make_series, as_file)
    first = settled(instance)
    for _ in range(6):
        work(client, make_series, as_file)
    after = settled(instance)
    # A pool may have grown by what was not needed at once before; six rounds would add far more if each left one.
    assert all(late <= early + 3 for early, late in zip(first, after, strict=True)), (first, after)
    left = [path.name for path in temporary.rglob("*") if path.is_file()]
    assert not left


def test_nothing_of_it_runs_after_the_stop(start_changed, suite, make_series, as_file):
    running = start_changed({})
    before = processes(running)
    assert {"Orthanc", "postgres"} <= set(before.values())
    suite.stop_process(running.process)
    wait_for(lambda: not processes(running), timeout_s=10)
    names = {path.name for path in running.data.iterdir()}
    assert "ready.json" not in names
    assert not [path for path in running.data.rglob("*.pid") if path.is_file()]
    assert not list((running.data / "orthanc").glob("*-journal"))


def test_logs_hold_no_value_and_are_few(instance):
    for path in (instance.data / "logs").iterdir():
        assert path.stat().st_size < 20 * 2**20
        text = path.read_bytes().lower()
        for word in (b"oliveira", b"joaquina", b"prontuario", b"quetzalvin"):
            assert word not in text, path.name
