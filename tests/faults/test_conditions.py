"""What goes wrong around an installation: it says what, refuses rather than loses, and goes on when the cause is gone.

Each test is a line of docs/failures.md; a test of that table looks for its name here.
"""

import os
import signal
import socket
import subprocess
import time

import pytest

from orthanc_plugin.commands import leftovers
from tests.faults import checks
from tests.faults.looks import STATUS, doctor, is_well, kill, parts, pid_of, said, store, stored
from tests.orthanc.datasets import Http
from tests.orthanc.installations import wait_for

pytestmark = [pytest.mark.orthanc, pytest.mark.postgres]

#: Half a minute of silence until a server is taken for hanging is for the soak.
LONG = pytest.mark.skipif("FAULTS" not in os.environ, reason="`make soak` runs it")


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


def test_secret_missing(kept_up):
    """Everything is refused; no restart makes another secret; the same one from a backup is taken at once."""
    path = kept_up.data / "secret.key"
    kept, before = path.read_text(), stored(kept_up)
    path.unlink()
    assert store(kept_up) >= 400
    status, told = parts(kept_up)
    assert (status, told["hepatia"]["state"]) == ("degraded", "attention")
    assert "secret.key" in told["hepatia"]["remedy"]["en"]
    assert "secret.key is gone" in doctor(kept_up)
    kill(kept_up, "Orthanc")
    wait_for(lambda: said(kept_up, "secret.key is gone"), timeout_s=60)
    assert not path.exists()
    assert "secret.key is gone" in doctor(kept_up)
    path.write_text("ab" * 32)
    wait_for(lambda: said(kept_up, "is not the secret that this archive was made with"), timeout_s=60)
    path.write_text(kept)
    path.chmod(0o600)
    wait_for(lambda: is_well(kept_up), timeout_s=60)
    assert store(kept_up) == 200
    assert stored(kept_up) == before + 1


def test_secret_put_back_while_running(kept_up):
    """Put back as another file, it is the same secret: no restart is needed."""
    path = kept_up.data / "secret.key"
    kept = path.read_text()
    path.unlink()
    assert store(kept_up) >= 400
    path.write_text(kept)
    path.chmod(0o600)
    assert store(kept_up) == 200
    assert is_well(kept_up)


@LONG
def test_database_down(kept_up):
    """Even one that hangs: arrivals go on, it is ended and started again, and the index catches up."""
    pid, before = kill(kept_up, "PostgreSQL", signal.SIGSTOP), stored(kept_up)
    assert store(kept_up) == 200
    wait_for(lambda: said(kept_up, "PostgreSQL has not answered"), timeout_s=90)
    wait_for(lambda: is_well(kept_up), timeout_s=90)
    assert pid_of(kept_up, "PostgreSQL") != pid
    wait_for(lambda: Http(kept_up, "admin").get(STATUS).json()["index"]["pending"] == 0, timeout_s=60)
    assert stored(kept_up) == before + 1


def test_wrong_permissions(kept_up):
    """PostgreSQL's files belong to somebody else: it says which and what to do, and comes up when that is done."""
    cluster = kept_up.data / "postgresql" / "cluster"
    control = cluster / "global" / "pg_control"
    owner, mode = control.stat(), control.stat().st_mode
    os.chown(control, 0, 0) if os.geteuid() == 0 else control.chmod(0)
    kill(kept_up, "PostgreSQL")
    try:
        where = "belongs to another account" if os.geteuid() == 0 else "PostgreSQL"
        wait_for(lambda: said(kept_up, where), timeout_s=60)
        wait_for(lambda: where in parts(kept_up)[1]["database"]["fact"]["en"], timeout_s=60)
        assert where in doctor(kept_up)
        assert "!!  database" in doctor(kept_up)
        assert Http(kept_up, "scientist").get("/hepatia/api/search").status_code == 503
        assert store(kept_up) == 200
        assert cluster.exists(), "what may not be read is not damaged"
    finally:
        os.chown(control, owner.st_uid, owner.st_gid) if os.geteuid() == 0 else control.chmod(mode)
    wait_for(lambda: is_well(kept_up), timeout_s=60)


def test_index_damaged(kept_up):
    """PostgreSQL's files are damaged: they are put aside, and the index is made again, by itself."""
    count = lambda: Http(kept_up, "scientist").get(STATUS).json()["index"]  # noqa: E731
    wait_for(lambda: count()["pending"] == 0, timeout_s=60)
    before = count()["studies"]
    control = kept_up.data / "postgresql" / "cluster" / "global" / "pg_control"
    control.write_bytes(b"\0" * control.stat().st_size)
    kill(kept_up, "PostgreSQL")
    wait_for(lambda: said(kept_up, "were put aside"), timeout_s=90)
    wait_for(lambda: is_well(kept_up), timeout_s=90)
    wait_for(lambda: (count()["studies"], count()["pending"]) == (before, 0), timeout_s=60)


def test_stored_file_damaged(kept_up, home):
    """`hepatia doctor --files` finds it, the status says it, a backup brings it back."""
    assert store(kept_up) == 200
    assert checks.hepatia(kept_up, "backup", str(home / "backups")).returncode == 0
    one = max((kept_up.data / "orthanc").glob("??/??/*"), key=lambda path: path.stat().st_mtime)
    whole = one.read_bytes()
    one.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "1 stored files are damaged or lost" in doctor(kept_up, "--files")
    assert parts(kept_up)[1]["orthanc"]["state"] == "attention"
    assert checks.hepatia(kept_up, "repair", str(home / "backups")).returncode == 0
    assert one.read_bytes() == whole
    assert "every stored file is as it was stored" in doctor(kept_up, "--files")
    assert parts(kept_up)[1]["orthanc"]["state"] == "ok"


@LONG
def test_server_hangs(kept_up):
    """An Orthanc that accepts but does not answer, and does nothing, is ended and started again."""
    pid = kill(kept_up, "Orthanc", signal.SIGSTOP)
    wait_for(lambda: said(kept_up, "does nothing; ending it"), timeout_s=90)
    wait_for(lambda: is_well(kept_up), timeout_s=60)
    assert pid_of(kept_up, "Orthanc") != pid
    assert store(kept_up) == 200


def test_supervisor_killed(suite, home):
    """Its servers end, or the next start ends them, also one that cannot hear; nothing is lost."""
    data = home / "orphans"
    first = suite.start_instance(data, demo=False)
    assert store(first) == 200
    kill(first, "Orthanc", signal.SIGSTOP)
    pid = pid_of(first, "Orthanc")
    began = leftovers.began(pid)
    first.process.kill()
    first.process.wait()
    ports = {"HTTP_PORT": first.url.rpartition(":")[2], "DICOM_PORT": str(first.dicom_port)}
    again = suite.start_instance(data, demo=False, **ports)
    try:
        assert said(again, f"An earlier start left Orthanc running (process {pid})")
        assert leftovers.began(pid) != began
        assert (stored(again), store(again)) == (1, 200)
    finally:
        suite.stop_process(again.process)
