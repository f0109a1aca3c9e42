"""`make soak`: changed DICOM files, as many as FUZZ says, on the arrival engine and the readers of SR and SEG.

Ends with 1 when anything but a documented error came out, a planted value came through, a file took too long, or took
more memory than there is to take. What was found is written to build/fuzz, and can be done again (--seed, --only).
"""

import argparse
import multiprocessing
import os
import resource
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from orthanc_plugin import quiet  # noqa: E402
from tests.fuzz import seeds, targets  # noqa: E402
from tests.fuzz.mutations import mutated  # noqa: E402

#: Of one file. They take milliseconds; a loaded machine may stand still for a while.
LONGEST_S = 20

#: Of one process, above what it has when it begins.
MEMORY_BYTES = 1536 * 2**20

FOUND = REPOSITORY / "build" / "fuzz"


@dataclass
class Outcome:
    """What some files came to."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    grown_kib: int = 0


class TooSlow(Exception):  # noqa: N818
    """A file took longer than LONGEST_S."""


def case(seed: int, number: int) -> tuple[str, str, bytes]:
    """Return target, name of the seed file and changed file of a number."""
    random = Random(f"{seed}:{number}")
    target = list(targets.TARGETS)[number % len(targets.TARGETS)]
    known = seeds.seeds()
    fitting = [name for name in known if name.startswith(tuple(targets.FED[target]))]
    name = random.choice(fitting)
    return target, name, mutated(known[name], random, list(known.values()))


def work(seed: int, numbers: range) -> Outcome:
    """Do some numbers in a process of its own."""
    warnings.simplefilter("ignore")
    quiet.keep_values_out_of_logs()
    seeds.seeds()
    signal.signal(signal.SIGALRM, _too_slow)
    resource.setrlimit(resource.RLIMIT_AS, (_size() + MEMORY_BYTES, resource.RLIM_INFINITY))
    outcome, before = Outcome(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in numbers:
        _one(seed, number, outcome)
    outcome.grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return outcome


def _one(seed: int, number: int, outcome: Outcome) -> None:
    target, name, data = case(seed, number)
    signal.alarm(LONGEST_S)
    started = time.perf_counter()
    try:
        told = targets.TARGETS[target](data)
    except BaseException as error:  # noqa: BLE001 -- whatever it is, it is what is looked for
        told = f"FOUND {type(error).__name__}"
        file = FOUND / f"{seed}-{number}.dcm"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        where = traceback.extract_tb(error.__traceback__)[-1]
        outcome.failures.append(f"{number} {target} ({name}): {error!r:.200} at {where.filename}:{where.lineno}")
    finally:
        signal.alarm(0)
    taken = time.perf_counter() - started
    outcome.counts[f"{target}: {told}"] += 1
    outcome.slowest = max(outcome.slowest, (taken, f"{number} {target} ({name})"))


def _too_slow(*_signal: object) -> None:
    raise TooSlow


def _size() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def main() -> int:
    """Share the numbers among the cores, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", type=int, help="do one number again")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    asked = parser.parse_args()
    print(f"Fuzzing: {asked.count} files, seed {asked.seed}", flush=True)
    numbers = range(asked.count) if asked.only is None else range(asked.only, asked.only + 1)
    shares = [numbers[at : at + 1000] for at in range(0, len(numbers), 1000)]
    started = time.perf_counter()
    # A process that is killed, as by a stack that is full, ends the run with an error.
    with ProcessPoolExecutor(asked.processes, multiprocessing.get_context("spawn")) as pool:
        outcomes = []
        for outcome in pool.map(partial(work, asked.seed), shares):
            outcomes.append(outcome)
            done = sum(one.counts.total() for one in outcomes)
            print(f"  {done} done, {sum(len(one.failures) for one in outcomes)} failures", file=sys.stderr, flush=True)
    return _tell(outcomes, time.perf_counter() - started)


def _tell(outcomes: list[Outcome], taken_s: float) -> int:
    counts = sum((one.counts for one in outcomes), Counter[str]())
    failures = [line for one in outcomes for line in one.failures]
    for told, count in sorted(counts.items()):
        print(f"  {count:8d}  {told}")
    slowest, grown = max(one.slowest for one in outcomes), max(one.grown_kib for one in outcomes)
    print(f"{counts.total()} files in {taken_s:.0f} s; slowest {slowest[0] * 1000:.0f} ms: {slowest[1]}")
    print(f"Memory grew by {grown / 1024:.0f} MiB at most in a process.")
    for line in failures[:50]:
        print(line)
    print(f"{len(failures)} failures" + (f"; the files are in {FOUND}" if failures else ""))
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
