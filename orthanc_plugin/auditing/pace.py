"""How many refusals of one user the audit takes: whoever may log in must not fill the disk with them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

#: Refusals of one user that are entered in one minute.
MOST: Final = 200
MINUTE_S: Final = 60.0


@dataclass
class Pace:
    """Counts by user; used by one thread."""

    clock: Callable[[], float] = time.monotonic
    _minutes: dict[str, tuple[float, int]] = field(default_factory=dict)
    _passed_over: dict[str, int] = field(default_factory=dict)

    def take(self, user: str) -> int | None:
        """Return how many refusals were passed over before this one; None: so is this one."""
        now = self.clock()
        began, entered = self._minutes.get(user, (now, 0))
        if now - began >= MINUTE_S:
            began, entered = now, 0
        if entered >= MOST:
            self._passed_over[user] = self._passed_over.get(user, 0) + 1
            return None
        self._minutes[user] = (began, entered + 1)
        return self._passed_over.pop(user, 0)
