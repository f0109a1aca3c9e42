"""Slow work that a request starts and does not wait for: one job at a time, the others wait and see their place.

A kind of job is a handler: `handler(job, control)` does the work and returns the outcome, with a URL as "result". It
calls `control.tell` between its steps, which ends it when the job was cancelled, is late, or Orthanc stops; and it
raises `JobFailed` with what the user shall read.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Condition, Event
from typing import Any

from orthanc_plugin import job_files
from orthanc_plugin.errors import RequestError
from orthanc_plugin.job_files import DONE, FAILED, RUNNING, Job
from orthanc_plugin.users import User

#: How often work on a job may begin: a job that ends Orthanc itself is not begun for ever.
MOST_ATTEMPTS = 3

#: Finished jobs that are remembered.
LONGEST_MEMORY = 100

#: How often the thread looks after what has become old.
IDLE_S = 5.0

CANCELLED = ("cancelled", "The job was cancelled.")
INTERRUPTED = ("interrupted", f"The job was interrupted {MOST_ATTEMPTS} times, and is not begun again. See the logs.")
UNFORESEEN = ("internal_error", "The job ended after an unforeseen error; the log of Orthanc says where.")


class JobFailed(Exception):  # noqa: N818 -- says what is the case
    """Work cannot be done: code (snake_case) and a sentence that says why and what to do, without a patient's value."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Stopped(Exception):  # noqa: N818 -- says what is the case
    """Orthanc stops: the job is begun again at the next start."""


@dataclass(frozen=True)
class Control:
    """A handler's side of its job.

    Parameters
    ----------
    deadline
        As of `time.monotonic()`.
    """

    jobs: "Jobs"
    job_id: str
    deadline: float

    def tell(self, progress: float, step: str) -> None:
        """Say how far the work is, from 0 to 1, and what is being done, in one word; then `check`."""
        self.jobs.told(self.job_id, progress, step)
        self.check()

    def check(self) -> None:
        """Raise JobFailed when the job was cancelled or is late, Stopped when Orthanc stops."""
        if self.jobs.stopping.is_set():
            raise Stopped
        if self.jobs.is_cancelled(self.job_id):
            raise JobFailed(*CANCELLED)
        if time.monotonic() > self.deadline:
            raise JobFailed("timeout", "The job took longer than the setting JobTimeoutSeconds allows; it was ended.")

    def wait(self, seconds: float) -> None:
        """Wait, and `check`; a cancelled job does not wait to the end."""
        self.jobs.wait(self.job_id, seconds)
        self.check()


Handler = Callable[[Job, Control], Mapping[str, Any]]

#: Code and sentence of an error that a handler raised, None for one that nobody foresaw.
Explain = Callable[[Exception], tuple[str, str] | None]


