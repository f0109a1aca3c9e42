"""How many instances a second Orthanc takes: bare, and with HepatIA; the same files, one after the other, in turns."""

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


@dataclass(frozen=True)
class Server:
    """Where a server answers."""

    name: str
    url: str
    dicom_port: int
    account: tuple[str, str] | None


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
        yield Server("HepatIA", running.url, running.dicom_port, running.account("sender"))
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
    """Return rates by way and server; each round starts every server anew, with an empty archive."""
    rates: dict[str, dict[str, list[float]]] = {}
    ways: dict[str, Callable[[Server, Sequence[Path]], float]]
    ways = {"C-STORE, 4 associations": by_c_store, "HTTP, 4 clients": by_http}
    for number in range(rounds):
        for way, send in ways.items():
            # Whoever comes first meets an emptier disk cache.
            for start in (bare, hepatia) if number % 2 else (hepatia, bare):
                with start() as server:
                    send(server, files[:WARM_UP])
                    os.sync()
                    rate = send(server, files[WARM_UP:])
                    rates.setdefault(way, {}).setdefault(server.name, []).append(rate)
    return rates


def table(rates: dict[str, dict[str, list[float]]]) -> Iterator[str]:
    """Yield the result as Markdown: medians, and their ratio."""
    yield from ("| way in | bare Orthanc | HepatIA | ratio |", "|---|---|---|---|")
    for way, by_server in rates.items():
        bare_rate, ours = (statistics.median(by_server[name]) for name in ("bare Orthanc", "HepatIA"))
        yield f"| {way} | {bare_rate:.0f}/s | {ours:.0f}/s | **{ours / bare_rate:.2f}** |"
