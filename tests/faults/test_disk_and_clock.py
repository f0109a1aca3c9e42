"""A disk that is full or slow, a clock that jumps: nothing is lost, and all goes on when that is over."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.faults import checks
from tests.faults.looks import STATUS, doctor, is_well, kill, parts, pid_of, store, stored
from tests.orthanc.datasets import Http
from tests.orthanc.installations import _copy as copy_tree
from tests.orthanc.installations import wait_for

pytestmark = [pytest.mark.orthanc, pytest.mark.postgres]


@pytest.fixture(scope="module")
def disk(home):
    """A small disk of its own, where that can be had."""
    place = home / "disk"
    place.mkdir()
    size = ["-t", "tmpfs", "-o", "size=600m,mode=755", "none", str(place)]
    if os.geteuid() or subprocess.run(["mount", *size], capture_output=True).returncode:
        pytest.skip("a disk can only be filled where one may be mounted (root, and not every container)")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def test_disk_full(suite, disk):
    """Nothing is let in, and senders hear it; servers that end meanwhile come up when there is room again."""
    installation = suite.start_instance(disk / "data", demo=False)
    try:
        assert store(installation) == 200
        filler = disk / "filler"
        fill(filler, leave=60 * 2**20)
        assert store(installation) >= 400
        status, told = parts(installation)
        assert (status, told["disk"]["state"]) == ("degraded", "down")
        assert "LeastFreeMegabytes" in told["disk"]["remedy"]["en"]
        assert "!!  disk" in doctor(installation)
        fill(filler, leave=0)
        kill(installation, "PostgreSQL")
        kill(installation, "Orthanc")
        wait_for(lambda: "is full" in doctor(installation), timeout_s=60)
        filler.unlink()
        wait_for(lambda: is_well(installation), timeout_s=60)
        assert store(installation) == 200
        assert stored(installation) == 2
    finally:
        (disk / "filler").unlink(missing_ok=True)
        suite.stop_process(installation.process)
    checks.storage_is_whole(disk / "data")


def fill(path, leave):
    with path.open("ab") as file, contextlib.suppress(OSError):
        while True:
            found = os.statvfs(path)
            free = found.f_bavail * found.f_frsize - leave
            if free <= 0:
                return
            file.write(b"\0" * min(free, 1 << 20))
            file.flush()


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed; `make test` installs it")
def test_disk_slow(kept_up):
    """Each write of Orthanc's takes long: senders wait, nothing is refused, and nobody takes it for hanging."""
    pid = pid_of(kept_up, "Orthanc")
    calls = "write,pwrite64,fsync,fdatasync"
    slow = ["strace", "-qq", "-f", "-p", str(pid), "-e", f"trace={calls}", "-o", "/dev/null"]
    tracer = subprocess.Popen([*slow, "-e", f"inject={calls}:delay_enter=100000"])
    try:
        time.sleep(1)
        if tracer.poll() is not None:
            pytest.skip("processes may not be traced here")
        before, began = stored(kept_up), time.monotonic()
        assert [store(kept_up) for _ in range(3)] == [200] * 3
        assert time.monotonic() - began > 1, "it was not slow"
        assert stored(kept_up) == before + 3
        assert Http(kept_up, "scientist").get(STATUS).status_code == 200
    finally:
        tracer.terminate()
        tracer.wait()
    assert pid_of(kept_up, "Orthanc") == pid
    with contextlib.suppress(httpx.HTTPError):
        wait_for(lambda: is_well(kept_up), timeout_s=60)


FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


@pytest.mark.skipif(not FAKETIME.exists(), reason="faketime is not installed; `make test` installs it")
def test_clock_put_back(suite, home):
    """The clock jumps a year ahead, then to a month ago: all goes on, nothing is restarted, arrivals are counted."""
    tree, clock = home / "tree", home / "clock"
    copy_tree(tree, {})
    code = tree / "orthanc_plugin" / "commands" / "orthanc_server.py"
    variables = {
        "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    # Orthanc's clock alone: the library disturbs the pauses of Python that is not told to have it.
    mark = '"TCP_NODELAY": "1",'
    assert mark in code.read_text()
    code.write_text(code.read_text().replace(mark, f"{mark} **{variables},"))
    clock.write_text("+0d")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suite, "REPOSITORY", tree)
        installation = suite.start_instance(home / "clocked", demo=False)
    try:
        for number, jump in enumerate(("+0d", "+400d", "-30d"), 1):
            clock.write_text(jump)
            assert store(installation) == 200
            wait_for(lambda: is_well(installation))
            told = Http(installation, "admin").get(STATUS).json()
            assert told["arrivals"]["deidentified"] == number
            assert told["details"]["arrivals"]["stored"] == 1, "of the 24 hours before what the clock shows"
            wait_for(lambda: Http(installation, "admin").get(STATUS).json()["index"]["pending"] == 0)
        servers = json.loads((installation.data / "servers.json").read_text())
        assert {one["restarts"] for one in servers} == {0}
    finally:
        suite.stop_process(installation.process)
    assert checks.storage_is_whole(installation.data) == 3
