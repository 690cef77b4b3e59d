"""The hour at which a delivery leaves, and how long its draft lives around it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.filedrop import hours
from app.kernel.errors import Invalid

BRUSSELS = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 10, 20, 8, tzinfo=UTC)  # 10.00 in Brussels
MOMENTS = st.timedeltas(timedelta(), timedelta(days=365)).map(NOW.__add__)


def asked(day: str, clock: str, now: datetime = NOW) -> datetime:
    return hours.hour_of(day, clock, now=now, zone=BRUSSELS)


def test_an_hour_is_that_of_the_wall_on_either_side_of_winter() -> None:
    assert asked("2026-10-20", "10:40") == datetime(2026, 10, 20, 8, 40, tzinfo=UTC)
    assert asked("2026-10-26", "10:40") == datetime(2026, 10, 26, 9, 40, tzinfo=UTC)


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    assert asked("2026-10-25", "02:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "sentence"),
    [
        ("", "", "Kies een datum en een uur."),
        ("2026-10-21", "", "Kies een datum en een uur."),
        ("2026-10-32", "10:00", "Kies een datum en een uur."),
        ("morgen", "vroeg", "Kies een datum en een uur."),
        ("2026-10-21", "10:00+09:00", "Kies een datum en een uur."),
        ("0001-01-01", "00:00", "Kies een datum en een uur."),
        ("2026-10-20", "10:00", "Dat uur is al voorbij."),
        ("2025-10-20", "10:40", "Dat uur is al voorbij."),
        ("2026-10-20", "10:09", "Dat is binnen 10 minuten. Kies Nu of een later uur."),
        ("2026-11-03", "09:01", "Kies een uur binnen 14 dagen."),
        ("9999-12-31", "23:59", "Kies een uur binnen 14 dagen."),
    ],
)
def test_an_hour_that_cannot_be_is_refused_with_the_reason(
    day: str, clock: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=f"^{sentence}$"):
        asked(day, clock)


def test_an_hour_that_the_clock_skips_is_refused() -> None:
    spring = datetime(2027, 3, 27, 12, tzinfo=UTC)
    with pytest.raises(Invalid, match="Dat uur bestaat niet"):
        asked("2027-03-28", "02:30", spring)
    assert asked("2027-03-28", "03:00", spring) == datetime(2027, 3, 28, 1, tzinfo=UTC)


@given(MOMENTS, MOMENTS)
def test_a_draft_outlives_its_hour_and_never_loses_by_waiting(
    dies_at: datetime, hour: datetime
) -> None:
    kept = hours.kept_until(dies_at, hour)
    assert kept >= hour + timedelta(hours=24)
    assert kept >= dies_at


@given(MOMENTS, st.timedeltas(timedelta(), hours.MOST_AHEAD), st.floats(0, 1))
def test_one_that_is_held_back_lives_a_day_at_least_and_two_at_most(
    now: datetime, ahead: timedelta, share: float
) -> None:
    hour = now + ahead
    kept = hours.kept_until(now + hours.LIVES * share, hour)
    left = hours.kept_after(kept, now) - now
    assert timedelta(hours=24) <= left <= hours.LIVES
