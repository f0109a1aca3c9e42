"""How long to wait before a server that has ended is started again: never for ever, and never at once for ever."""

from dataclasses import dataclass
from typing import Final

#: So many restarts of a server that had answered are made at once; one comes back each time this many seconds pass.
AT_ONCE: Final = 10
COMES_BACK_S: Final = 20.0

#: The pause when none is left: slow enough to be no hot loop, short enough that everything is up again in 10 s.
PACE_S: Final = 3.0

#: The first pause of a server that did not even begin to answer; it doubles.
FIRST_S: Final = 0.5


@dataclass
class Restarts:
    """The restarts of one server; times are of a clock that only goes forward.

    Parameters
    ----------
    longest_s
        Longest pause: a cause that goes away is noticed after so long at most.
    failures
        Ends in a row before it had answered.
    """

    longest_s: float = 10.0
    count: int = 0
    failures: int = 0
    _left: float = AT_ONCE
    _reckoned: float = 0.0

    def pause_s(self, now: float, *, had_answered: bool) -> float:
        """Count an end, and return for how long to wait.

        Parameters
        ----------
        had_answered
            Whether the server had come so far as to answer.
        """
        self.count += 1
        self._left = min(self._left + (now - self._reckoned) / COMES_BACK_S, AT_ONCE)
        self._reckoned = now
        if not had_answered:
            self.failures += 1
            return min(FIRST_S * 2.0 ** min(self.failures - 1, 20), self.longest_s)
        self.failures = 0
        if self._left < 1:
            return PACE_S
        self._left -= 1
        return 0.0
