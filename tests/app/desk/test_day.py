"""The letter of the day: to colleagues, once, with the head of the book in it."""

import logging

import pytest
from sqlalchemy import select, update

from app.accounts.models import Account
from app.db.audit import AuditEntry
from app.db.chain import AuditCheck
from app.filedrop.models import DroppedFile
from app.kernel.chain import Head
from notifier import Email
from notifier.outbox import letter
from tests.bookkeeping import bind, checked, head, write
from tests.cast import AN, NOORD, Cast, correction
from tests.databases import ONE_DATABASE

pytestmark = ONE_DATABASE
REIN, LEA, UMA = (f"{name}.claes@fluvius.example" for name in ("rein", "lea", "uma"))


@pytest.fixture
def desk(cast: Cast) -> Cast:
    """A releaser, an auditor, and an uploader; the chain of what they did holds."""
    cast.staff("rein.claes", "releaser")
    cast.staff("lea.claes", "auditor")
    cast.staff("uma.claes", "uploader")
    return cast


def one(mails: list[Email]) -> Email:
    (mail,) = mails
    return mail


def test_once_a_day_from_six_on_the_head_goes_to_who_may_hold_it(desk: Cast) -> None:
    desk.clock.set(2026, 10, 27, 4, 59)
    desk.tick("desk.day")
    assert desk.mails(REIN) == []
    desk.clock.set(2026, 10, 27, 5, 1)  # in UTC
    for _ in range(3):
        desk.tick("desk.day")
    held = head(desk.runtime)
    mail = one(desk.mails(REIN))
    assert mail.subject == "Dagbrief van 27-10-2026"
    assert f"\n{held}\n" in mail.text
    assert f">{held}<" in mail.html
    assert (
        "op 27-10-2026 om 6.01 uur nagekeken tot en met\nregel 3: in orde." in mail.text
    )
    assert "Er wacht niets op jou." in mail.text
    assert one(desk.mails(LEA)).text == mail.text
    assert desk.mails(UMA) == []
    desk.clock.forward(days=1)
    desk.tick("desk.day")
    assert len(desk.mails(REIN)) == 2


def test_what_the_letter_says_can_be_checked(desk: Cast) -> None:
    desk.tick("desk.day")
    (line,) = (x for x in one(desk.mails(LEA)).text.splitlines() if x[:2] == "3:")
    write(desk.runtime, 5)
    bind(desk.runtime)
    assert checked(desk.runtime, Head.parse(line)).broken is None


def test_what_waits_for_colleagues_stands_in_it(desk: Cast) -> None:
    with desk.runtime.transaction() as session:
        who = desk.runtime.outbox
        post = desk.runtime.letters.write(
            "notice", to="x@noord.example", name="X", what="password", at=desk.clock()
        )
        number = who.put(session, post, kind="notice", about=None, now=desk.clock())
        failed = update(letter).where(letter.c.id == number)
        session.execute(failed.values(state="failed"))
    desk.tick("desk.day")
    mail = one(desk.mails(REIN))
    assert mail.subject == "Dagbrief van 26-10-2026: 1 e-mail niet aangekomen"
    assert "- 1 e-mail niet aangekomen\nJe vindt het op https" in mail.text


def test_a_file_that_went_lost_stands_in_it(desk: Cast) -> None:
    desk.register(AN)
    desk.publish({correction(NOORD): b"van Noord"}, by="rein.claes")
    with desk.runtime.transaction() as session:
        session.execute(update(DroppedFile).values(lost_at=desk.clock()))
    desk.tick("desk.day")
    text = one(desk.mails(REIN)).text
    assert "- 1 bestand is zijn inhoud kwijt: plaats het opnieuw\nJe vindt" in text


def test_a_chain_that_broke_is_cried_out_and_comes_first_in_the_letter(
    desk: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    bind(desk.runtime)
    with desk.runtime.transaction() as session:
        session.execute(
            update(AuditEntry).where(AuditEntry.action == "account.add").values(by="x")
        )
    with caplog.at_level(logging.ERROR):
        desk.tick("desk.day")
    assert "ALARM the audit chain breaks at line 1: edited" in caplog.text
    mail = one(desk.mails(REIN))
    assert mail.subject == "Het auditlog klopt niet (dagbrief van 26-10-2026)"
    assert "klopt niet vanaf regel 1. Verwittig het\nsecurityteam." in mail.text
    assert "kop ervan" not in mail.text
    with desk.runtime.reading() as session:
        kept = session.scalars(select(AuditCheck)).one()
    assert (kept.number, kept.broken_from, kept.fault) == (0, 1, "edited")


def test_a_letter_that_cannot_be_written_stops_no_other(desk: Cast) -> None:
    with desk.runtime.transaction() as session:
        broken = update(Account).where(Account.login == "lea.claes")
        session.execute(broken.values(name="Lea\nClaes"))
    desk.tick("desk.day")
    assert one(desk.mails(REIN))
    with desk.runtime.reading() as session:
        states = session.execute(
            select(letter.c.state, letter.c.kind).where(letter.c.state == "failed")
        )
        assert [tuple(row) for row in states] == [("failed", "day")]
