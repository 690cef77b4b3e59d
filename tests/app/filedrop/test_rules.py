"""The rules of the file drop: names, sizes, days, reminders."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.filedrop import rules
from app.filedrop.rules import Kind, Label
from app.kernel.errors import Invalid

BRUSSELS = ZoneInfo("Europe/Brussels")
NOON = datetime(2026, 10, 26, 11, tzinfo=UTC)


def test_a_correction_tells_month_version_and_community_by_its_name() -> None:
    label = rules.label_of("CORR_2026-05_EG0001234_V01.csv")
    assert label == Label(Kind.CORRECTION, "csv", "EG0001234", "2026-05", 1)
    assert label.month == "mei 2026"
    assert label.title == "Correcties afname en injectie, mei 2026, versie 1"


@pytest.mark.parametrize(
    "name",
    [
        "CORR_2026-13_EG0001234_V01.csv",
        "CORR_2026-05_EG001234_V01.csv",
        "CORR_2026-05_EG0001234_V00.csv",
        "CORR_2026-05_EG0001234_V1.csv",
        "CORR_2026-05_EG0001234_V01.pdf",
        "corr_2026-05_EG0001234_V01.csv",
        "CORR_2026-05_EG0001234_V01.csv ",
        "CORR_٢٠٢٦-05_EG0001234_V01.csv",
        "Verdeelsleutel_2026-Q4.pdf",
    ],
)
def test_any_other_name_is_an_ad_hoc_document(name: str) -> None:
    label = rules.label_of(name)
    assert (label.kind, label.community, label.month) == (Kind.ADHOC, "", "")
    assert label.title == "Ad-hocbericht"


@pytest.mark.parametrize(
    ("name", "ext"),
    [
        ("brief.PDF", "pdf"),
        ("archief.tar.gz", "gz"),
        ("leesmij", ""),
        ("punt.", ""),
        ("a.b c", ""),
    ],
)
def test_the_extension_is_what_stands_after_the_last_point(name: str, ext: str) -> None:
    assert rules.label_of(name).ext == ext


def test_a_version_of_a_month_has_one_place_whatever_its_bytes() -> None:
    label = rules.label_of("CORR_2026-05_EG0001234_V01.csv")
    slots = {
        rules.slot_of(label, community="EG0001234", name="x", sha256=sha256)
        for sha256 in ("aa", "bb")
    }
    assert slots == {"EG0001234|2026-05|1|csv"}


def test_a_document_takes_a_place_of_its_own() -> None:
    label = rules.label_of("brief.pdf")
    slots = {
        rules.slot_of(label, community=community, name=name, sha256=sha256)
        for community in ("EG0000001", "EG0000002")
        for name in ("brief.pdf", "brief2.pdf")
        for sha256 in ("aa", "bb")
    }
    assert len(slots) == 8


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("e\u0301nergie.csv", "énergie.csv"),
        ("factuur\u202efdp.exe", "factuurfdp.exe"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("  ruim.csv ", "ruim.csv"),
        ("regel\u2028einde\u2029.csv", "regeleinde.csv"),
        ("half\udce9.csv", "half.csv"),
        ("nul\x00.csv", "nul.csv"),
        ("😀.csv", "😀.csv"),
    ],
)
def test_a_name_loses_the_signs_that_hide_or_turn_text(name: str, clean: str) -> None:
    assert rules.clean_name(name) == clean


@pytest.mark.parametrize(
    "name", ["", " ", "..", ".", "a/b", "a\\b", "\u202e", "x" * 256, "é" * 128]
)
def test_a_name_that_cannot_be_kept_as_it_is_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        rules.clean_name(name)


def test_a_name_of_255_bytes_is_kept() -> None:
    assert rules.clean_name("é" * 127 + "x") == "é" * 127 + "x"


@given(st.text())
def test_a_clean_name_is_one_line_and_stays_as_it_is(name: str) -> None:
    try:
        clean = rules.clean_name(name)
    except Invalid:
        return
    assert clean.splitlines() == [clean]
    assert rules.clean_name(clean) == clean


@pytest.mark.parametrize("size", [0, 2**31, 2**40])
def test_nothing_and_two_gibibytes_are_refused(size: int) -> None:
    with pytest.raises(Invalid):
        rules.check_size(size)


@pytest.mark.parametrize("size", [1, 2**31 - 1])
def test_one_byte_to_just_under_two_gibibytes_is_taken(size: int) -> None:
    rules.check_size(size)


@pytest.mark.parametrize(
    ("posted_at", "expires_at", "last_day"),
    [
        # decisions.md: posted 26-10, available tot en met 24-11
        (NOON, datetime(2026, 11, 24, 23, tzinfo=UTC), date(2026, 11, 24)),
        # over the night on which the clocks go back
        (
            datetime(2026, 10, 10, 11, tzinfo=UTC),
            datetime(2026, 11, 8, 23, tzinfo=UTC),
            date(2026, 11, 8),
        ),
        # over the night on which they go forward
        (
            datetime(2026, 3, 20, 11, tzinfo=UTC),
            datetime(2026, 4, 18, 22, tzinfo=UTC),
            date(2026, 4, 18),
        ),
        # in the last minute of a local day, which is another day in UTC
        (
            datetime(2026, 10, 26, 22, 59, tzinfo=UTC),
            datetime(2026, 11, 24, 23, tzinfo=UTC),
            date(2026, 11, 24),
        ),
        (
            datetime(2026, 10, 26, 23, 0, tzinfo=UTC),
            datetime(2026, 11, 25, 23, tzinfo=UTC),
            date(2026, 11, 25),
        ),
    ],
)
def test_a_file_is_over_at_the_midnight_that_begins_the_thirtieth_day(
    posted_at: datetime, expires_at: datetime, last_day: date
) -> None:
    assert rules.expiry(posted_at, zone=BRUSSELS, days=30) == expires_at
    assert rules.last_day(expires_at, BRUSSELS) == last_day


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)))  # noqa: DTZ001
def test_no_file_stays_longer_than_thirty_days(moment: datetime) -> None:
    posted_at = moment.replace(tzinfo=UTC)
    stay = rules.expiry(posted_at, zone=BRUSSELS, days=30) - posted_at
    # an hour more where the clocks go back in between
    assert timedelta(days=28, hours=23) < stay <= timedelta(days=30, hours=1)


def test_it_is_available_until_the_very_moment() -> None:
    second = timedelta(seconds=1)
    assert rules.is_available(expires_at=NOON, now=NOON - second)
    assert not rules.is_available(expires_at=NOON, now=NOON)


@pytest.mark.parametrize(
    ("expires", "due", "may"),
    [(0, 0, True), (0, 1, False), (1, 0, False), (-60, 0, True)],
)
def test_it_is_purged_a_quarter_after_what_its_row_says_and_what_is_due(
    *, expires: int, due: int, may: bool
) -> None:
    over = NOON - timedelta(minutes=15)
    assert may is rules.may_purge(
        expires_at=over + timedelta(minutes=expires),
        due=over + timedelta(minutes=due),
        now=NOON,
    )


@pytest.mark.parametrize(
    ("clock", "waiting", "may"),
    [
        (time(0, 14), False, False),
        (time(0, 15), False, True),
        (time(22, 59), True, False),
        (time(23), True, True),
    ],
)
@pytest.mark.parametrize(
    "day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 25)]
)
def test_the_key_of_a_day_dies_within_that_day(
    *, day: date, clock: time, waiting: bool, may: bool
) -> None:
    now = datetime.combine(day, clock, BRUSSELS)
    assert may is rules.key_may_go(day=day, zone=BRUSSELS, now=now, waiting=waiting)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 10, 24, 5, 59, tzinfo=UTC), None),
        (datetime(2026, 10, 24, 6, 0, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 25, 6, 59, tzinfo=UTC), None),
        (datetime(2026, 10, 25, 7, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), None),
    ],
)
def test_reminders_are_due_from_eight_in_the_morning_in_brussels(
    now: datetime, day: date | None
) -> None:
    assert rules.reminder_day(now, BRUSSELS) == day


def _days_of_letters(*, fetched: bool, looked_on: set[int]) -> list[int]:
    """On which days after posting a letter names the file, when one is looked at."""
    posted, since, named = date(2026, 10, 26), date(2026, 10, 1), []
    for number in sorted(looked_on):
        today = posted + timedelta(days=number)
        if rules.is_reminded(
            expires_on=posted + timedelta(days=30),
            fetched=fetched,
            days=(7, 2),
            since=since,
            today=today,
        ):
            named.append(number)
        since = today
    return named


def test_what_was_not_fetched_is_named_on_day_23_and_on_day_28() -> None:
    assert _days_of_letters(fetched=False, looked_on=set(range(30))) == [23, 28]


def test_what_was_fetched_is_named_on_day_28_all_the_same() -> None:
    assert _days_of_letters(fetched=True, looked_on=set(range(30))) == [28]


def test_after_downtime_a_missed_letter_comes_late_and_once() -> None:
    days = set(range(30)) - {23, 24}
    assert _days_of_letters(fetched=False, looked_on=days) == [25, 28]
    assert _days_of_letters(fetched=False, looked_on={22, 29}) == [29]


@pytest.mark.parametrize("days", [(7, 2), (2, 7), (2,), (14, 7, 2)])
def test_whoever_wants_fewer_reminders_still_gets_the_last_one(
    days: tuple[int, ...],
) -> None:
    assert rules.reminder_stages(days, last_only=True) == [2]
    assert rules.reminder_stages(days, last_only=False) == sorted(days)


@given(st.sets(st.integers(0, 29)), st.booleans())
def test_no_downtime_makes_more_than_one_letter_for_each_reminder(
    looked_on: set[int],
    fetched: bool,  # noqa: FBT001 - hypothesis gives it by place
) -> None:
    days = _days_of_letters(fetched=fetched, looked_on=looked_on)
    assert len(days) <= (1 if fetched else 2)
    if any(day >= 28 for day in looked_on):
        assert days
        assert days[-1] >= 28
