"""What the server is working on: told by the running inference, read and cancelled from another thread.

MONAI Label runs an inference inside its HTTP handler, so that the server answers nothing else meanwhile; this is what
the control channel (`control.py`) knows of it.
"""

import os
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

#: How long a cancelled inference may go on until its next step; then the process ends, and is started again.
GRACE_S = 10.0


class InferenceError(Exception):
    """An inference failed for a foreseen reason: a word and a sentence, which may go to the user."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Cancelled(InferenceError):  # noqa: N818 -- says what is the case
    """Somebody cancelled the inference."""

    def __init__(self) -> None:
        super().__init__("cancelled", "The inference was cancelled.")


class Work:
    """At most one inference, with its progress."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, Any] | None = None
        self._failed: deque[dict[str, str]] = deque(maxlen=100)
        self._cancelled: deque[str] = deque(maxlen=100)
        self._unsure: deque[tuple[str, float]] = deque(maxlen=100)

    @contextmanager
    def on(self, job: str) -> Iterator[None]:
        """Be what the server works on; failures are remembered for who asks the control channel."""
        with self._lock:
            self._running = {"job": job, "progress": 0.0, "step": "loading", "cancelled": False}
        try:
            self.check()
            yield
        except InferenceError as error:
            self._failed.append({"job": job, "code": error.code, "message": str(error)})
            raise
        finally:
            with self._lock:
                self._running = None

    def tell(self, progress: float, step: str) -> None:
        """Say how far the inference is, 0 to 1, and what is being done; then `check`."""
        with self._lock:
            if self._running:
                self._running |= {"progress": round(progress, 4), "step": step}
        self.check()

    def unsure(self, uncertainty: float) -> None:
        """Say how unsure the running model is of its answer, 0 to 1."""
        with self._lock:
            if self._running:
                self._unsure.append((self._running["job"], round(uncertainty, 4)))

    def check(self) -> None:
        """Raise Cancelled when the inference was cancelled."""
        with self._lock:
            running = self._running
            if running and (running["cancelled"] or running["job"] in self._cancelled):
                raise Cancelled

    def cancel(self, job: str) -> None:
        """End an inference at its next step; one that has not begun does not begin. An empty job is whatever runs."""
        with self._lock:
            if job:
                self._cancelled.append(job)
            elif self._running:
                job = self._running["job"]
                self._running["cancelled"] = True
            else:
                return
        timer = threading.Timer(GRACE_S, self._end_process, (job,))
        timer.daemon = True
        timer.start()

    def told(self) -> Mapping[str, Any]:
        """Return what runs, what has failed, and how unsure models were."""
        with self._lock:
            running = dict(self._running) if self._running else None
            return {"running": running, "failed": list(self._failed), "uncertainty": dict(self._unsure)}

    def _end_process(self, job: str) -> None:
        with self._lock:
            if self._running and self._running["job"] == job:
                os._exit(3)


#: MONAI Label makes the tasks by itself, in its own way: this is where they and the control channel meet.
WORK = Work()
