"""How many instances a second Orthanc takes: bare, and with HepatIA; the same files, in turns."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests"))

import conftest  # noqa: E402 -- the suite starts the same installation

CLIENTS = 4
WARM_UP = 24

#: Instances that one server is sent before it is the other's turn.
BLOCK = 200


@dataclass(frozen=True)
class Server:
    """Where a server answers."""

    name: str
    url: str
    dicom_port: int
    account: tuple[str, str] | None
    admin: tuple[str, str] | None = None


@contextmanager
def bare() -> Iterator[Server]:
    """Run Orthanc with the same configuration, without the plugins."""
    folder = Path(tempfile.mkdtemp(prefix="hepatia-bench-"))
    http_port, dicom_port = conftest.free_port(), conftest.free_port()
    configuration = {
        "StorageDirectory": str(folder), "IndexDirectory": str(folder), "HttpPort": http_port, "DicomPort": dicom_port,
        "RemoteAccessAllowed": False, "AuthenticationEnabled": False, "OverwriteInstances": False,
        "TcpNoDelay": True, "KeepAlive": True, "HttpThreadsCount": 200, "DicomAet": "HEPATIA",
        "DicomCheckCalledAet": False, "HttpCompressionEnabled": False, "UnknownSopClassAccepted": True, "StableAge": 3,
        "TranscodeDicomProtocol": False, "LogExportedResources": False, "Plugins": [],
    }  # fmt: skip
    (folder / "orthanc.json").write_text(json.dumps(configuration))
    environment = {"PATH": os.environ["PATH"], "TCP_NODELAY": "1", "LC_ALL": "C.UTF-8"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["/usr/sbin/Orthanc", str(folder / "orthanc.json")], env=environment, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{http_port}"
    try:
        _wait(url)
        yield Server("bare Orthanc", url, dicom_port, None)
    finally:
        conftest.stop_process(process)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def hepatia() -> Iterator[Server]:
    """Run the whole installation, with the whole default profile."""
    folder = Path(tempfile.mkdtemp(prefix="hepatia-bench-"))
    running = conftest.start_instance(folder, demo=False)
    try:
        yield Server("HepatIA", running.url, running.dicom_port, running.account("sender"), running.account("admin"))
    finally:
        conftest.stop_process(running.process)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{url}/system", timeout=5, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("Orthanc did not start")


def by_c_store(server: Server, files: Sequence[Path]) -> float:
    """Send files through 4 associations; return instances a second."""
    command = ["storescu", "--required", "-aec", "HEPATIA", "127.0.0.1", str(server.dicom_port)]
    environment = {"PATH": "/usr/bin", "TCP_NODELAY": "1"}
    started = time.perf_counter()
    senders = [
        subprocess.Popen([*command, *map(str, files[number::CLIENTS])], env=environment, stderr=subprocess.DEVNULL)
        for number in range(CLIENTS)
    ]
    if sum(sender.wait() for sender in senders):
        raise RuntimeError(f"{server.name} refused an instance")
    return len(files) / (time.perf_counter() - started)


def by_http(server: Server, files: Sequence[Path]) -> float:
    """Send files from 4 clients with kept connections; return instances a second."""

    def send(part: Sequence[bytes]) -> None:
        with httpx.Client(base_url=server.url, auth=server.account, timeout=60, trust_env=False) as client:
            for data in part:
                client.post("/instances", content=data).raise_for_status()

    contents = [file.read_bytes() for file in files]
    threads = [threading.Thread(target=send, args=(contents[number::CLIENTS],)) for number in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(files) / (time.perf_counter() - started)


def compare(files: Sequence[Path], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Return rates by way and server, block by block; each round starts both servers anew, with empty archives.

    They run side by side and are sent to in turns, so that whatever else the machine does meets both.
    """
    rates: dict[str, dict[str, list[float]]] = {}
    ways: dict[str, Callable[[Server, Sequence[Path]], float]]
    ways = {"C-STORE, 4 associations": by_c_store, "HTTP, 4 clients": by_http}
    blocks = [files[at : at + BLOCK] for at in range(WARM_UP, len(files) - BLOCK + 1, BLOCK)]
    for _ in range(rounds):
        for way, send in ways.items():
            with bare() as peer, hepatia() as ours:
                for server in (peer, ours):
                    send(server, files[:WARM_UP])
                    _rest(ours)
                for number, block in enumerate(blocks):
                    for server in (peer, ours) if number % 2 else (ours, peer):
                        rates.setdefault(way, {}).setdefault(server.name, []).append(send(server, block))
                        _rest(ours)
    return rates


def _rest(ours: Server) -> None:
    """Wait for what a server has put off, so that it does not run while the other is measured: index and disk."""
    os.sync()
    time.sleep(0.5)
    with httpx.Client(base_url=ours.url, auth=ours.admin, trust_env=False) as client:
        while client.get("/hepatia/api/status").raise_for_status().json()["index"]["pending"]:
            time.sleep(0.1)


def table(rates: dict[str, dict[str, list[float]]]) -> Iterator[str]:
    """Yield the result as Markdown: medians of the blocks, and of the ratios of two that followed each other."""
    yield from ("| way in | bare Orthanc | HepatIA | ratio | quartiles | blocks |", "|---|---|---|---|---|---|")
    for way, by_server in rates.items():
        peer, ours = by_server["bare Orthanc"], by_server["HepatIA"]
        low, ratio, high = statistics.quantiles((one / other for one, other in zip(ours, peer, strict=True)), n=4)
        medians = f"{statistics.median(peer):.0f}/s | {statistics.median(ours):.0f}/s"
        yield f"| {way} | {medians} | **{ratio:.2f}** | {low:.2f}–{high:.2f} | {len(ours)} |"
