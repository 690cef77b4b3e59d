from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.kernel import words

BRUSSELS = ZoneInfo("Europe/Brussels")
LATE = datetime(2026, 10, 31, 23, 5, tzinfo=UTC)


def test_a_moment_has_the_day_and_the_hour_of_the_wall() -> None:
    assert words.datum(BRUSSELS, LATE) == "1-11-2026"
    assert words.uur(BRUSSELS, LATE) == "0.05"
    assert words.isodate(BRUSSELS, LATE) == "2026-11-01"


def test_a_moment_that_proves_something_has_its_second() -> None:
    assert words.to_the_second(BRUSSELS, LATE.replace(second=9)) == "0.05.09"


def test_a_number_has_a_point_at_each_thousand() -> None:
    told = [words.thousands(n) for n in (0, 999, 1_000, 1_551_204)]
    assert told == ["0", "999", "1.000", "1.551.204"]


def test_a_date_is_a_day_already() -> None:
    assert words.datum(BRUSSELS, date(2018, 11, 6)) == "6-11-2018"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0,00 MB"),
        (1, "minder dan 0,01 MB"),
        (9_999, "minder dan 0,01 MB"),
        (10_000, "0,01 MB"),
        (1_484_000, "1,48 MB"),
        (2_147_483_647, "2.147,48 MB"),
    ],
)
def test_a_size_is_in_megabytes_with_a_comma(size: int, text: str) -> None:
    assert words.megabytes(size) == text


def test_contact_is_shown_in_part() -> None:
    assert words.masked_email("an.peeters@example.be") == "a…@example.be"
    assert words.phone_tail("+32470112227") == "27"


def test_one_table_of_filters_serves_pages_and_letters() -> None:
    filters = words.filters(BRUSSELS)
    assert {
        name: say(LATE)
        for name, say in filters.items()
        if name not in {"megabytes", "thousands"}
    } == {
        "datum": "1-11-2026",
        "schuin": "01/11/2026",
        "uur": "0.05",
        "stip": "00:05:00,000",
        "isodate": "2026-11-01",
    }
    assert filters["megabytes"](5_000_000) == "5,00 MB"


def test_a_stamp_is_local_and_to_the_millisecond() -> None:
    moment = datetime(2026, 10, 26, 8, 4, 5, 123_999, tzinfo=UTC)
    assert words.stip(BRUSSELS, moment) == "09:04:05,123"
