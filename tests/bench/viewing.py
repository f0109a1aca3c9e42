"""The viewer in Debian's Chromium, software-rendered, on a running installation: what a reader waits for.

Beside it, in the same rounds, OHIF's own viewer without our panel.
"""

import io
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pydicom
from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]

import conftest  # noqa: E402 -- the suite starts the same installation
import extension  # noqa: E402
from viewing_scripts import CHANGED, CLICKED, LOOK, SAVED, UNTIL, WATCH  # noqa: E402

from seg import labelmap, phantom, volume  # noqa: E402
from seg.labelmap import Labelmap, Segment  # noqa: E402
from seg.phantom.variant import SAMPLINGS, Sampling  # noqa: E402
from tests.browser.conftest import CHROMIUM  # noqa: E402
from tests.orthanc.conftest import file_bytes  # noqa: E402

#: 512 × 512 × 120.
SAMPLINGS |= {"bench": Sampling(120, 512, 512, 0.78, 1.25)}  # type: ignore[dict-item]

#: What a reader may expect of it.
GOALS = {
    "first image, OHIF cached": "< 5 s",
    "first image, OHIF's own viewer": "",
    "panel interactive after the first image": "< 1 s",
    "save report": "< 1 s",
    "mask loaded and painted": "< 2 s",
    "longest task while typing": "",
    "longest wait of a key": "",
    "hashed files from the network, second visit": "0",
    "extension until the panel can be used, gzip": "< 115 kB",
    "extension with what comes after that, gzip": "< 150 kB",
}

#: Keys that are typed, and milliseconds between them.
KEYS, PAUSE_MS = 120, 60

LIMIT_MS = 60_000


@dataclass
class Figures:
    """What was measured, by name."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Add one value."""
        self.taken.setdefault(name, []).append(value)


@dataclass(frozen=True)
class Site:
    """A running installation with one study in it, and a mask of its one series."""

    url: str
    study: str
    account: tuple[str, str]

    def viewer(self, mode: str) -> str:
        """The address of the study in a mode of OHIF."""
        return f"{self.url}/ohif/{mode}?StudyInstanceUIDs={self.study}"


def table(rounds: int) -> Iterator[str]:
    """Yield the table."""
    figures = Figures()
    with _site() as site, _reader() as context:
        login, password = site.account
        page = context.new_page()
        page.set_default_timeout(LIMIT_MS)
        # The password is given once, as a reader does.
        page.goto(site.url.replace("://", f"://{login}:{password}@") + "/hepatia/api/me")
        _open(page, site, "hepatia", Figures())
        for _ in range(rounds):
            _open(page, site, "viewer", figures, name="first image, OHIF's own viewer")
            _open(page, site, "hepatia", figures)
            _mask(page, figures)
            _typing(page, figures)
            _save(page, figures)
    start, opened, later, *_ = extension.parts()
    figures.add("extension until the panel can be used, gzip", start.size + opened.size)
    figures.add("extension with what comes after that, gzip", start.size + opened.size + later.size)
    yield from ("| | goal | median | range |", "|---|---|---|---|")
    for name, goal in GOALS.items():
        values = figures.taken.get(name)
        if values:
            yield f"| {name} | {goal} | **{_said(name, statistics.median(values))}** | {_range(name, values)} |"
    yield from ("", "| files of the extension | gzip |", "|---|---|")
    yield from (f"| {one.name} | {one.size / 1000:.1f} kB |" for one in extension.parts())


def _said(name: str, value: float) -> str:
    if name.startswith("longest"):
        return f"{value:.0f} ms"
    if "gzip" in name:
        return f"{value / 1000:.0f} kB"
    if name.startswith("hashed"):
        return f"{value:.0f} bytes"
    return f"{value / 1000:.2f} s"


def _range(name: str, values: list[float]) -> str:
    return f"{_said(name, min(values))} to {_said(name, max(values))}"


@contextmanager
def _reader() -> Iterator[BrowserContext]:
    """Yield a browser with a profile on the disk, as a reader has it.

    Playwright's usual contexts are incognito: their cache is in memory and so small that the images of one series drive
    the viewer's own files out of it, which then come over the network again, however they are served.
    """
    with tempfile.TemporaryDirectory(prefix="hepatia-bench-") as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path="/usr/bin/chromium", args=list(CHROMIUM), viewport={"width": 1600, "height": 1000}
        )
        context.add_init_script(WATCH)
        yield context
        context.close()


@contextmanager
def _site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="hepatia-bench-"))
    running = conftest.start_instance(folder, demo=False)
    try:
        with httpx.Client(base_url=running.url, auth=running.account("admin"), timeout=120, trust_env=False) as client:
            sent = phantom.study(size="bench", phases=("portal_venous",))  # type: ignore[arg-type]
            stored = [client.post("/instances", content=file_bytes(one)).raise_for_status().json() for one in sent]
            files = [client.get(f"/instances/{one['ID']}/file").content for one in stored]
        study = _with_masks(running, [pydicom.dcmread(io.BytesIO(one)) for one in files])
        yield Site(running.url, study, running.account("radiologist"))
    finally:
        conftest.stop_process(running.process)
        shutil.rmtree(folder, ignore_errors=True)


