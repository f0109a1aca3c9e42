"""The datasets of an installation: a queue of their own, their files, and how long they are kept."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from orthanc_plugin.errors import RequestError
from orthanc_plugin.exporting.exporter import Exporter, Reached
from orthanc_plugin.exporting.request import Asked
from orthanc_plugin.job_files import DONE, FAILED, RUNNING, Job
from orthanc_plugin.jobs import CANCELLED, Jobs
from orthanc_plugin.users import User

KIND = "export"
DAY_S = 86_400
SWEEP_S = 3600.0

#: Ended exports that are listed; their files go by their age.
LONGEST_MEMORY = 1000


@dataclass
class Exports:
    """The queue and what it has made.

    Parameters
    ----------
    days
        How long a dataset is kept.
    """

    jobs: Jobs
    exporter: Exporter
    days: int

    def submit(self, user: User, asked: Asked) -> str:
        """Queue a dataset; return its identifier. RequestError (503) when too many wait."""
        return self.jobs.submit(KIND, user, asked.to_json())

    def delete(self, job: Job) -> None:
        """Cancel a dataset that is being made, or delete one that was."""
        if job.state == RUNNING:
            self.jobs.cancel(job.id)
            return
        self.jobs.forget(job.id)
        shutil.rmtree(self.exporter.folder / job.id, ignore_errors=True)

    def part(self, job: Job, number: int | None) -> Path:
        """Return the file of one part.

        Raises
        ------
        RequestError
            409: it is not complete; 404: there is no such part; 422: there are several, and none is named.
        """
        if job.state != DONE:
            raise RequestError(409, "not_done", "The dataset is not complete; ask again when its state is done.")
        parts = job.outcome["parts"]
        if number is None and len(parts) > 1:
            message = f"The dataset has {len(parts)} parts; say which: download?part=1 and so on."
            raise RequestError(422, "several_parts", message, "part")
        named = [one["name"] for one in parts if one["number"] == (number or 1)]
        path = self.exporter.folder / job.id / (named[0] if named else "")
        if not path.is_file():
            raise RequestError(404, "unknown_part", f"There is no such part; there are {len(parts)}.", "part")
        return path

    def reached(self, job: Job) -> Reached:
        """Return how far a dataset is."""
        if job.state == DONE:
            return Reached(job.outcome["exams"], job.outcome["bytes"])
        return self.exporter.reached.get(job.id, Reached())

    def expires(self, job: Job) -> float | None:
        """Return when a dataset will be deleted, in seconds of the epoch; None before it is complete."""
        return (job.ended or job.created) + self.days * DAY_S if job.state == DONE else None


@dataclass
class Sweeper:
    """Deletes what is too old, and files that no export has any more; once an hour."""

    folder: Path
    days: int
    _next: float = 0.0

    def sweep(self, jobs: Jobs) -> None:
        """Look, when it is time."""
        now = time.time()
        if now < self._next:
            return
        self._next = now + SWEEP_S
        known = {job.id: job for job in jobs.recent()}
        for job in known.values():
            if job.state == DONE and (job.ended or job.created) + self.days * DAY_S < now:
                jobs.forget(job.id)
        kept = {job.id for job in jobs.recent() if job.state in (RUNNING, DONE)}
        for path in self.folder.glob("*/"):
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)


def state(job: Job) -> str:
    """Return the state of a dataset."""
    return "cancelled" if job.state == FAILED and (job.error or {}).get("code") == CANCELLED[0] else job.state
