"""A mask saved from the viewer: the body that it posts → the SEG stored and indexed, through a running installation."""

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import masks
from servers import conftest

from seg import labelmap
from seg.labelmap import Labelmap

#: Goal for 512 × 512 × 120.
GOAL_S = 1.5


def table(depth: int, rounds: int) -> Iterator[str]:
    """Yield the result as Markdown; each save is a new segmentation."""
    folder = Path(tempfile.mkdtemp(prefix="hepatia-bench-"))
    running = conftest.start_instance(folder, demo=False)
    try:
        one = masks.case(depth)
        with httpx.Client(base_url=running.url, auth=running.account("admin"), timeout=120, trust_env=False) as client:
            for file in masks.files(one):
                client.post("/instances", content=file).raise_for_status()
            series, body = _body(client, one)
        taken: dict[str, list[float]] = {}
        account = running.account("radiologist")
        with httpx.Client(base_url=running.url, auth=account, timeout=120, trust_env=False) as client:
            for _ in range(rounds):
                for name, seconds in _save(client, series, body):
                    taken.setdefault(name, []).append(seconds)
    finally:
        conftest.stop_process(running.process)
        shutil.rmtree(folder, ignore_errors=True)
    yield from ("| request | slices | first | median | quartiles |", "|---|---|---|---|---|")
    for name, seconds in taken.items():
        low, median, high = statistics.quantiles(seconds, n=4)
        yield f"| {name} | {depth} | {seconds[0]:.2f} s | **{median:.2f} s** | {low:.2f}–{high:.2f} |"


def _body(client: httpx.Client, one: masks.Case) -> tuple[str, bytes]:
    """Return the series and the body that the viewer posts; every UID became another one on arrival."""
    (series,) = client.get("/series?expand").json()
    tags = client.get(f"/series/{series['ID']}/instances-tags?simplify").json().values()
    ordered = sorted(tags, key=lambda each: float(each["ImagePositionPatient"].split("\\")[2]))
    uids = tuple(each["SOPInstanceUID"] for each in ordered)
    drawn = Labelmap(masks.SIZE, masks.SIZE, uids, masks.SEGMENTS, None, one.mask)
    return series["MainDicomTags"]["SeriesInstanceUID"], labelmap.compose(drawn)


def _save(client: httpx.Client, series: str, body: bytes) -> Iterator[tuple[str, float]]:
    began = time.perf_counter()
    headers = {"Content-Type": "application/vnd.hepatia.labelmap"}
    answer = client.post(f"/hepatia/api/series/{series}/segmentations", content=body, headers=headers)
    answer.raise_for_status()
    yield "save a mask", time.perf_counter() - began
    sop = answer.json()["sop_instance_uid"]
    for name, path in (
        ("SEG as NIfTI", f"segmentations/{sop}.nii.gz"),
        ("SEG as labelmap", f"segmentations/{sop}/labelmap"),
        ("CT as NIfTI", f"series/{series}.nii.gz"),
    ):
        began = time.perf_counter()
        client.get(f"/hepatia/api/{path}").raise_for_status()
        yield name, time.perf_counter() - began
