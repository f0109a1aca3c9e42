"""Instances a second and core, bytes in and bytes out: each contestant in a process of its own, in turns.

`python tests/bench/offline.py NAME COUNT` measures one and prints seconds of CPU; `compare` calls it. A count of 0
stands for the real scan.
"""

import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import instances
from contestants import CONTESTANTS

HERE = Path(__file__).resolve()
#: A real scan, when it is there: 36 slices of 89 elements, implicit VR.
REAL = HERE.parents[3] / "shared/data/ct-upper-abdomen-lidc"
ALL = 400
#: Slow ones are measured on fewer.
FEW = 100
#: What the others are compared with.
OURS = "HepatIA"


def measure(name: str, count: int) -> float:
    """Return seconds of CPU for each instance, imports and the first of all left out."""
    files = instances.make(ALL)[:count] if count else [file.read_bytes() for file in sorted(REAL.glob("*.dcm"))]
    deidentify = CONTESTANTS[name]()
    deidentify(files[0])
    started = time.process_time()
    for file in files:
        deidentify(file)
    return (time.process_time() - started) / len(files)


def compare(rounds: int, *, real: bool = False) -> dict[str, list[float]]:
    """Return rates by contestant, one for each round."""
    rates: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name in CONTESTANTS:
            count = 0 if real else ALL if name in (OURS, "a copy in memory") else FEW
            command = [sys.executable, str(HERE), name, str(count)]
            told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE.parents[2])
            rates.setdefault(name, []).append(1 / float(told.stdout))
    return rates


def table(rates: dict[str, list[float]]) -> Iterator[str]:
    """Yield the result as Markdown: medians, and how many times faster ours is."""
    ours = statistics.median(rates[OURS])
    yield from ("| de-identifier | instances/s/core | HepatIA is |", "|---|---|---|")
    for name, found in rates.items():
        rate = statistics.median(found)
        yield f"| {name} | {rate:.0f} | {ours / rate:.1f} × |"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(HERE.parents[2]))
    print(measure(sys.argv[1], int(sys.argv[2])))
