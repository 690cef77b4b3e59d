"""So many a minute, at once or spread; who comes after them waits."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

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
