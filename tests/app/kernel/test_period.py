"""Periods, months and the quarter hours of days on which the clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.period import Month, Period

BRUSSELS = ZoneInfo("Europe/Brussels")
days = st.dates(date(2000, 1, 1), date(2060, 1, 1))
periods = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)),
    days,
    st.integers(0, 60),
)


def test_the_last_day_is_not_in_it() -> None:
    may = Period(date(2026, 5, 1), date(2026, 6, 1))
    assert date(2026, 5, 1) in may
    assert date(2026, 5, 31) in may
    assert date(2026, 6, 1) not in may
    assert date(2026, 4, 30) not in may
    assert len(may) == len(list(may)) == 31


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="eindigen"):
        Period(date(2026, 5, 2), date(2026, 5, 1))


def test_periods_that_do_not_meet_share_an_empty_one() -> None:
    spring = Period(date(2026, 3, 1), date(2026, 6, 1))
    autumn = Period(date(2026, 9, 1), date(2026, 12, 1))
    shared = spring & autumn
    assert not shared
    assert list(shared) == []
    assert list(shared.quarters(BRUSSELS)) == []


@given(periods, periods, days)
def test_a_day_is_shared_when_it_lies_in_both(
    one: Period, other: Period, day: date
) -> None:
    assert (day in one & other) == (day in one and day in other)
    assert set(one & other) == set(other & one) == set(one) & set(other)


@pytest.mark.parametrize(
    ("day", "quarters"),
    [
        (date(2026, 3, 28), 96),
        (date(2026, 3, 29), 92),
        (date(2026, 10, 25), 100),
        (date(2026, 10, 26), 96),
    ],
)
def test_a_day_has_as_many_quarters_as_passed(day: date, quarters: int) -> None:
    starts = list(Period(day, day + timedelta(days=1)).quarters(BRUSSELS))
    assert len(starts) == len(set(starts)) == quarters
    assert all(start.astimezone(BRUSSELS).date() == day for start in starts)


def test_quarters_are_told_in_utc() -> None:
    may = Period(date(2026, 5, 1), date(2026, 6, 1)).quarters(BRUSSELS)
    assert next(may) == datetime(2026, 4, 30, 22, 0, tzinfo=UTC)
    assert next(may).isoformat() == "2026-04-30T22:15:00+00:00"


@pytest.mark.parametrize(
    ("month", "quarters"),
    [("2026-02", 2688), ("2026-03", 2972), ("2026-05", 2976), ("2026-10", 2980)],
)
def test_a_month_has_as_many_quarters_as_its_days(month: str, quarters: int) -> None:
    assert len(list(Month.parse(month).period.quarters(BRUSSELS))) == quarters


def test_a_month_is_read_and_written_alike() -> None:
    may = Month.parse("2026-05")
    assert may == Month(2026, 5) == Month.of(date(2026, 5, 31))
    assert str(may) == "2026-05"
    assert Month.parse("2026-09").name_nl == "september 2026"


def test_december_ends_where_january_starts() -> None:
    assert Month(2026, 12).period == Period(date(2026, 12, 1), date(2027, 1, 1))


def test_months_are_counted_over_the_years() -> None:
    assert Month(2026, 11) + 3 == Month(2027, 2)
    assert Month(2026, 1) - 1 == Month(2025, 12)
    assert Month(2026, 1) - 13 < Month(2025, 1)


@pytest.mark.parametrize(
    "text", ["", "2026-5", "202605", "2026-05-01", "mei 2026", "2026-0٥", "2026-05\n"]
)
def test_what_does_not_look_like_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ziet eruit als 2026-05"):
        Month.parse(text)


@pytest.mark.parametrize("text", ["2026-00", "2026-13", "0000-01", "9999-12"])
def test_what_the_calendar_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="kalender"):
        Month.parse(text)
