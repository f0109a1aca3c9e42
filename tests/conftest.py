"""Real servers for the tests: one PostgreSQL cluster, one whole installation, started on free ports."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import place

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@dataclass(frozen=True)
class Instance:
    """A running installation as its users see it."""

    url: str
    dicom_port: int
    data: Path
    users: dict[str, dict[str, str]]
    dsn: str
    process: subprocess.Popen[bytes]

    def account(self, role: str) -> tuple[str, str]:
        """Login and password of the account with a role."""
        return next((login, user["password"]) for login, user in self.users.items() if user["role"] == role)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real DICOM files beside the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real DICOM files are not there ({SHARED_DATA.name} beside the repository)")
    return SHARED_DATA


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_instance(data: Path, *, demo: bool, timeout_s: float = 240.0, **variables: str) -> Instance:
    """Start `hepatia run` on empty ports and wait for `ready.json`."""
    environment = {name: value for name, value in os.environ.items() if name not in {"DSN", "PYTHONPATH"}}
    environment |= {"DATA": str(data), "HTTP_PORT": str(free_port()), "DICOM_PORT": str(free_port())}
    environment |= {"DEMO": str(int(demo)), "AI": "0"} | place.configured(REPOSITORY / "orthanc.json") | variables
    data.mkdir(parents=True, exist_ok=True)
    output = data / "run.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            place.hepatia("run"),
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + timeout_s
    while not (data / "ready.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            stop_process(process)
            pytest.fail(f"the installation did not start:\n{output.read_text()[-3000:]}")
        time.sleep(0.1)
    ready = json.loads((data / "ready.json").read_text())
    users = json.loads((data / "users.json").read_text())
    dsn = variables.get("DSN") or _dsn(data, environment)
    return Instance(ready["url"], ready["dicom_port"], data, users, dsn, process)


def _dsn(data: Path, environment: dict[str, str]) -> str:
    from orthanc_plugin.commands.site import Site

    return Site.from_environment(environment | {"DATA": str(data)}).dsn


def stop_process(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def running_instance(*, demo: bool, **variables: str) -> Iterator[Instance]:
    if not Path("/usr/sbin/Orthanc").exists():
        pytest.skip("Orthanc is not installed; `make test` installs it")
    # Not pytest's tmp_path: its names are long, and a socket's path may not be.
    data = Path(tempfile.mkdtemp(prefix="hepatia-test-"))
    running = start_instance(data, demo=demo, **variables)
    yield running
    stop_process(running.process)
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    """A whole installation with an empty archive, shared by the tests: make studies of your own."""
    yield from running_instance(demo=False)


@pytest.fixture(scope="session")
def demo_instance() -> Iterator[Instance]:
    """A whole installation with the demo study in it, and MONAI Label where its environment is installed."""
    from orthanc_plugin.commands.monailabel import is_installed

    yield from running_instance(demo=True, AI=str(int(is_installed())))


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """Connection string to the maintenance database of a throw-away cluster, as superuser."""
    from orthanc_plugin.commands import postgresql

    folder = Path(tempfile.mkdtemp(prefix="hepatia-postgresql-"))
    folder.chmod(0o755)
    server = postgresql.service(folder / "cluster", folder / "socket", folder / "log")
    server.start()
    postgresql.wait_until_ready(server, folder / "socket", "hepatia")
    yield f"host={folder / 'socket'} user=hepatia dbname=postgres"
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Remember the counts for the closing line."""
    counts = {name: len(terminalreporter.stats.get(name, [])) for name in ("passed", "failed", "error", "skipped")}
    terminalreporter.config.stash[COUNTS] = (
        f"{counts['passed']} passed, {counts['failed'] + counts['error']} failed, {counts['skipped']} skipped"
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the counts plainly, as the very last line."""
    if COUNTS in config.stash:
        print(config.stash[COUNTS])


COUNTS = pytest.StashKey[str]()
