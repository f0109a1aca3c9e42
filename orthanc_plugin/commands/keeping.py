"""Keeps one server running: starts it again when it ends or hangs, and says what is wrong."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from orthanc_plugin.commands.liveness import Answer, Hang, Pulse
from orthanc_plugin.commands.restarts import Restarts
from orthanc_plugin.commands.service import Service, ServiceError

#: The same problem is said again after so long.
SAID_AGAIN_S: Final = 300.0

#: So many ends in a row before it has answered are no coincidence.
MENDED_AFTER: Final = 3


@dataclass(frozen=True)
class Kind:
    """What there is to know of a server.

    Parameters
    ----------
    make
        Makes what it needs (folders, configuration) and returns it as a service; called before each start.
    ask
        Asks it how it is; must return after some seconds at most.
    causes
        Returns sentences that say why it may have ended, and what to do, given what it has logged since its start;
        empty when nothing is known.
    longest_pause_s
        Before it is started again, when it ends before it has answered.
    mend
        Called when it has ended several times before it has answered, with what it has logged: makes anew what can be
        made anew, and returns a sentence about that; nothing when there is nothing to be done.
    """

    name: str
    make: Callable[[], Service]
    ask: Callable[[], Answer]
    causes: Callable[[str], list[str]] = lambda _: []
    longest_pause_s: float = 10.0
    mend: Callable[[str], str] = lambda _: ""


@dataclass
class Keeper:
    """One server; `look` is called several times a second by one thread, and never waits.

    Parameters
    ----------
    say
        Takes a line for people.
    started
        Takes a service that was just started.
    """

    kind: Kind
    say: Callable[[str], None]
    started: Callable[[Service], None] = lambda _: None
    problem: str = ""
    service: Service | None = None
    has_been_ready: bool = False
    log: str = ""
    last_lines: str = ""
    known: list[str] = field(default_factory=list)
    restarts: Restarts = field(init=False)
    _pulse: Pulse | None = None
    _began: float = 0.0
    _next: float = 0.0
    _was_ready: bool = False
    _hang: Hang = field(default_factory=Hang)
    _said: tuple[str, float] = ("", 0.0)

    def __post_init__(self) -> None:
        self.restarts = Restarts(self.kind.longest_pause_s)

    @property
    def is_ready(self) -> bool:
        """Whether it runs and has answered since it was started."""
        running = self.service is not None and self.service.running
        return running and self._pulse is not None and self._pulse.is_ready(self._began)

    @property
    def state(self) -> str:
        """One word: "ok", "starting" or "down"."""
        if self.is_ready:
            return "ok"
        return "starting" if self.service is not None and self.service.running and not self.problem else "down"

    def look(self) -> None:
        """See how it is, and do what has to be done now."""
        now = time.monotonic()
        if self.service is not None and self.service.running:
            self._look_at_running(now, self.service)
        elif self.service is not None:
            self._ended(now, self.service)
        elif now >= self._next:
            self._start(now)

    def stop(self) -> None:
        """Stop it for good."""
        if self._pulse:
            self._pulse.stop()
        if self.service:
            self.service.stop()

    def _look_at_running(self, now: float, service: Service) -> None:
        assert self._pulse is not None
        assert service.process is not None
        if self.is_ready and not self._was_ready:
            self._was_ready = self.has_been_ready = True
            if self.restarts.count or self.problem:
                self.say(f"{self.kind.name} answers again, {now - self._began:.1f} s after its start")
            self.problem, self._said = "", ("", 0.0)
        quiet_s = now - max(self._began, self._pulse.last())
        if self._hang.look(now, quiet_s, service.process.pid):
            self.say(f"{self.kind.name} has not answered for {quiet_s:.0f} s and does nothing; ending it")
            service.process.send_signal(signal.SIGKILL)

    def _ended(self, now: float, service: Service) -> None:
        self.log, self.last_lines = str(service.log), service.said()
        service.stop()
        self.service = None
        pause_s = self.restarts.pause_s(now, had_answered=self._was_ready)
        self._next = now + pause_s
        again = f"starting it again in {pause_s:.1f} s" if pause_s else "starting it again"
        self._tell(now, f"ended by itself; {again}. Its log: {service.log}")
        if self.restarts.failures >= MENDED_AFTER and (done := self.kind.mend(self.last_lines)):
            self.say(done)

    def _start(self, now: float) -> None:
        self._began, self._was_ready, self._hang = now, False, Hang()
        try:
            service = self.kind.make()
            service.start()
        except (OSError, ServiceError, ValueError) as error:
            self._next = now + self.restarts.pause_s(now, had_answered=False)
            self.last_lines = str(error)
            self._tell(now, "could not be started; trying again every few seconds")
            return
        self.service = service
        self.started(service)
        self._pulse = self._pulse or Pulse(self.kind.name, self.kind.ask)

    def _tell(self, now: float, what: str) -> None:
        """Say what has happened and why; the same again and again only now and then."""
        self.known = self.kind.causes(self.last_lines)
        why = self.known or ([] if self._was_ready else self.last_lines.splitlines()[-1:])
        self.problem = " ".join(why) or f"{self.kind.name} has ended, and is started again."
        if self._was_ready or self.problem != self._said[0] or now - self._said[1] > SAID_AGAIN_S:
            self._said = (self.problem, now)
            self.say("\n          ".join([f"{self.kind.name} {what}", *why]))
