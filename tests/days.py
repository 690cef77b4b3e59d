"""The life of a file that is posted on 26 October 2026, and the hours of Brussels."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.runtime import Runtime
from tests.cast import NOORD, Cast, correction

BRUSSELS = ZoneInfo("Europe/Brussels")
NAME = correction(NOORD)
KEY_DAY = date(2026, 11, 25)
OVER = datetime(2026, 11, 24, 23, tzinfo=UTC)  # midnight in Brussels
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def at(cast: Cast, day: date, hour: int, minute: int = 0) -> None:
    """Let it be that time in Brussels."""
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=BRUSSELS)
    cast.clock.now = local.astimezone(UTC)


def until_done(step: Callable[[Runtime], bool], runtime: Runtime) -> int:
    """How many steps found work."""
    done = 0
    while step(runtime):
        done += 1
    return done
