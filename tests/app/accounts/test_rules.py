"""The rules of signing in, as values: tries, codes, sessions, passwords."""

from datetime import UTC, datetime, timedelta
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import rules
from app.accounts.rules import Bucket, Fault, Refused, Sent, Step, Why

NOW = datetime(2026, 10, 26, 9, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
FRESH = Bucket(0, NOW, NOW)
COMMON = frozenset({"wachtwoord", "correcthorsebattery", "welkom"})


def pauses(tries: int) -> list[int]:
    """How long each failure made the next one wait, when nobody tries too soon."""
    bucket, now, waited = FRESH, NOW, []
    for _ in range(tries):
        after = rules.by_account(bucket, now=now)
        assert isinstance(after, Bucket)
        waited.append(int((after.until - now).total_seconds()))
        bucket, now = after, after.until
    return waited


def test_from_the_fifth_failure_on_the_pause_doubles_up_to_a_minute() -> None:
    assert pauses(13) == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_try_within_the_pause_is_refused_and_counts_for_nothing() -> None:
    waiting = Bucket(7, NOW, NOW + 4 * SECOND)
    refused = rules.by_account(waiting, now=NOW + 3 * SECOND)
    assert refused == Refused(Why.PAUSE, NOW + 4 * SECOND)
    after = rules.by_account(waiting, now=NOW + 4 * SECOND)
    assert isinstance(after, Bucket)
    assert after.failures == 8


@given(st.integers(min_value=0, max_value=10_000))
def test_no_pause_is_longer_than_a_minute(failures: int) -> None:
    after = rules.by_account(Bucket(failures, NOW, NOW), now=NOW)
    assert isinstance(after, Bucket)
    assert NOW <= after.until <= NOW + MINUTE


def test_a_neighbour_has_twenty_failures_in_ten_minutes() -> None:
    bucket = FRESH
    for _ in range(20):
        after = rules.by_address(bucket, now=NOW)
        assert isinstance(after, Bucket)
        bucket = after
    late = NOW + 10 * MINUTE - SECOND
    assert rules.by_address(bucket, now=late) == Refused(Why.CROWD, NOW + 10 * MINUTE)
    again = rules.by_address(bucket, now=NOW + 10 * MINUTE)
    assert again == Bucket(1, NOW + 10 * MINUTE, NOW + 10 * MINUTE)


def test_who_has_no_own_password_chooses_one_before_the_code() -> None:
    assert rules.next_step(has_own_password=False) is Step.CHOOSE
    assert rules.next_step(has_own_password=True) is Step.CODE


@pytest.mark.parametrize(
    ("tries", "age", "usable"),
    [
        (0, timedelta(), True),
        (4, 10 * MINUTE - SECOND, True),
        (5, timedelta(), False),
        (0, 10 * MINUTE, False),
    ],
)
def test_a_code_has_five_tries_and_ten_minutes(
    tries: int, age: timedelta, *, usable: bool
) -> None:
    assert rules.code_is_usable(sent_at=NOW - age, tries=tries, now=NOW) is usable


@pytest.mark.parametrize(
    ("tries", "why"), [(4, Why.CODE_OVER), (5, Why.TRIES_SPENT), (6, Why.TRIES_SPENT)]
)
def test_a_code_that_works_no_more_grew_old_or_was_tried_too_often(
    tries: int, why: Why
) -> None:
    assert rules.why_over(tries=tries) is why


def sent(
    *, here: tuple[timedelta, ...] = (), codes: int = 0, ago: timedelta = HOUR
) -> Sent:
    """Codes of this sign-in, so long ago each; others, all of them so long ago."""
    return Sent([NOW - age for age in here], [NOW - ago] * codes, [])


def test_the_first_code_goes_out_at_once_and_a_resend_after_a_minute() -> None:
    assert rules.may_send(sent(), now=NOW) is None
    soon = rules.may_send(sent(here=(20 * SECOND,)), now=NOW)
    assert soon == Refused(Why.PAUSE, NOW + 40 * SECOND)
    assert rules.may_send(sent(here=(MINUTE,)), now=NOW) is None


def test_after_two_resends_the_password_is_asked_again() -> None:
    three = sent(here=(5 * MINUTE, 3 * MINUTE, 2 * MINUTE))
    assert rules.may_send(three, now=NOW) == Refused(Why.CODES_SPENT)


def test_five_codes_an_hour_and_ten_a_day() -> None:
    hour = rules.may_send(sent(codes=5, ago=20 * MINUTE), now=NOW)
    assert hour == Refused(Why.PAUSE, NOW + 40 * MINUTE)
    assert rules.may_send(sent(codes=4, ago=20 * MINUTE), now=NOW) is None
    day = rules.may_send(sent(codes=10, ago=20 * HOUR), now=NOW)
    assert day == Refused(Why.PAUSE, NOW + 4 * HOUR)
    assert rules.may_send(sent(codes=9, ago=20 * HOUR), now=NOW) is None


def test_twenty_wrong_codes_pause_the_factor_until_the_oldest_is_a_day_old() -> None:
    wrong = [NOW - 23 * HOUR] * 5 + [NOW - HOUR] * 15
    paused = Refused(Why.PAUSE, NOW + HOUR)
    assert rules.may_try(wrong, now=NOW) == paused
    assert rules.may_send(Sent([], [], wrong), now=NOW) == paused
    assert rules.may_try(wrong[1:], now=NOW) is None
    assert rules.may_try(wrong, now=NOW + HOUR) is None


@given(
    st.lists(st.integers(min_value=0, max_value=200), max_size=40),
    st.integers(min_value=1, max_value=12),
)
def test_when_there_is_room_again_there_really_is(ages: list[int], most: int) -> None:
    times = sorted(NOW - MINUTE * age for age in ages)
    free = rules.free_at(times, most, HOUR, now=NOW)
    assert sum(time > free - HOUR for time in times) < most
    if free > NOW:
        assert sum(time >= free - HOUR for time in times) >= most


def test_the_house_sends_three_codes_a_day_per_account_and_at_least_fifty() -> None:
    assert [rules.daily_codes(n) for n in (0, 16, 17, 2000)] == [50, 50, 51, 6000]


@pytest.mark.parametrize(
    ("age", "idle", "lives"),
    [
        (timedelta(), timedelta(), True),
        (8 * HOUR - SECOND, 15 * MINUTE - SECOND, True),
        (8 * HOUR, timedelta(), False),
        (HOUR, 15 * MINUTE, False),
    ],
)
def test_a_session_ends_after_a_quarter_of_rest_and_eight_hours_in_all(
    age: timedelta, idle: timedelta, *, lives: bool
) -> None:
    started, seen = NOW - age, NOW - idle
    assert rules.session_lives(started_at=started, last_seen_at=seen, now=NOW) is lives


def fault(password: str, shortest: int = 12) -> Fault | None:
    own = ("an.peeters", "EG0000001", "Zonnedelen Noord cv", "Bo")
    return rules.fault_of(password, shortest=shortest, own=own, common=COMMON)


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("elf tekens!", Fault.SHORT),
        ("a" * 129, Fault.LONG),
        ("aaaaaaaaaaaaaa", Fault.COMMON),
        ("CorrectHorseBattery", Fault.COMMON),
        ("welkomwelkom", Fault.COMMON),
        ("WelkomWelkomWelkom", Fault.COMMON),
        ("mijn AN-Peeters 7", Fault.OWN_NAME),
        ("hallo eg-0000001!", Fault.OWN_NAME),
        ("ZonnedelenNoordCV", Fault.OWN_NAME),
        ("zonnedelen noord", Fault.OWN_NAME),  # as people say it, without its form
        ("Zonnedelen in de zon", None),
        ("Bo gaat naar de markt", None),  # two letters are no name to be found
        ("Vier linden aan de Leie", None),
        ("🌻" * 11 + "🌊", None),
        ("abcabcabcabc", None),  # repeated, but what repeats is on no list
    ],
)
def test_the_first_fault_of_a_password_is_told(
    password: str, wrong: Fault | None
) -> None:
    assert fault(password) is wrong


@pytest.mark.parametrize("form", ["cv", "(CVBA)", "c.v.", "vzw"])
def test_what_people_call_a_community_is_no_password_whatever_its_form(
    form: str,
) -> None:
    own = [f"Buurtstroom Zuid {form}"]
    told = rules.fault_of("buurtstroomzuid!", shortest=12, own=own, common=COMMON)
    assert told is Fault.OWN_NAME


def test_staff_need_fifteen_signs_and_managers_twelve() -> None:
    assert rules.shortest_password(rules.MANAGER) == 12
    assert {rules.shortest_password(role) for role in rules.STAFF} == {15}
    assert fault("veertien teken", shortest=15) is Fault.SHORT


@given(st.text())
def test_the_keyboard_does_not_change_the_password(typed: str) -> None:
    assert rules.normal(normalize("NFD", typed)) == rules.normal(typed)
