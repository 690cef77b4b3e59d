"""So many a minute, at once or spread; and work at a bounded rate."""

from collections.abc import Callable
from threading import Lock
from time import monotonic, sleep

MINUTE = 60.0


class Meter:
    """A bucket of turns that fills steadily, up to one minute's worth."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._clock, self._lock = float(a_minute), clock, Lock()
        self._left, self._seen = self._most, clock()

    def wait(self) -> float:
        """Take a turn: 0 when it may begin now, else in how many seconds to ask."""
        with self._lock:
            now = self._clock()
            fresh = (now - self._seen) * self._most / MINUTE
            self._left, self._seen = min(self._most, self._left + fresh), now
            if self._left < 1:
                return (1 - self._left) * MINUTE / self._most
            self._left -= 1
            return 0.0


class Pace:
    """Work that must leave room for others: no more than so much a second."""

    def __init__(
        self,
        a_second: float,
        clock: Callable[[], float] = monotonic,
        rest: Callable[[float], None] = sleep,
    ) -> None:
        self.a_second, self._clock, self._rest = a_second, clock, rest
        self._free_at = clock()

    def spend(self, count: float) -> None:
        """So much was done: rest for as long as it should have taken."""
        now = self._clock()
        self._free_at = max(self._free_at, now) + count / self.a_second
        if (ahead := self._free_at - now) > 0:
            self._rest(ahead)
