from datetime import UTC, datetime, timedelta

import pytest

from app.kernel.clock import ClockWatch, system_clock

START = datetime(2026, 10, 26, 9, tzinfo=UTC)


class Clocks:
    """The one on the wall, and the one that only ever goes on."""

    wall, steady = START, 0.0

    def watch(self) -> ClockWatch:
        return ClockWatch(lambda: self.wall, lambda: self.steady)


def test_now_is_aware_and_in_utc() -> None:
    assert system_clock().tzinfo is UTC


def test_a_clock_that_goes_on_has_not_jumped() -> None:
    clocks = Clocks()
    watch = clocks.watch()
    clocks.wall, clocks.steady = START + timedelta(days=400), 400 * 86_400
    assert not watch.has_jumped()


@pytest.mark.parametrize(
    ("minutes", "jumped"), [(60, False), (61, True), (-60, False), (-61, True)]
)
def test_more_than_an_hour_apart_is_a_jump_either_way(
    minutes: int, *, jumped: bool
) -> None:
    clocks = Clocks()
    watch = clocks.watch()
    clocks.wall = START + timedelta(minutes=minutes)
    assert watch.has_jumped() is jumped


def test_a_jump_is_remembered_until_a_new_start() -> None:
    clocks = Clocks()
    watch = clocks.watch()
    clocks.wall, clocks.steady = START + timedelta(days=30, hours=5), 5 * 3600
    assert watch.has_jumped()
    assert not clocks.watch().has_jumped()
