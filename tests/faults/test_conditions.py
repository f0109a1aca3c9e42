"""What goes wrong around an installation: it says what, refuses rather than loses, and goes on when the cause is gone.

Each test is a line of docs/conditions.md; a test of that table looks for its name here.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
import pytest

from tests.faults import checks
from tests.orthanc.conftest import ct_series, file_bytes
from tests.orthanc.datasets import Http
from tests.orthanc.installations import _copy as copy_tree
from tests.orthanc.installations import wait_for

pytestmark = [pytest.mark.orthanc, pytest.mark.postgres]

STATUS = "/hepatia/api/status"


@pytest.fixture(scope="module")
def home():
    made = Path(tempfile.mkdtemp(prefix="hepatia-conditions-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


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


@pytest.fixture(scope="module")
def installation(suite, home):
    running = suite.start_instance(home / "data", demo=False)
    yield running
    suite.stop_process(running.process)


def store(installation):
    """HTTP status that a sender gets for one instance."""
    return Http(installation, "sender").post("/instances", content=file_bytes(ct_series(1)[0])).status_code


def stored(installation):
    return Http(installation, "admin").get("/statistics").json()["CountInstances"]


def parts(installation):
    told = Http(installation, "scientist").get(STATUS).json()
    return told["status"], {one["id"]: one for one in told["details"]["parts"]}


def is_well(installation):
    answer = Http(installation, "scientist").get(STATUS)
    return answer.status_code == 200 and answer.json()["status"] == "ok"


def kill(installation, name, number=signal.SIGKILL):
    pid = json.loads((installation.data / "run" / f"{name}.json").read_text())["pid"]
    os.kill(pid, number)
    return pid


def said(installation, words):
    """Whether the supervisor has said something."""
    return words in (installation.data / "run.log").read_text()


def doctor(installation, *more):
    found = checks.hepatia(installation, "doctor", *more)
    assert "Traceback" not in found.stderr, found.stderr
    return found.stdout


def test_port_taken(suite, home):
    """It waits, names who holds the port, and comes up when that ends."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        variables = {"DATA": str(home / "port"), "HTTP_PORT": str(port), "DICOM_PORT": str(suite.free_port())}
        command = [*checks.COMMAND, "run"]
        environment = {"PATH": os.environ["PATH"], "AI": "0", "DEMO": "0"} | variables
        with (home / "port.log").open("wb") as output:
            process = subprocess.Popen(command, cwd=checks.REPOSITORY, env=environment, stdout=output, stderr=output)
        try:
            taken = f"The port {port} (HTTP_PORT) is taken by"
            wait_for(lambda: taken in (home / "port.log").read_text(), timeout_s=60)
            assert f"(process {os.getpid()})" in (home / "port.log").read_text()
            time.sleep(5)
            assert (home / "port.log").read_text().count(taken) == 1, "the same is not said again and again"
            other.close()
            wait_for((home / "port" / "ready.json").exists, timeout_s=60)
        finally:
            suite.stop_process(process)


def test_secret_missing(installation):
    """Everything is refused; no restart makes another secret; the same one from a backup is taken at once."""
    path = installation.data / "secret.key"
    kept, before = path.read_text(), stored(installation)
    path.unlink()
    assert store(installation) == 500
    status, told = parts(installation)
    assert (status, told["hepatia"]["state"]) == ("degraded", "attention")
    assert "secret.key" in told["hepatia"]["remedy"]["en"]
    assert "secret.key is gone" in doctor(installation)
    kill(installation, "Orthanc")
    wait_for(lambda: said(installation, "secret.key is gone"), timeout_s=60)
    assert not path.exists()
    assert "secret.key is gone" in doctor(installation)
    path.write_text("ab" * 32)
    wait_for(lambda: said(installation, "is not the secret that this archive was made with"), timeout_s=60)
    path.write_text(kept)
    path.chmod(0o600)
    wait_for(lambda: is_well(installation), timeout_s=60)
    assert store(installation) == 200
    assert stored(installation) == before + 1


def test_secret_put_back_while_running(installation):
    """Put back as another file, it is the same secret: no restart is needed."""
    path = installation.data / "secret.key"
    kept = path.read_text()
    path.unlink()
    assert store(installation) == 500
    path.write_text(kept)
    path.chmod(0o600)
    assert store(installation) == 200
    assert is_well(installation)


def test_database_down(installation):
    """Arrivals and reading go on; the status says why; the index catches up."""
    kill(installation, "PostgreSQL", signal.SIGSTOP)
    try:
        wait_for(lambda: parts(installation)[1]["database"]["state"] == "down", timeout_s=60)
        assert store(installation) == 200
        assert Http(installation, "scientist").get("/hepatia/api/search").status_code == 503
        assert "!!  database" in doctor(installation)
    finally:
        with contextlib.suppress(ProcessLookupError):
            kill(installation, "PostgreSQL", signal.SIGCONT)
    wait_for(lambda: is_well(installation), timeout_s=60)
    wait_for(lambda: Http(installation, "admin").get(STATUS).json()["index"]["pending"] == 0, timeout_s=60)


