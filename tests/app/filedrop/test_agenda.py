"""Calendars: what they say, in lines that every program reads."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.filedrop import rules
from app.filedrop.agenda import LastDay, calendar
from tests.calendars import Event, events, read

NOON = datetime(2026, 10, 26, 11, tzinfo=UTC)
SIGNS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=200
)


def last(day: date, summary: str = "x", uid: str = "a@b") -> LastDay:
    return LastDay(
        uid=uid,
        day=day,
        summary=summary,
        url="https://bestanden.example/bestanden/",
        revised_at=NOON,
    )


def test_a_day_is_a_whole_day_also_when_the_clocks_change() -> None:
    days = [last(date(2026, 10, 25)), last(date(2026, 12, 31), uid="c@d")]
    assert events(calendar(days, name="x")) == [
        Event("a@b", "20261025", "20261026", "x"),
        Event("c@d", "20261231", "20270101", "x"),
    ]


def test_a_calendar_of_nothing_is_a_calendar() -> None:
    assert events(calendar([], name="Direct bestanden")) == []


@given(SIGNS, SIGNS)
def test_any_text_comes_out_as_it_went_in(name: str, summary: str) -> None:
    made = calendar([last(NOON.date(), summary)], name=name)
    (event,) = events(made)
    assert event.summary == summary
    assert read(made).values["NAME"] == name


@given(st.lists(st.integers(0, 900), max_size=80))
def test_a_calendar_is_fetched_thirty_times_a_quarter_of_an_hour(
    pauses: list[int],
) -> None:
    now, fetches, since = NOON, 0, NOON
    allowed: list[datetime] = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        counted = rules.fetched(fetches, since, now=now)
        if isinstance(counted, timedelta):
            assert fetches == rules.MOST_FETCHES
            assert timedelta() < counted <= rules.FETCHED_IN
            fetches, since = 1, now + counted
            assert rules.fetched(30, since - rules.FETCHED_IN, now=since) == (1, since)
            now += counted
        else:
            fetches, since = counted
        allowed.append(now)
    # a window that ends and one that begins lie side by side at worst
    for at in allowed:
        near = [one for one in allowed if at <= one < at + rules.FETCHED_IN]
        assert len(near) <= 2 * rules.MOST_FETCHES
