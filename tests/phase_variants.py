"""Adverse studies of the phantom, and how many of their series get the right phase: for a test and for `make bench`."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import product
from typing import Any

from pydicom import Dataset

from orthanc_plugin import acquisitions
from orthanc_plugin.archive import SeriesInfo, Slice
from seg import phantom

#: What the panel marks as uncertain.
LOW = 0.6

DESCRIPTIONS = ("clear", "empty", "misleading", "english", "spanish", "french", "german", "italian")
#: Which times are there, with whether none is.
TIMES = (("all", False), ("no_injection", False), ("images_only", False), ("partly", False), ("all", True))


@dataclass
class Memory:
    """The archive of a study in memory."""

    datasets: dict[str, Dataset]
    read_sops: list[str] = field(default_factory=list)

    def read(self, sop: str) -> bytes:
        self.read_sops.append(sop)
        stream = BytesIO()
        self.datasets[sop].save_as(stream, enforce_file_format=True)
        return stream.getvalue()

    def slices(self, series: SeriesInfo) -> tuple[Slice, ...]:
        return tuple(
            Slice(sop, sop, tuple(map(float, one.ImagePositionPatient)), int(one.AcquisitionNumber))
            for sop in series.instances
            for one in (self.datasets[sop],)
        )


@dataclass(frozen=True)
class Outcome:
    """One scan of one study: what it is, and what was told of it."""

    variant: dict[str, Any]
    phase: str
    told: str
    confidence: float
    reason: str


def variants(count: int | None = None, seed: int = 0) -> list[dict[str, Any]]:
    """All combinations of descriptions, times and contrast agents, each with other anatomy; or so many of them.

    In half of the studies with no word about phases, they are in one series.
    """
    chance = random.Random(seed)
    found = []
    for number, (text, (times, missing), agent, one_series) in enumerate(
        product(DESCRIPTIONS, TIMES, (False, True), (False, True))
    ):
        if one_series and text != "empty":
            continue
        for repeat in range(3):
            found.append(
                {
                    "descriptions": text, "times": times, "times_missing": missing, "contrast_missing": agent,
                    "one_series": one_series, "seed": 3 * number + repeat, "noise_hu": (8.0, 12.0, 18.0)[repeat],
                    "breath_shift": chance.random() < 0.5, "shuffled_numbers": chance.random() < 0.5,
                    "cirrhotic": chance.random() < 0.5, "uptake": round(chance.uniform(0.7, 1.4), 2),
                    "order": chance.choice(("ascending", "descending", "random")),
                }
            )  # fmt: skip
    return found if count is None else chance.sample(found, count)


def outcomes(variant: dict[str, Any], size: str = "small") -> Iterator[Outcome]:
    """Yield what is told of each of the four scans of a study."""
    scans = {phase: phantom.study(size, (phase,), **variant) for phase in phantom.PHASES}
    for phase, name, confidence, reason in tell(scans):
        yield Outcome(variant, phase, name, confidence, reason)


def tell(scans: dict[str, Sequence[Dataset]]) -> Iterator[tuple[str, str, float, str]]:
    archive = Memory({str(one.SOPInstanceUID): one for scan in scans.values() for one in scan})
    series: dict[str, list[str]] = {}
    for sop, one in archive.datasets.items():
        series.setdefault(str(one.SeriesInstanceUID), []).append(sop)
    infos = [SeriesInfo(uid, "1", "CT", "", "1", tuple(sops)) for uid, sops in series.items()]
    told = acquisitions.detect({one.series_instance_uid: acquisitions.of_series(archive, one) for one in infos})
    for phase, scan in scans.items():
        found = told[str(scan[0].SeriesInstanceUID)]
        by_number = {one.number: one.phase for one in found.acquisitions}
        one = by_number.get(int(scan[0].AcquisitionNumber), found.phase)
        yield phase, one.name, one.confidence, one.reason


def table(found: Sequence[Outcome]) -> Iterator[str]:
    """Yield lines of Markdown: how many scans are told rightly, by descriptions and times."""
    groups: dict[tuple[str, str, str], Counter[bool]] = {}
    for one in found:
        v = one.variant
        times = "none" if v["times_missing"] else v["times"]
        key = (v["descriptions"], times, "not recorded" if v["contrast_missing"] else "recorded")
        groups.setdefault(key, Counter())[one.told == one.phase] += 1
    yield "| descriptions | times | contrast agent | right | of |"
    yield "|---|---|---|---|---|"
    for key, counts in groups.items():
        yield f"| {' | '.join(key)} | {counts[True]} | {counts.total()} |"
    right = sum(one.told == one.phase for one in found)
    yield f"| **all** | | | **{right}** ({right / len(found):.1%}) | {len(found)} |"
