"""Four senders and eight readers at the same time on one installation: what each waits, errors, and memory.

`make bench PARTS=load` does it for three minutes, `make soak` for MINUTES.
"""

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]

import conftest  # noqa: E402 -- the suite starts the same installation

from seg import phantom  # noqa: E402
from tests.orthanc.conftest import file_bytes  # noqa: E402

SENDERS, READERS = 4, 8
MEMORY_EVERY_S = 5.0

#: Between two requests of a reader: people look at what they asked for.
READER_PAUSE_S = 0.5

#: How the viewer asks for images.
FRAMES = "multipart/related; type=application/octet-stream; transfer-syntax=*"

#: What a reader saves; the states of an exam come and go with it.
DRAFT = {"template": "liver-ct", "state": "draft", "answers": {"exam": {"quality": "adequate"}}}


@dataclass
class Measured:
    """What was seen, by kind of work: seconds; and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    by_process: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def timed(self, kind: str, work: Callable[[], str | None]) -> None:
        """Do something that gives None, or what went wrong."""
        started = time.perf_counter()
        try:
            wrong = work()
        except (httpx.HTTPError, OSError) as error:
            wrong = repr(error)
        taken = time.perf_counter() - started
        with self.lock:
            self.seconds.setdefault(kind, []).append(taken)
            if wrong:
                self.errors.append(f"{kind}: {wrong}")


def run(seconds: float, say: Callable[[str], None] = lambda _: None) -> Iterator[str]:
    """Start an installation, load it, and yield the table."""
    data = Path(tempfile.mkdtemp(prefix="hepatia-bench-"))
    try:
        first = _start(data)
        conftest.stop_process(first[0].process)
        running, start_s = _start(data)
        try:
            time.sleep(5)
            idle = memory_mib(data)
            yield f"Second start: {start_s:.1f} s. Memory of all processes when idle (PSS): {idle:.0f} MiB."
            yield ""
            yield from _table(_load(running, seconds, say), seconds)
        finally:
            conftest.stop_process(running.process)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _start(data: Path) -> tuple[conftest.Instance, float]:
    began = time.perf_counter()
    running = conftest.start_instance(data, demo=False)
    return running, time.perf_counter() - began


def _load(running: conftest.Instance, seconds: float, say: Callable[[str], None]) -> Measured:
    measured, end = Measured(), time.monotonic() + seconds
    work = [(_send, number) for number in range(SENDERS)] + [(_read, number) for number in range(READERS)]
    threads = [threading.Thread(target=one, args=(running, number, end, measured)) for one, number in work]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        measured.memory.append((time.monotonic(), memory_mib(running.data)))
        left, now = max(0, end - time.monotonic()), measured.memory[-1][1]
        say(f"{left:.0f} s left, {now:.0f} MiB, {len(measured.errors)} errors")
        time.sleep(MEMORY_EVERY_S)
    measured.by_process = by_process(running.data)
    return measured


def _send(running: conftest.Instance, number: int, end: float, measured: Measured) -> None:
    """Send studies of four phases one after the other, in turns by C-STORE and HTTP."""
    with tempfile.TemporaryDirectory(prefix="hepatia-bench-") as folder, _client(running, "sender") as http:
        count = 0
        while time.monotonic() < end:
            count += 1
            study = phantom.study("small", patient_id=f"LOAD-{number}-{count}", study_date="20210304")
            files = [file_bytes(one) for one in study]
            if count % 2:
                measured.timed("send a study by C-STORE", partial(_c_store, running, Path(folder), files))
            else:
                measured.timed("send a study by HTTP", partial(_post, http, files))


def _c_store(running: conftest.Instance, folder: Path, files: Sequence[bytes]) -> str | None:
    paths = [folder / f"{number}.dcm" for number, _ in enumerate(files)]
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file)
    command = ["storescu", "--required", "-aec", "HEPATIA", "127.0.0.1", str(running.dicom_port), *map(str, paths)]
    done = subprocess.run(command, env={"PATH": "/usr/bin", "TCP_NODELAY": "1"}, capture_output=True, check=False)
    return None if done.returncode == 0 else f"storescu ended with {done.returncode}"


def _post(http: httpx.Client, files: Sequence[bytes]) -> str | None:
    for file in files:
        answer = http.post("/instances", content=file)
        if answer.status_code != 200:
            return f"{answer.status_code}"
    return None


def _read(running: conftest.Instance, number: int, end: float, measured: Measured) -> None:
    """Search, open a study, look at images, save a draft; again and again."""
    choose = random.Random(number)
    with _client(running, "radiologist") as http:
        while time.monotonic() < end:
            found = _asked(measured, http, "search", "/hepatia/api/search?page_size=100")
            _asked(measured, http, "dashboard", "/hepatia/api/dashboard")
            items = found.json()["items"] if found is not None and found.status_code == 200 else []
            if items:
                _open(http, choose.choice(items)["study_instance_uid"], choose, measured)
            time.sleep(READER_PAUSE_S)


def _open(http: httpx.Client, study: str, choose: random.Random, measured: Measured) -> None:
    told = _asked(measured, http, "open a study", f"/hepatia/api/studies/{study}")
    root = f"/dicom-web/studies/{study}"
    # What readers saved is in the study too, and has no images.
    series = [one["series_instance_uid"] for one in told.json()["series"] if one["modality"] == "CT"] if told else []
    if series:
        one = choose.choice(series)
        listed = _asked(measured, http, "metadata", f"{root}/series/{one}/metadata")
        if listed is not None and listed.status_code == 200:
            instance = choose.choice(listed.json())["00080018"]["Value"][0]
            _asked(measured, http, "image", f"{root}/series/{one}/instances/{instance}/frames/1", FRAMES)
    measured.timed("save a draft", lambda: _wrong(http.post(f"/hepatia/api/studies/{study}/reports", json=DRAFT), 201))


def _asked(measured: Measured, http: httpx.Client, kind: str, path: str, accept: str = "*/*") -> httpx.Response | None:
    got: list[httpx.Response] = []

    def ask() -> str | None:
        got.append(http.get(path, headers={"Accept": accept}))
        return _wrong(got[-1], 200)

    measured.timed(kind, ask)
    return got[-1] if got and got[-1].status_code == 200 else None


def _wrong(answer: httpx.Response, wanted: int) -> str | None:
    return None if answer.status_code == wanted else f"{answer.status_code} {answer.text[:200]}"


def _client(running: conftest.Instance, role: str) -> httpx.Client:
    # Orthanc closes a connection that is idle for a second: browsers ask again then, this client does not.
    limits = httpx.Limits(keepalive_expiry=0.3)
    return httpx.Client(base_url=running.url, auth=running.account(role), timeout=120, trust_env=False, limits=limits)


# --- what is told ---------------------------------------------------------------------------------------------------


def memory_mib(data: Path) -> float:
    """Return the memory of all processes of an installation: PSS, which counts a shared page once."""
    return sum(by_process(data).values())


def by_process(data: Path) -> dict[str, float]:
    """Return it by names of processes."""
    found: dict[str, float] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(data).encode() in (process / "environ").read_bytes() + (process / "cmdline").read_bytes():
                lines = (process / "smaps_rollup").read_text().splitlines()
                kib = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
                name = (process / "comm").read_text().strip()
                found[name] = found.get(name, 0) + kib / 1024
        except OSError:
            continue
    return found


def slope_mib_per_minute(memory: Sequence[tuple[float, float]]) -> float:
    """Return how memory grows in the second half of the time, when caches are full."""
    late = memory[len(memory) // 2 :]
    if len(late) < 2:
        return 0.0
    return statistics.linear_regression([at for at, _ in late], [mib for _, mib in late]).slope * 60


def _table(measured: Measured, seconds: float) -> Iterator[str]:
    yield f"{SENDERS} senders and {READERS} readers for {seconds:.0f} s on the same machine."
    yield from ("", "| work | times | p50 | p95 | p99 | longest |", "|---|---|---|---|---|---|")
    for kind, taken in sorted(measured.seconds.items()):
        cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else taken * 99
        cells = " | ".join(f"{1000 * value:.0f} ms" for value in (cuts[49], cuts[94], cuts[98], max(taken)))
        yield f"| {kind} | {len(taken)} | {cells} |"
    yield ""
    levels = [mib for _, mib in measured.memory]
    slope = slope_mib_per_minute(measured.memory)
    yield from (f"- {name}: {mib:.0f} MiB" for name, mib in sorted(measured.by_process.items()))
    yield f"Memory (PSS): {levels[0]:.0f} MiB at first, {max(levels):.0f} at most, {levels[-1]:.0f} at last; "
    yield f"{slope:+.1f} MiB a minute in the second half."
    yield f"Errors: {len(measured.errors)}" + "".join(f"\n- {one}" for one in measured.errors[:10])


if __name__ == "__main__":
    lines = list(run(60 * float(sys.argv[1]), lambda line: print(line, flush=True)))
    print("\n".join(lines))
    sys.exit("Errors: 0" not in lines)
