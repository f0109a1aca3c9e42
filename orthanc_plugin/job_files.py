"""Jobs as small files below DATA, so that a restart of Orthanc loses none: UIDs and words, no patient's value."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orthanc_plugin.private_files import write_private
from orthanc_plugin.users import User

RUNNING, DONE, FAILED = "running", "done", "failed"


@dataclass(frozen=True)
class Job:
    """Work that a request has started and does not wait for.

    Parameters
    ----------
    parameters
        What the handler of its kind needs; kept on disk.
    state
        "running" while it waits or is worked on, then "done" or "failed".
    attempts
        How often work on it began; more than one after a crash.
    progress
        From 0 to 1.
    step
        One word for what is being done.
    outcome
        Of a job that is done: "result", a URL, and whatever else its handler tells.
    error
        Of a job that has failed: "code" and "message".
    ended
        When it was done, or failed.
    """

    id: str
    kind: str
    user: User
    parameters: Mapping[str, Any]
    created: float
    state: str = RUNNING
    attempts: int = 0
    progress: float = 0.0
    step: str = "waiting"
    outcome: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, str] | None = None
    ended: float | None = None


def save(folder: Path, job: Job) -> None:
    """Write a job, whole or not at all."""
    write_private(_path(folder, job.id), json.dumps(asdict(job)))


def load(folder: Path) -> Iterator[Job]:
    """Yield the jobs of a folder, oldest first; a file that is none is left alone."""
    found = []
    for path in folder.glob("*.json"):
        try:
            values = json.loads(path.read_text())
            found.append(Job(**values | {"user": User(**values["user"])}))
        except (ValueError, TypeError, KeyError):
            continue
    return iter(sorted(found, key=lambda job: job.created))


def remove(folder: Path, job: Job) -> None:
    """Forget a job."""
    _path(folder, job.id).unlink(missing_ok=True)


def _path(folder: Path, job_id: str) -> Path:
    return folder / f"{job_id}.json"
