"""From a series in the archive to a SEG: our path beside MONAI Label's own over DICOMweb, with the same model.

Theirs ends with the SEG in the client's hand, not yet stored; ours ends when it is stored and indexed.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]

import conftest  # noqa: E402 -- the suite starts the same installation

from orthanc_plugin.commands import monailabel  # noqa: E402
from seg import phantom  # noqa: E402
from seg.phantom.variant import SAMPLINGS, Sampling  # noqa: E402

#: 512 × 512 × 120, and a small one that warms both up.
SAMPLINGS |= {"bench": Sampling(120, 512, 512, 0.78, 1.25)}  # type: ignore[dict-item]

LABELS = json.dumps({"label_info": [{"name": "Liver"}], "result_extension": ".nii.gz"})


def table(rounds: int) -> Iterator[str]:
    """Yield the lines of the comparison; each round takes a series that neither has seen."""
    with tempfile.TemporaryDirectory(prefix="hepatia-bench-") as name:
        folder = Path(name)
        site = conftest.start_instance(folder / "data", demo=False, AI="1")
        try:
            with _theirs(folder, site) as url:
                yield from _lines(*_measured(folder, site, url, min(rounds, len(phantom.PHASES))))
        finally:
            conftest.stop_process(site.process)


def _lines(ours: list[float], theirs: list[float]) -> Iterator[str]:
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    yield "| path | median s | range |"
    yield "|---|---|---|"
    for name, times in (
        ("HepatIA: presegment to SEG stored", ours),
        ("MONAI Label over DICOMweb: infer to SEG", theirs),
    ):
        yield f"| {name} | {statistics.median(times):.1f} | {min(times):.1f} to {max(times):.1f} |"
    yield f"| ratio | {statistics.median(ratios):.2f} | {min(ratios):.2f} to {max(ratios):.2f} |"


def _measured(folder: Path, site: conftest.Instance, url: str, rounds: int) -> tuple[list[float], list[float]]:
    api = httpx.Client(
        base_url=f"{site.url}/hepatia/api", auth=site.account("radiologist"), timeout=600, trust_env=False
    )
    small = _sent(folder, site, "small", phantom.PHASES[:1])
    large = _sent(folder, site, "bench", phantom.PHASES[:rounds])
    while api.get("/status").json()["monailabel"] != "ok":
        time.sleep(0.5)
    _ours(api, small[0])
    _theirs_once(url, small[0])
    ours, theirs = [], []
    for place, series in enumerate(large):
        # Who comes first changes: the second one finds the files in the memory of the system.
        for contestant in ("ours", "theirs") if place % 2 else ("theirs", "ours"):
            if contestant == "ours":
                ours.append(_ours(api, series))
            else:
                theirs.append(_theirs_once(url, series))
    return ours, theirs


def _sent(folder: Path, site: conftest.Instance, size: str, phases: tuple[str, ...]) -> list[str]:
    """Send a study; return its series as they are stored."""
    before = set(_series(site))
    files = phantom.write(folder / size, size, phases=phases, lossless=False, patient_id=f"BENCH-{size}")  # type: ignore[arg-type]
    send = ["storescu", "127.0.0.1", str(site.dicom_port), *map(str, files)]
    subprocess.run(send, check=True, env={"TCP_NODELAY": "1", "PATH": "/usr/bin"})
    return [uid for uid in _series(site) if uid not in before]


def _series(site: conftest.Instance) -> list[str]:
    found = httpx.get(f"{site.url}/series?expand", auth=site.account("admin"), timeout=60, trust_env=False).json()
    return [one["MainDicomTags"]["SeriesInstanceUID"] for one in found]


def _ours(api: httpx.Client, series: str) -> float:
    started = time.perf_counter()
    job = api.post(f"/series/{series}/presegment", json={}).raise_for_status().json()["job"]
    while (told := api.get(f"/jobs/{job}").json())["state"] == "running":
        time.sleep(0.05)
    assert told["state"] == "done", told["error"]
    return time.perf_counter() - started


def _theirs_once(url: str, series: str) -> float:
    started = time.perf_counter()
    query = {"image": series, "output": "dicom_seg"}
    answer = httpx.post(f"{url}/infer/liver", params=query, data={"params": LABELS}, timeout=600, trust_env=False)
    assert answer.raise_for_status().content[128:132] == b"DICM"
    return time.perf_counter() - started


@contextmanager
def _theirs(folder: Path, site: conftest.Instance) -> Iterator[str]:
    """Run MONAI Label as its documentation says, with the same app, on the same archive."""
    app, port = folder / "app", conftest.free_port()
    app.mkdir()
    (app / "main.py").write_text(APP)
    shutil.copy(site.data / "monailabel" / "models.json", app / "models.json")
    login, password = site.account("admin")
    binaries = monailabel.ENVIRONMENT / "bin"
    environment = {"PATH": f"{binaries}:{os.environ['PATH']}", "HOME": str(folder), "TMPDIR": str(folder)}
    environment |= {"MONAI_LABEL_DICOMWEB_USERNAME": login, "MONAI_LABEL_DICOMWEB_PASSWORD": password}
    environment["PYTHONPATH"] = f"{REPOSITORY}:{REPOSITORY / 'seg' / 'monailabel_app' / 'standins'}"
    command = [str(binaries / "monailabel"), "start_server", "--app", str(app), "--studies", f"{site.url}/dicom-web"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--conf", "models", str(app / "models.json")]
    with (folder / "theirs.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, f"{url}/info/")
        yield url
    finally:
        conftest.stop_process(process)


#: MONAI Label looks for a class of the file itself.
APP = "from seg.monailabel_app import main\n\n\nclass App(main.App, main.MONAILabelApp):\n    pass\n"


def _wait(process: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + 180
    while True:
        try:
            if httpx.get(url, timeout=30, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert process.poll() is None, "MONAI Label did not start"
        assert time.monotonic() < deadline
        time.sleep(0.5)
