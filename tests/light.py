"""The house as most tests have it: on their clock, with passwords that cost nothing."""

from dataclasses import replace

from app.kernel.clock import ClockWatch
from app.passwords import Cost, Passwords
from app.runtime import Runtime
from tests.clock import FakeClock

FREE = Cost(memory_kib=8, passes=1)


def lightened(built: Runtime, clock: FakeClock) -> Runtime:
    """The same house, without its wait at each password."""
    passwords = Passwords(built.keyring, cost=FREE)
    watch = ClockWatch(clock, clock.monotonic)
    return replace(built, watch=watch, passwords=passwords)
