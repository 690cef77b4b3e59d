"""Following a delivery: one truth in the list, on the page and in the table."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.communities.service import Communities
from app.filedrop import rules
from app.filedrop.rules import Stage
from app.filedrop.service import FileDrop, Reader
from app.filedrop.service_follow import Following
from app.filedrop.service_follow_list import Glances
from app.filedrop.service_follow_mail import MailingAgain
from app.kernel.errors import NotFound
from app.runtime import Runtime
from notifier import SendFailed
from tests.cast import AN, BO, NOORD, ZUID, Cast, correction

REFUSED = SendFailed("the relay: 550", permanent=True)
JAN = f"{NOORD};Zonnedelen Noord cv;jan.claes;Jan Claes;jan@noord.example;0470112228"
MOMENT = datetime(2026, 10, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("downloaded", "opened", "mail_failed", "stage"),
    [
        (True, True, True, Stage.DOWNLOADED),
        (False, True, True, Stage.OPENED),
        (False, False, True, Stage.FAILED),
        (False, False, False, Stage.UNOPENED),
    ],
)
def test_a_file_stands_where_the_furthest_reader_came(
    *, downloaded: bool, opened: bool, mail_failed: bool, stage: Stage
) -> None:
    found = rules.stage_of(
        downloaded=downloaded, opened=opened, mail_failed=mail_failed
    )
    assert found is stage


@pytest.mark.parametrize(
    ("minutes", "waiting", "may"),
    [(0, False, False), (9, False, False), (10, False, True), (60, True, False)],
)
def test_nobody_is_mailed_again_at_once_or_while_a_letter_waits(
    *, minutes: int, waiting: bool, may: bool
) -> None:
    now = MOMENT + timedelta(minutes=minutes)
    found = rules.may_mail_again(mailed_at=MOMENT, is_waiting=waiting, now=now)
    assert found is may


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    """The questions that the database is asked within."""
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(runtime.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(runtime.database.engine, "before_cursor_execute", note)


def take(cast: Cast, login: str, *, download: bool) -> None:
    """That manager opens what they have, or has all of it."""
    with cast.runtime.transaction() as session:
        filedrop = FileDrop.of(session, cast.runtime)
        person = filedrop.accounts.find(login)
        assert person is not None
        files = filedrop.inbox(person.id)
        for file in files:
            filedrop.show(file.id, person.id)
        if download:
            parts = [(file, (0, file.size)) for file in files]
            reader = Reader(person.id, login, person.name, filedrop.now)
            filedrop.served(files, parts, reader)


def tally(session: Session, cast: Cast, delivery: str) -> dict[str, int]:
    """The numbers of the page, which are those of the list."""
    traced = Following.of(session, cast.runtime).trace(delivery)
    (glance,) = Glances.of(session, cast.runtime).page(limit=9)
    assert glance.tally == traced.tally
    assert glance.at_risk == traced.at_risk
    assert glance.files == len(traced.files)
    return {str(stage): count for stage, count in traced.tally.items() if count}


def test_list_and_page_tell_the_same_numbers_at_each_step(cast: Cast) -> None:
    cast.everybody()
    cast.register(AN, JAN)
    cast.email.refused["jan@noord.example"] = REFUSED
    cast.email.refused["bo@zuid.example"] = REFUSED
    files = {correction(NOORD): b"1", correction(NOORD, month="2026-08"): b"2"}
    delivery = cast.publish({**files, correction(ZUID): b"3"}).delivery

    def numbers() -> dict[str, int]:
        with cast.runtime.reading() as session:
            return tally(session, cast, delivery)

    assert numbers() == {"niet-geopend": 3}
    cast.tick("post.deliver")
    assert numbers() == {"mislukt": 3}
    take(cast, "an.peeters", download=False)
    assert numbers() == {"geopend": 2, "mislukt": 1}
    take(cast, "jan.claes", download=True)
    assert numbers() == {"gedownload": 2, "mislukt": 1}
    cast.clock.set(2026, 11, 17, 12)
    assert numbers() == {"gedownload": 2, "mislukt": 1}
    with cast.runtime.reading() as session:
        assert Glances.of(session, cast.runtime).managers_at_risk() == 1


def test_who_manages_no_more_still_counts_for_what_they_had_in_hands(
    cast: Cast,
) -> None:
    cast.everybody()
    cast.register(AN, JAN)
    delivery = cast.publish({correction(NOORD): b"1"}).delivery
    take(cast, "jan.claes", download=True)
    with cast.runtime.transaction() as session:
        Communities.of(session, cast.runtime).remove_manager(
            NOORD, "jan.claes", by="sam.claes"
        )
    with cast.runtime.reading() as session:
        (file,) = Following.of(session, cast.runtime).trace(delivery).files
        assert tally(session, cast, delivery) == {"gedownload": 1}
    assert [(r.person.login, r.is_manager) for r in file.readers] == [
        ("an.peeters", True),
        ("jan.claes", False),
    ]


def test_many_files_ask_no_more_than_one(cast: Cast) -> None:
    cast.register(
        *(
            f"EG{n:07};Gemeenschap {n};login.{n};Naam {n};a{n}@an.example;0470{n:06}"
            for n in range(1, 61)
        )
    )
    cast.staff()
    one = cast.publish({correction("EG0000001"): b"x"}).delivery
    months = ("2026-07", "2026-08")
    many = cast.publish(
        {correction(f"EG{n:07}", month=m): b"x" for n in range(1, 61) for m in months}
    ).delivery
    questions = []
    for delivery, files in ((one, 1), (many, 120)):
        with cast.runtime.reading() as session, counted(cast.runtime) as asked:
            traced = Following.of(session, cast.runtime).trace(delivery)
            assert len(traced.files) == files
            assert traced.tally[Stage.UNOPENED] == files
        questions.append(len([text for text in asked if text.startswith("SELECT")]))
    assert questions[0] == questions[1] <= 8


def test_the_list_asks_as_much_for_many_deliveries_as_for_one(cast: Cast) -> None:
    cast.everybody()
    cast.email.refused["bo@zuid.example"] = REFUSED
    questions = []
    for round_ in range(3):
        cast.publish({correction(ZUID, month=f"2026-0{round_ + 1}"): b"x"})
        cast.tick("post.deliver")
        with cast.runtime.reading() as session, counted(cast.runtime) as asked:
            Glances.of(session, cast.runtime).page(limit=9)
        questions.append(len([text for text in asked if text.startswith("SELECT")]))
    assert questions[0] == questions[2] <= 5


def test_a_blocked_manager_is_no_reader_and_gets_no_letter(cast: Cast) -> None:
    cast.everybody()
    delivery = cast.publish({correction(ZUID): b"x"}).delivery
    with cast.runtime.transaction() as session:
        MailingAgain.of(session, cast.runtime).accounts.block("bo.maes")
    with cast.runtime.reading() as session:
        again = MailingAgain.of(session, cast.runtime)
        (file,) = again.following.trace(delivery).files
        assert file.readers == []
        assert again.whom(delivery).people == []


def test_what_is_over_is_not_mailed_about(cast: Cast) -> None:
    cast.everybody()
    delivery = cast.publish({correction(ZUID): b"x"}).delivery
    cast.tick("post.deliver")
    cast.clock.set(2026, 11, 24, 22, 59)
    with cast.runtime.reading() as session:
        whom = MailingAgain.of(session, cast.runtime).whom(delivery)
    assert [one.person.login for one in whom.people] == ["bo.maes"]
    cast.clock.set(2026, 11, 24, 23)
    with cast.runtime.transaction() as session:
        assert MailingAgain.of(session, cast.runtime).mail(delivery, by="sam") == 0


def test_who_came_after_the_files_gets_the_first_letter(cast: Cast) -> None:
    cast.everybody()
    delivery = cast.publish({correction(NOORD): b"x"}).delivery
    cast.tick("post.deliver")
    cast.register(AN, JAN)
    with cast.runtime.transaction() as session:
        MailingAgain.of(session, cast.runtime).mail(delivery, by="sam.claes")
    assert "Initieel wachtwoord:" in cast.mails("jan@noord.example")[0].text
    assert len(cast.mails("an@noord.example")) == 1  # she was mailed just now


def test_nobody_but_a_manager_of_today_is_found_beside_a_delivery(cast: Cast) -> None:
    cast.everybody()
    cast.register(BO)
    delivery = cast.publish({correction(NOORD): b"x"}).delivery
    with cast.runtime.reading() as session:
        again = MailingAgain.of(session, cast.runtime)
        bo = again.accounts.find("bo.maes")
        assert bo is not None
        with pytest.raises(NotFound):
            again.manager(delivery, bo.id)
        with pytest.raises(NotFound):
            again.following.trace("A" * 22)