def test_wrong_permissions(installation):
    """PostgreSQL's files belong to somebody else: it says which and what to do, and comes up when that is done."""
    cluster = installation.data / "postgresql" / "cluster"
    control = cluster / "global"
    owner, mode = control.stat(), control.stat().st_mode
    os.chown(control, 0, 0) if os.geteuid() == 0 else control.chmod(0)
    kill(installation, "PostgreSQL")
    try:
        where = "belongs to another account" if os.geteuid() == 0 else "PostgreSQL"
        wait_for(lambda: said(installation, where), timeout_s=60)
        wait_for(lambda: where in parts(installation)[1]["database"]["fact"]["en"], timeout_s=60)
        assert where in doctor(installation)
        assert store(installation) == 200
        assert cluster.exists(), "what may not be read is not damaged"
    finally:
        os.chown(control, owner.st_uid, owner.st_gid) if os.geteuid() == 0 else control.chmod(mode)
    wait_for(lambda: is_well(installation), timeout_s=60)


def test_index_damaged(installation):
    """PostgreSQL's files are damaged: they are put aside, and the index is made again, by itself."""
    before = Http(installation, "scientist").get(STATUS).json()["index"]["studies"]
    control = installation.data / "postgresql" / "cluster" / "global" / "pg_control"
    control.write_bytes(b"\0" * control.stat().st_size)
    kill(installation, "PostgreSQL")
    wait_for(lambda: said(installation, "were put aside"), timeout_s=90)
    wait_for(lambda: is_well(installation), timeout_s=90)
    count = lambda: Http(installation, "scientist").get(STATUS).json()["index"]  # noqa: E731
    wait_for(lambda: (count()["studies"], count()["pending"]) == (before, 0), timeout_s=60)


def test_stored_file_damaged(installation, home):
    """`hepatia doctor --files` finds it, the status says it, a backup brings it back."""
    assert store(installation) == 200
    assert checks.hepatia(installation, "backup", str(home / "backups")).returncode == 0
    one = max((installation.data / "orthanc").glob("??/??/*"), key=lambda path: path.stat().st_mtime)
    whole = one.read_bytes()
    one.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "1 stored files are damaged or lost" in doctor(installation, "--files")
    assert parts(installation)[1]["orthanc"]["state"] == "attention"
    assert checks.hepatia(installation, "repair", str(home / "backups")).returncode == 0
    assert one.read_bytes() == whole
    assert "every stored file is as it was stored" in doctor(installation, "--files")
    assert parts(installation)[1]["orthanc"]["state"] == "ok"


def test_server_hangs(installation):
    """An Orthanc that accepts but does not answer, and does nothing, is ended and started again."""
    pid = kill(installation, "Orthanc", signal.SIGSTOP)
    wait_for(lambda: said(installation, "does nothing; ending it"), timeout_s=90)
    wait_for(lambda: is_well(installation), timeout_s=60)
    assert json.loads((installation.data / "run" / "Orthanc.json").read_text())["pid"] != pid
    assert store(installation) == 200


def test_supervisor_killed(suite, home):
    """Its servers end, or the next start ends them, also one that cannot hear; nothing is lost."""
    data = home / "orphans"
    first = suite.start_instance(data, demo=False)
    assert store(first) == 200
    kill(first, "Orthanc", signal.SIGSTOP)
    pid = json.loads((data / "run" / "Orthanc.json").read_text())["pid"]
    first.process.kill()
    first.process.wait()
    ports = {"HTTP_PORT": first.url.rpartition(":")[2], "DICOM_PORT": str(first.dicom_port)}
    again = suite.start_instance(data, demo=False, **ports)
    try:
        assert not Path(f"/proc/{pid}").exists()
        assert (stored(again), store(again)) == (1, 200)
    finally:
        suite.stop_process(again.process)


def test_disk_full(suite, disk):
    """Nothing is let in, and senders hear it; servers that end meanwhile come up when there is room again."""
    installation = suite.start_instance(disk / "data", demo=False)
    try:
        assert store(installation) == 200
        filler = disk / "filler"
        fill(filler, leave=60 * 2**20)
        assert store(installation) == 500
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
def test_disk_slow(installation):
    """Each write of Orthanc's takes long: senders wait, nothing is refused, and nobody takes it for hanging."""
    pid = json.loads((installation.data / "run" / "Orthanc.json").read_text())["pid"]
    calls = "write,pwrite64,fsync,fdatasync"
    slow = ["strace", "-qq", "-f", "-p", str(pid), "-e", f"trace={calls}", "-o", "/dev/null"]
    tracer = subprocess.Popen([*slow, "-e", f"inject={calls}:delay_enter=100000"])
    try:
        time.sleep(1)
        if tracer.poll() is not None:
            pytest.skip("processes may not be traced here")
        before, began = stored(installation), time.monotonic()
        assert [store(installation) for _ in range(3)] == [200] * 3
        assert time.monotonic() - began > 1, "it was not slow"
        assert stored(installation) == before + 3
        assert Http(installation, "scientist").get(STATUS).status_code == 200
    finally:
        tracer.terminate()
        tracer.wait()
    assert json.loads((installation.data / "run" / "Orthanc.json").read_text())["pid"] == pid
    with contextlib.suppress(httpx.HTTPError):
        wait_for(lambda: is_well(installation), timeout_s=60)


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
    code.write_text(code.read_text().replace("PASSED_ON = (", f"PASSED_ON = (*{tuple(variables)}, "))
    clock.write_text("+0d")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suite, "REPOSITORY", tree)
        installation = suite.start_instance(home / "clocked", demo=False, **variables)
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
