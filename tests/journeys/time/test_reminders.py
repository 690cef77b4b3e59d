"""Reminders: at eight on day 23 and on day 28, once, to those who can come in."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.service import Accounts
from app.filedrop import ticks
from app.filedrop.models import Reminder
from notifier import ledger
from notifier.outbox import State
from tests.cast import AN, AN_TOO, ELS, NOORD, ZUID, Cast, correction
from tests.days import NAME, at, until_done
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
AN_MAIL, ELS_MAIL = "an@noord.example", "els@noord.example"


def live(cast: Cast, posted: date, *, without: tuple[int, ...] = ()) -> list[int]:
    """Live through thirty-five days; on which of them An got a reminder."""
    before, got = len(cast.mails(AN_MAIL)), []
    for number in range(35):
        if number in without:
            continue
        day = posted + timedelta(days=number)
        for hour, minute in ((0, 5), (7, 59), (8, 0), (8, 5), (23, 55)):
            at(cast, day, hour, minute)
            if not cast.tick("filedrop.remind"):
                continue
            now = len(cast.mails(AN_MAIL))
            if now > before:
                assert now == before + 1
                assert (hour, minute) == (8, 0)
                got.append(number)
            before = now
    assert len(cast.mails(AN_MAIL)) == before
    return got


@pytest.mark.parametrize(
    "posted",
    [date(2026, 10, 26), date(2026, 3, 1), date(2026, 3, 6), date(2026, 9, 27)],
)
def test_a_reminder_comes_at_eight_on_day_23_and_on_day_28(
    cast: Cast, posted: date
) -> None:
    at(cast, posted, 10)
    cast.staff()
    cast.register(AN)
    cast.publish({NAME: b"x"})
    assert live(cast, posted) == [23, 28]
    _, first, last = cast.mails(AN_MAIL)
    assert "is nog niet gedownload:" in first.text
    assert NAME in last.text
    assert "wachtwoord:" not in first.text + last.text


def test_after_downtime_one_letter_comes_late(cast: Cast, link: str) -> None:
    assert live(cast, date(2026, 10, 26), without=(22, 23, 24)) == [25, 28]


def test_after_long_downtime_nothing_comes_twice_or_too_late(
    cast: Cast, link: str
) -> None:
    assert live(cast, date(2026, 10, 26), without=tuple(range(20, 29))) == [29]


def test_when_all_days_are_missed_nothing_comes_after_the_end(
    cast: Cast, link: str
) -> None:
    assert live(cast, date(2026, 10, 26), without=tuple(range(20, 30))) == []


def test_what_was_downloaded_is_named_on_day_28_only_and_said_so(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    an = visitor()
    an.sign_in(cast, "an.peeters")
    an.open(f"{link}/download")
    assert live(cast, date(2026, 10, 26)) == [28]
    assert "hebt u al gedownload" in cast.mails(AN_MAIL)[-1].text
    assert len(cast.mails(ELS_MAIL)) == 3, "Els did not, so she got both"


def test_what_was_put_out_of_the_list_is_not_named(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    an = visitor()
    an.sign_in(cast, "an.peeters")
    an.open(link)
    an.submit("/bestanden/verwijderen", {"id": link.rpartition("/")[2]})
    assert live(cast, date(2026, 10, 26)) == []


def test_one_letter_a_day_names_all_files_of_all_communities(
    cast: Cast, link: str
) -> None:
    cast.register(AN_TOO)
    cast.publish({correction(ZUID): b"x", correction(NOORD, version=2): b"x"})
    before = len(cast.mails(AN_MAIL))
    at(cast, date(2026, 11, 18), 8)
    cast.tick("filedrop.remind")
    (letter,) = cast.mails(AN_MAIL)[before:]
    for text in (NAME, correction(NOORD, version=2), correction(ZUID), NOORD, ZUID):
        assert text in letter.text
    assert f"{SITE}/bestanden/?sorteer=tot" in letter.text


def test_who_cannot_come_in_gets_no_reminder(cast: Cast, link: str) -> None:
    with cast.runtime.transaction() as session:
        Accounts.of(session, cast.runtime).block("an.peeters")
    assert live(cast, date(2026, 10, 26)) == []


def test_who_came_after_the_files_gets_a_way_in_with_the_first_letter(
    cast: Cast, link: str
) -> None:
    cast.register(ELS.replace("els", "jan").replace("Els", "Jan"))
    at(cast, date(2026, 11, 18), 8)
    cast.tick("filedrop.remind")
    (letter,) = cast.mails("jan@noord.example")
    assert NAME in letter.text
    assert "Initieel wachtwoord:" in letter.text
    assert "werkt één keer, tot en met 24-11-2026" in " ".join(letter.text.split())
    at(cast, date(2026, 11, 23), 8)
    cast.tick("filedrop.remind")
    assert "wachtwoord:" not in cast.mails("jan@noord.example")[1].text


@pytest.mark.parametrize(("days", "reminded"), [(8, [1, 6]), (7, [5]), (2, [])])
def test_no_reminder_comes_on_the_day_of_the_files_themselves(
    cast: Cast, days: int, reminded: list[int]
) -> None:
    settings = replace(cast.runtime.settings, retention_days=days)
    cast.runtime = replace(cast.runtime, settings=settings)
    cast.everybody()
    cast.publish({NAME: b"x"})
    assert live(cast, date(2026, 10, 26)) == reminded


def test_a_reminder_that_cannot_be_written_fails_alone(cast: Cast, link: str) -> None:
    with cast.runtime.transaction() as session:
        an = select(Account).where(Account.login == "an.peeters")
        session.scalars(an).one().name = "An\nPeeters"
    cast.clock.forward(days=25)
    cast.tick("filedrop.remind")
    cast.tick("post.deliver")
    assert "Herinnering" in cast.mails("els@noord.example")[-1].subject
    with cast.runtime.reading() as session:
        (failed,) = ledger.listing(session, {State.FAILED})
        assert (failed.kind, failed.to_hint) == ("reminder", "a…@noord.example")
        assert failed.last_error == "the letter cannot be written: ValueError"
    with cast.runtime.transaction() as session:
        assert cast.runtime.outbox.retry(session, [failed.id], cast.clock()) == 1
    cast.tick("post.deliver")
    with cast.runtime.reading() as session:
        (failed,) = ledger.listing(session, {State.FAILED})
        assert failed.last_error == "the letter was never written"


def test_four_workers_write_one_reminder_each(cast: Cast, link: str) -> None:
    at(cast, date(2026, 11, 18), 8)

    def work(_: int) -> int:
        return until_done(ticks.remind_one, cast.runtime)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert [len(cast.mails(address)) for address in (AN_MAIL, ELS_MAIL)] == [2, 2]
    assert cast.mails("bo@zuid.example") == []


def test_old_claims_on_reminders_are_forgotten(cast: Cast, link: str) -> None:
    first, second = date(2026, 11, 18), date(2026, 11, 23)
    for day in (first, second):
        at(cast, day, 8)
        cast.tick("filedrop.remind")
    assert claimed(cast) == {first, second}
    for days, left in ((60, {first, second}), (61, {second}), (66, set())):
        at(cast, first + timedelta(days=days), 12)
        cast.tick("filedrop.forget")
        assert claimed(cast) == left, days


def claimed(cast: Cast) -> set[date]:
    """The days on which somebody looked at a manager."""
    with cast.runtime.reading() as session:
        return set(session.scalars(select(Reminder.day)))