class Jobs:
    """The queue, kept in a folder; `run` works on it in a thread of its own.

    Parameters
    ----------
    folder
        Unfinished jobs that are found there are taken up again.
    handlers
        By kind.
    foreseen
        Errors of handlers that tell what is wrong by themselves, and what is told of them.
    timeout_s
        How long work on one job may take.
    longest_queue
        Jobs that may wait; more are refused.
    longest_memory
        Ended jobs that are remembered.
    ended
        Called with each job that has ended, however it did.
    idle
        Called with the queue by the thread between jobs, and every few seconds while there are none.
    """

    def __init__(
        self,
        folder: Path,
        handlers: Mapping[str, Handler],
        stopping: Event,
        foreseen: tuple[tuple[type[Exception], ...], Explain] = ((), lambda _: None),
        timeout_s: float = 1800.0,
        longest_queue: int = 20,
        longest_memory: int = LONGEST_MEMORY,
        idle: Callable[["Jobs"], None] = lambda _: None,
        ended: Callable[[Job], None] = lambda _: None,
    ) -> None:
        self.stopping = stopping
        self._longest_memory, self._idle, self._ended = longest_memory, idle, ended
        self._folder, self._handlers, self._foreseen = folder, handlers, foreseen
        self._timeout_s, self._longest_queue = timeout_s, longest_queue
        self._changed = Condition()
        self._cancelled: set[str] = set()
        self._working = ""
        self._jobs = {job.id: job for job in job_files.load(folder)}

    def submit(self, kind: str, user: User, parameters: Mapping[str, Any]) -> str:
        """Queue a job and return its identifier.

        Raises
        ------
        RequestError
            503: too many are waiting.
        """
        with self._changed:
            if len(self._unfinished()) > self._longest_queue:
                message = "Too many jobs are waiting. Try again when some of them are done."
                raise RequestError(503, "queue_full", message)
            job = Job(secrets.token_hex(8), kind, user, dict(parameters), time.time())
            self._keep(job)
            self._changed.notify_all()
        return job.id

    def get(self, job_id: str) -> Job:
        """Return a job; RequestError (404) when there is none."""
        with self._changed:
            if job_id not in self._jobs:
                raise RequestError(
                    404, "unknown_job", "There is no such job; finished ones are forgotten after a while."
                )
            return self._jobs[job_id]

    def place(self, job_id: str) -> int:
        """Return how many jobs are before this one; 0 when it is being worked on or has ended."""
        with self._changed:
            waiting = [job.id for job in self._unfinished()]
            return waiting.index(job_id) if job_id in waiting else 0

    def recent(self) -> list[Job]:
        """Return the jobs that are remembered, newest first."""
        with self._changed:
            return sorted(self._jobs.values(), key=lambda job: -job.created)

    def cancel(self, job_id: str) -> Job:
        """End a job, at once when it waits, else at its next step; one that has ended stays as it is."""
        job = self.get(job_id)
        with self._changed:
            if self._jobs[job_id].state == RUNNING:
                self._cancelled.add(job_id)
                if self._working != job_id:
                    self._end(job_id, error=CANCELLED)
                self._changed.notify_all()
            return self._jobs.get(job_id, job)

    def forget(self, job_id: str) -> None:
        """Remember a job that has ended no longer."""
        with self._changed:
            job = self._jobs.get(job_id)
            if job and job.state != RUNNING:
                del self._jobs[job_id]
                job_files.remove(self._folder, job)

    # --- the handlers' side ------------------------------------------------------------------------------------------

    def told(self, job_id: str, progress: float, step: str) -> None:
        """Remember how far a job is; not written, as it is begun anew after a restart."""
        with self._changed:
            self._jobs[job_id] = replace(self._jobs[job_id], progress=min(max(progress, 0.0), 1.0), step=step)

    def is_cancelled(self, job_id: str) -> bool:
        """Whether somebody has cancelled a job."""
        with self._changed:
            return job_id in self._cancelled

    def wait(self, job_id: str, seconds: float) -> None:
        """Wait unless the job is cancelled or Orthanc stops."""
        with self._changed:
            self._changed.wait_for(lambda: job_id in self._cancelled or self.stopping.is_set(), seconds)

    # --- the thread --------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Work until `stopping` is set and `wake` is called."""
        while not self.stopping.is_set():
            self._idle(self)
            with self._changed:
                self._changed.wait_for(lambda: self.stopping.is_set() or bool(self._unfinished()), IDLE_S)
                waiting = self._unfinished()
            if waiting and not self.stopping.is_set():
                self._work(waiting[0])

    def wake(self) -> None:
        """Have `run` and the handlers look whether they shall stop."""
        with self._changed:
            self._changed.notify_all()

    def _work(self, job: Job) -> None:
        if job.attempts >= MOST_ATTEMPTS:
            self._end(job.id, error=INTERRUPTED)
            return
        with self._changed:
            begun = replace(self._jobs[job.id], attempts=job.attempts + 1, step="starting")
            if begun.state != RUNNING:
                return
            self._keep(begun)
            self._working = job.id
        error: tuple[str, str] | None = UNFORESEEN
        outcome: Mapping[str, Any] = {}
        kinds, explain = self._foreseen
        try:
            outcome = self._handlers[job.kind](begun, Control(self, job.id, time.monotonic() + self._timeout_s))
            error = None
        except Stopped:
            # Not the job's fault: the next start begins it as if nothing had been.
            self._keep(job)
            self._working = ""
            return
        except JobFailed as failed:
            error = (failed.code, str(failed))
        except kinds as foreseen:
            error = explain(foreseen) or UNFORESEEN
        finally:
            # An unforeseen error goes on to the thread's edge, which logs it; the job has ended all the same.
            if self._working:
                self._working = ""
                self._end(job.id, outcome, error)

    def _end(self, job_id: str, outcome: Mapping[str, Any] | None = None, error: tuple[str, str] | None = None) -> None:
        with self._changed:
            job = self._jobs[job_id]
            if error:
                ended = replace(job, state=FAILED, error={"code": error[0], "message": error[1]})
            else:
                ended = replace(job, state=DONE, progress=1.0, outcome=dict(outcome or {}))
            self._cancelled.discard(job_id)
            ended = replace(ended, step="", ended=time.time())
            self._keep(ended)
            self._ended(ended)
            self._prune()
            self._changed.notify_all()

    def _keep(self, job: Job) -> None:
        with self._changed:
            self._jobs[job.id] = job
            job_files.save(self._folder, job)

    def _prune(self) -> None:
        ended = [job for job in self._jobs.values() if job.state != RUNNING]
        for job in sorted(ended, key=lambda one: one.created)[: -self._longest_memory]:
            del self._jobs[job.id]
            job_files.remove(self._folder, job)

    def _unfinished(self) -> list[Job]:
        return sorted((job for job in self._jobs.values() if job.state == RUNNING), key=lambda job: job.created)