def _with_masks(running: conftest.Instance, datasets: list[pydicom.Dataset]) -> str:
    """Write a mask and a new version of it, of which only the first covers the centre, in every slice."""
    grid, _ = volume.read_volume(datasets)
    drawn = phantom.truth("bench").labelmap("portal_venous")  # type: ignore[arg-type]
    array = np.minimum(drawn, 2).astype(np.uint8)
    array[:, 206:306, 206:306] = 0
    array[:, 100:140, 236:276] = 1
    covering = array.copy()
    covering[:, 246:266, 246:266] = 1
    segments = (Segment(1, "Liver", "liver"), Segment(2, "Nodule", "nodule"))
    headers = {"Content-Type": "application/vnd.hepatia.labelmap"}
    path = f"/hepatia/api/series/{grid.series_instance_uid}/segmentations"
    former = None
    with httpx.Client(
        base_url=running.url, auth=running.account("radiologist"), timeout=120, trust_env=False
    ) as client:
        for one in (covering, array):
            mask = Labelmap(grid.rows, grid.columns, grid.slice_names, segments, None, one, former)
            answer = client.post(path, content=labelmap.compose(mask), headers=headers).raise_for_status()
            former = answer.json()["sop_instance_uid"]
    return grid.study_instance_uid


def _open(page: Page, site: Site, mode: str, figures: Figures, name: str = "first image, OHIF cached") -> None:
    """Open the study; the clock runs from the address to the first picture on the canvas."""
    session = page.context.new_cdp_session(page)
    network = _network(session)
    page.goto(site.viewer(mode), wait_until="commit")
    page.wait_for_function("window.__seen.image")
    seen = page.evaluate("window.__seen")
    figures.add(name, seen["image"])
    if mode == "hepatia":
        page.wait_for_function("window.__seen.panel")
        panel = page.evaluate("window.__seen.panel")
        figures.add("panel interactive after the first image", max(0.0, panel - seen["image"]))
        figures.add("hashed files from the network, second visit", network())
    page.evaluate(CLICKED)
    page.wait_for_timeout(3000)
    session.detach()


def _network(session: CDPSession) -> Callable[[], float]:
    """Return what counts the bytes that came over the network for files whose names have a hash."""
    urls: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def received(event: Any) -> None:
        response = event["response"]
        is_immutable = "immutable" in response["headers"].get(
            "Cache-Control", response["headers"].get("cache-control", "")
        )
        if is_immutable and not response.get("fromDiskCache") and not response.get("fromPrefetchCache"):
            urls[event["requestId"]] = response["url"]

    session.on("Network.responseReceived", received)
    session.on("Network.requestServedFromCache", lambda event: urls.pop(event["requestId"], None))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    session.send("Network.enable")
    return lambda: sum(sizes.get(one, 0) for one in urls)


def _until(page: Page, condition: str) -> float:
    return float(page.evaluate(UNTIL, [condition, LIMIT_MS]))


def _mask(page: Page, figures: Figures) -> None:
    page.locator('[data-cy="tab-exam"]').click()
    page.locator('[data-cy="older-masks"] summary').click()
    # The newest mask is there by itself.
    page.wait_for_function("window.services.segmentationService.getSegmentations().length === 1")
    page.wait_for_timeout(2000)
    page.evaluate(f"window.__before = ({LOOK})()")
    page.locator('[data-cy="load-mask"]').first.click()
    figures.add("mask loaded and painted", _until(page, CHANGED))


def _typing(page: Page, figures: Figures) -> None:
    """Type while what is typed is kept on the server."""
    page.locator('[data-cy="tab-patient"]').click()
    box = page.locator('[data-cy="patient.afp_ng_ml"]')
    box.click()
    page.evaluate("window.__tasks.length = 0; window.__keys.length = 0")
    for at in range(KEYS):
        page.keyboard.press("Backspace" if at % 6 == 5 else str(at % 9 + 1), delay=PAUSE_MS / 2)
        page.wait_for_timeout(PAUSE_MS / 2)
    page.wait_for_timeout(1500)
    figures.add("longest task while typing", max(page.evaluate("window.__tasks"), default=0))
    figures.add("longest wait of a key", max(page.evaluate("window.__keys"), default=0))
    # Another one in each round, or there is nothing to save.
    page.locator('[data-cy="patient.afp_ng_ml"]').fill(page.evaluate("String(Math.round(performance.now()) % 900 + 1)"))
    page.keyboard.press("Tab")


def _save(page: Page, figures: Figures) -> None:
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/reports" in answer.url) as written:
        page.locator('[data-cy="save"]').click()
    assert written.value.status == 201, written.value.text()
    figures.add("save report", _until(page, SAVED))


if __name__ == "__main__":
    for line in table(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        print(line, flush=True)
