"""The only place that knows what time it is; everybody else is told."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware and in UTC."""
    return datetime.now(UTC)


@dataclass
class ClockWatch:
    """Compares the wall clock with the monotonic one since it was made."""

    clock: Clock
    monotonic: Callable[[], float] = time.monotonic
    tolerance: timedelta = timedelta(hours=1)
    _wall: datetime = field(init=False)
    _ticks: float = field(init=False)

    def __post_init__(self) -> None:
        self._wall, self._ticks = self.clock(), self.monotonic()

    def has_jumped(self) -> bool:
        """Whether the wall clock ran away; it stays true until a new start."""
        passed = timedelta(seconds=self.monotonic() - self._ticks)
        return abs(self.clock() - self._wall - passed) > self.tolerance
