"""`make bench`: prints every comparison as a table, and writes them to build/bench.md."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).parent)]

import canaries  # noqa: E402
import instances  # noqa: E402
import load  # noqa: E402
import masks  # noqa: E402
import offline  # noqa: E402
import presegmenting  # noqa: E402
import reports  # noqa: E402
import saving  # noqa: E402
import searching  # noqa: E402
import servers  # noqa: E402
import viewing  # noqa: E402

from tests import phase_variants  # noqa: E402

#: How long senders and readers work at the same time.
LOAD_S = 180

#: Reports of each template that every tool reads.
SOAK = 100


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description="Compare HepatIA with its peers; ratios are what counts.")
    parser.add_argument("parts", nargs="*", default=["offline", "canaries", "servers", "reports", "masks", "search"])
    parser.add_argument("--rounds", type=int, default=5)
    parsed = parser.parse_args()
    machine, python = f"{len(os.sched_getaffinity(0))} cores", f"Python {platform.python_version()}"
    lines = [f"# Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", ""]
    lines += [f"{machine}, {python}; medians of {parsed.rounds} rounds, the contestants in turns.", ""]
    for part in parsed.parts:
        for line in PARTS[part](parsed.rounds):
            lines.append(line)
            print(line, flush=True)
    output = REPOSITORY / "build" / "bench.md"
    output.parent.mkdir(exist_ok=True)
    output.write_text("\n".join(lines) + "\n")


def _offline(rounds: int) -> Iterator[str]:
    yield from ("## De-identification in memory", "", "CT of 512 × 512, 16 bits, 113 elements, four series of 100.", "")
    yield from offline.table(offline.compare(rounds))
    if offline.REAL.is_dir():
        yield from ("", "A real scan of 36 slices, 89 elements, implicit VR.", "")
        yield from offline.table(offline.compare(rounds, real=True))
    yield ""


def _canaries(_rounds: int) -> Iterator[str]:
    yield from ("## What is left of planted identities", "")
    yield from canaries.table(canaries.compare())
    yield ""


def _reports(rounds: int) -> Iterator[str]:
    yield from ("## Reports as DICOM SR", "")
    yield f"{reports.NODULES} nodules of 13 answers each, {reports.IMAGES} images as evidence and image library."
    yield ""
    yield from reports.tables(rounds)
    yield from reports.soak(SOAK)


def _masks(rounds: int) -> Iterator[str]:
    yield from ("## Masks", "", f"{masks.SIZE} × {masks.SIZE}, a liver and two nodules.", "")
    yield from masks.table(rounds)
    yield from ("", "Through a running installation: DICOM files in Orthanc's storage, PostgreSQL, HTTP.", "")
    yield from saving.table(masks.DEPTHS[0], rounds)
    yield ""


def _phases(_rounds: int) -> Iterator[str]:
    yield from ("## Phases of adverse studies of the phantom", "")
    found = [one for variant in phase_variants.variants() for one in phase_variants.outcomes(variant)]
    yield from phase_variants.table(found)
    wrong = [one for one in found if one.told != one.phase]
    sure = sum(one.confidence >= phase_variants.LOW for one in wrong)
    low = sum(one.confidence < phase_variants.LOW for one in found if one.told == one.phase)
    yield from ("", f"Wrong with a confidence of {phase_variants.LOW} or more: {sure}; right with less: {low}.")
    for one in wrong:
        yield f"- {one.phase} was told as {one.told} ({one.confidence:.2f}): {one.reason}"
    yield ""


def _servers(rounds: int) -> Iterator[str]:
    yield from ("## Arrival at a server", "", "The same files; the senders run on the same machine.", "")
    with tempfile.TemporaryDirectory(prefix="hepatia-bench-") as folder:
        files = [Path(folder) / f"{number:05d}.dcm" for number in range(servers.WARM_UP + 4 * servers.BLOCK)]
        for file, data in zip(files, instances.make(len(files)), strict=True):
            file.write_bytes(data)
        yield from servers.table(servers.compare(files, rounds))
    yield ""


def _load(_rounds: int) -> Iterator[str]:
    yield from ("## Load", "")
    yield from load.run(LOAD_S)
    yield ""


def _search(_rounds: int) -> Iterator[str]:
    yield from (f"## Search, {searching.CLIENTS} clients at most, on the same machine", "")
    yield from searching.compare(searching.SIZES)
    yield ""


def _presegment(rounds: int) -> Iterator[str]:
    yield from ("## Pre-segmentation, 512 × 512 × 120, the same threshold baseline", "")
    yield from presegmenting.table(rounds)
    yield ""


def _viewer(rounds: int) -> Iterator[str]:
    yield from ("## The viewer in Chromium, software-rendered, 512 × 512 × 120", "")
    yield from viewing.table(rounds)
    yield ""


PARTS = {
    "offline": _offline,
    "canaries": _canaries,
    "servers": _servers,
    "load": _load,
    "search": _search,
    "reports": _reports,
    "masks": _masks,
    "phases": _phases,
    "presegment": _presegment,
    "viewer": _viewer,
}

if __name__ == "__main__":
    main()
