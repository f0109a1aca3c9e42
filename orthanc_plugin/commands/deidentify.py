"""`hepatia deidentify`: the same engine on files, in parallel, without Orthanc."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orthanc_plugin import quiet
from orthanc_plugin.commands import progress
from orthanc_plugin.commands.site import SiteError
from orthanc_plugin.deidentification import keys, pixels, profile, report
from orthanc_plugin.deidentification.arrival import Gate, Refuse
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.profile import Profile
from orthanc_plugin.deidentification.trace import Done, Identity

#: Files that one process takes at a time: the instances of a series are quicker together.
BATCH = 64

#: Reason of a file whose instance was there already.
DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Task:
    """What is de-identified with what.

    Parameters
    ----------
    secret
        File of the secret; it must exist.
    switches
        Options of the profile, on or off.
    words
        Added to the vocabulary.
    """

    source: Path
    target: Path
    secret: Path
    switches: dict[str, bool] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    pixel_rules: tuple[dict[str, Any], ...] = ()

    def policy(self) -> Policy:
        """Return the policy.

        Raises
        ------
        ProfileError
            An option or a rule does not exist.
        """
        found = profile.load(self.switches, self.words)
        return Policy(found, keys.load_or_create(self.secret), pixels.parse(self.pixel_rules))


@dataclass
class Result:
    """What became of files.

    Attributes
    ----------
    studies
        Study Instance UID → what was done → instances.
    refused
        Path below the source → reason.
    """

    studies: dict[str, Counter[frozenset[Done]]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Result") -> None:
        """Add what became of other files."""
        for study, done in other.studies.items():
            self.studies.setdefault(study, Counter()).update(done)
        self.refused |= other.refused


def deidentify(task: Task, jobs: int, report_file: Path | None = None) -> int:
    """De-identify every file below a folder into another; return 0 when none was refused.

    The new files are named by their new identifiers, PATIENT/STUDY/SERIES/INSTANCE.dcm: a file's name may identify too.
    Of several files of one instance, one is kept.

    Raises
    ------
    SiteError
        The folders cannot be used.
    ProfileError
        An option or a rule does not exist.
    """
    used = task.policy().profile  # before any process starts, so that a wrong option is said once
    files = _files(task)
    result, done = Result(), 0
    batches = [files[start : start + BATCH] for start in range(0, len(files), BATCH)]
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(task,)) as pool:
        for batch, found in zip(batches, pool.map(_batch, batches), strict=True):
            result.add(found)
            done += len(batch)
            progress.show(done, len(files), "files")
    _tell(result, used, report_file)
    return 1 if result.refused else 0


def default_jobs() -> int:
    """Return how many processes are useful here."""
    return len(os.sched_getaffinity(0))


def _files(task: Task) -> list[Path]:
    source, target = task.source.resolve(), task.target.resolve()
    if not source.is_dir():
        raise SiteError(f"There is no folder {task.source}.")
    if target == source or target.is_relative_to(source) or (target.exists() and any(target.iterdir())):
        raise SiteError(f"{task.target} must be a new or empty folder outside of {task.source}.")
    return sorted(path for path in source.rglob("*") if path.is_file())


_current: list[tuple[Task, Gate]] = []


def _begin(task: Task) -> None:
    quiet.keep_values_out_of_logs()
    _current[:] = [(task, Gate(task.policy()))]


def _batch(files: Sequence[Path]) -> Result:
    [(task, gate)] = _current
    result = Result()
    for file in files:
        decision = gate.decide(file.read_bytes())
        if isinstance(decision, Refuse):
            result.refused[str(file.relative_to(task.source.resolve()))] = decision.reason
            continue
        if not _write(task.target, decision.identity, decision.data):
            result.refused[str(file.relative_to(task.source.resolve()))] = DUPLICATE
            continue
        study = result.studies.setdefault(decision.identity.study_instance_uid, Counter())
        study[decision.done] += 1
    return result


def _write(target: Path, identity: Identity, data: bytes) -> bool:
    """Write a file; return whether it is the first of its instance."""
    folder = target / identity.patient_id / identity.study_instance_uid / identity.series_instance_uid
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with (folder / f"{identity.sop_instance_uid}.dcm").open("xb") as file:
            file.write(data)
    except FileExistsError:
        return False
    return True


def _tell(result: Result, used: Profile, report_file: Path | None) -> None:
    instances = sum(sum(done.values()) for done in result.studies.values())
    print(f"{instances} instances of {len(result.studies)} studies de-identified, {len(result.refused)} files refused")
    for reason, count in Counter(result.refused.values()).most_common():
        print(f"  {count:>6}  {reason}")
    if report_file is not None:
        told = {"studies": list(_reports(result, used)), "refused": result.refused}
        report_file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def _reports(result: Result, used: Profile) -> Iterator[dict[str, Any]]:
    for study, sets in sorted(result.studies.items()):
        counts: Counter[Done] = Counter()
        for done, instances in sets.items():
            counts.update(dict.fromkeys(done, instances))
        ordered = sorted(counts.items(), key=lambda one: (one[0].path, one[0].action.name))
        yield report.report(study, sum(sets.values()), ordered, used)
