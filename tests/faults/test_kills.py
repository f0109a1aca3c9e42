"""kill -9 of every server while clients work: nothing that was acknowledged is lost, and all is up again by itself.

`FAULTS` is the number of points, `SEED` repeats a run (it is printed); `make soak` does 200.
"""

import os
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import pytest

from orthanc_plugin.commands.monailabel import is_installed
from tests.faults import checks
from tests.faults.injector import LONGEST_S, Injector
from tests.faults.work import Clients
from tests.orthanc.datasets import Exam

pytestmark = [pytest.mark.orthanc, pytest.mark.postgres]

IS_SOAK = "FAULTS" in os.environ
POINTS = int(os.environ.get("FAULTS", "8"))
SEEDS = [int(os.environ["SEED"])] if "SEED" in os.environ else [20210304, time.time_ns() % 10**9]

ARRIVAL = ("c_store", "post", "stow")
WORK = (*ARRIVAL, "save_report", "save_mask", "edit", "export", "rebuild")


def run(suite, points, *, monailabel):
    """Run some points of failure on an installation, and check everything; gives the injector with its figures."""
    data = Path(tempfile.mkdtemp(prefix="hepatia-faults-"))
    installation = suite.start_instance(data, demo=False, AI=str(int(monailabel)))
    try:
        chosen = random.Random(SEEDS[0])
        clients = Clients(installation, Exam(installation, 1, ("arterial",)), chosen, data)
        injector = Injector(clients, chosen)
        injector.wait_until_up(time.monotonic())
        for seed in SEEDS:
            chosen.seed(seed)
            for work, victims in plan(chosen, -(-points // len(SEEDS)), monailabel=monailabel):
                injector.point(getattr(clients, work), victims)
        count = checks.all_is_there(clients)
        print(f"{injector.report()}\n{count} instances are stored")
    finally:
        suite.stop_process(installation.process)
    checks.storage_is_whole(data)
    shutil.rmtree(data, ignore_errors=True)
    return injector


def plan(chosen, points, *, monailabel):
    """Every kind of work comes in turn, shuffled; now and then two servers die at once."""
    kinds = [*WORK, "presegment"] if monailabel else list(WORK)
    order = []
    while len(order) < points:
        order += chosen.sample(kinds, len(kinds))
    for work in order[:points]:
        one = ["MONAI Label"] if work == "presegment" else []
        both = one or [chosen.choice(["Orthanc", "Orthanc", "PostgreSQL"])]
        if chosen.random() < 0.15:
            both = sorted({*both, "Orthanc", "PostgreSQL"})
        yield work, tuple(both)


def test_kills_lose_nothing(suite):
    print(f"\nFAULTS={POINTS} SEED={' and '.join(map(str, SEEDS))}")
    injector = run(suite, POINTS, monailabel=IS_SOAK and is_installed())
    # Times are judged where the machine has nothing else to do; MONAI Label alone needs longer, for PyTorch.
    middle = {name: statistics.median(times) for name, times in injector.up_s.items() if name != "MONAI Label"}
    assert not IS_SOAK or max(middle.values()) < LONGEST_S, middle
