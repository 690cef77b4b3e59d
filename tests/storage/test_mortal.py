"""A day ends by the clock, and its key never before it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage import KeyDestroyed, KeyRefused
from storage.mortal import MortalKeys
from tests.clock import FakeClock
from tests.fakes_storage import WHY, MemoryKeys

DAY = date(2026, 11, 24)
OVER = datetime(2026, 11, 24, 23, tzinfo=UTC)  # midnight in Brussels
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(OVER - 30 * 24 * HOUR)


@pytest.fixture
def keys(clock: FakeClock) -> MortalKeys:
    return MortalKeys(MemoryKeys(), clock, ZoneInfo("Europe/Brussels"))


def test_an_hour_after_its_day_a_key_opens_and_seals_nothing(
    keys: MortalKeys, clock: FakeClock
) -> None:
    sealed = keys.seal(DAY, b"k" * 32)
    clock.now = OVER + HOUR - timedelta(seconds=1)
    assert keys.unseal(DAY, sealed, WHY) == b"k" * 32
    clock.now = OVER + HOUR
    for ask in (
        lambda: keys.unseal(DAY, sealed, WHY),
        lambda: keys.seal(DAY, b"k" * 32),
        lambda: keys.new_day(DAY),
    ):
        with pytest.raises(KeyDestroyed, match="2026-11-24 is over"):
            ask()
    assert keys.days() == [DAY], "whoever clears away still finds it"


def test_the_key_of_a_coming_day_cannot_be_destroyed(
    keys: MortalKeys, clock: FakeClock
) -> None:
    sealed = keys.seal(DAY, b"k" * 32)
    clock.now = OVER - 24 * HOUR - timedelta(seconds=1)
    with pytest.raises(KeyRefused, match="has not begun"):
        keys.destroy_day(DAY)
    assert keys.unseal(DAY, sealed, WHY) == b"k" * 32
    clock.now = OVER - 24 * HOUR
    keys.destroy_day(DAY)
    assert keys.days() == []
