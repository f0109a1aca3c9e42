"""A child process that is started, watched and stopped."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: So many bytes of a log are looked at.
LONGEST_SAID = 8192


class ServiceError(RuntimeError):
    """A part did not start or did not stay up; the message says which, and where its log is."""


@dataclass
class Service:
    """One server process with a log file.

    Parameters
    ----------
    stop_signal
        What asks this server for an orderly stop.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    folder: Path = Path("/")
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _log_began: int = field(default=0, init=False)

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor alone.

        The kernel ends it when the supervisor dies without a word (setpriv --pdeathsig).
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        death = self.stop_signal.name.removeprefix("SIG")
        with self.log.open("ab") as log:
            self._log_began = log.tell()
            self.process = subprocess.Popen(  # noqa: S603 -- commands are built in this package
                ["/usr/bin/setpriv", "--pdeathsig", death, *self.command],
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def check(self) -> None:
        """Raise ServiceError when the process has ended."""
        if not self.running:
            raise ServiceError(f"{self.name} ended. Its log: {self.log}\n{self.last_lines()}")

    def stop(self, timeout_s: float = 20.0) -> None:
        """Stop the process, by force after a time; nothing of its session is left behind."""
        if self.process is None:
            return
        if self.running:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process = None

    def last_lines(self, count: int = 12) -> str:
        """Return the end of the log, for an error message."""
        return "\n".join(self.said().splitlines()[-count:])

    def said(self) -> str:
        """Return the end of what it has logged since it was started."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            # A log that was rotated begins anew.
            size = log.seek(0, os.SEEK_END)
            log.seek(max(self._log_began if self._log_began <= size else 0, size - LONGEST_SAID))
            return log.read().decode(errors="replace")
