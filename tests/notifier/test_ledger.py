from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from notifier import Email, SendFailed, ledger
from notifier.outbox import Outbox, State

NOW = datetime(2026, 10, 26, 8, 0, tzinfo=UTC)
OUTBOX = Outbox(lambda plain: ("key", plain), lambda _key, sealed: sealed, "example")
NEVER = SendFailed("the relay: 550", permanent=True)


def put(session: Session, topic: str | None, about: int, kind: str = "welcome") -> int:
    mail = Email(to=f"{about}@an.example", name="An", subject="s", text="t", html="h")
    return OUTBOX.put(session, mail, kind=kind, about=about, now=NOW, topic=topic)


def fail(session: Session, number: int) -> None:
    OUTBOX.postpone(session, number, NEVER, NOW)


def test_letters_are_found_by_their_topic(session: Session) -> None:
    put(session, "july", 1)
    put(session, "august", 1)
    put(session, None, 1)
    (found,) = ledger.on(session, "august")
    assert (found.topic, found.about, found.state) == ("august", 1, State.WAITING)


def test_what_fails_is_told_by_topic_and_person(session: Session) -> None:
    for topic in ("july", "august", None):
        fail(session, put(session, topic, 1))
    put(session, "july", 2)
    assert ledger.failing(session) == {("july", 1), ("august", 1)}
    assert ledger.failing(session, ["july", "may"]) == {("july", 1)}
    assert ledger.failing(session, []) == set()


def test_every_state_is_counted_also_when_there_is_none(session: Session) -> None:
    fail(session, put(session, "july", 1))
    put(session, "july", 2)
    put(session, None, 3)
    assert ledger.counted(session) == {
        State.WAITING: 2,
        State.SENT: 0,
        State.UNCERTAIN: 0,
        State.FAILED: 1,
    }


def test_a_list_can_be_read_in_parts(session: Session) -> None:
    numbers = [put(session, None, about) for about in range(5)]
    part = ledger.listing(session, [State.WAITING], start=1, limit=2)
    assert [one.id for one in part] == numbers[1:3]


def test_only_what_was_not_sent_is_taken_back(session: Session) -> None:
    sent, failed = put(session, "july", 1), put(session, "july", 2)
    put(session, "july", 3, kind="files-ready")
    others = [put(session, "july", 4), put(session, "august", 2)]
    OUTBOX.sent(session, sent, NOW + timedelta(seconds=1))
    fail(session, failed)
    gone = OUTBOX.withdraw(session, "july", [1, 2, 3])
    assert gone == {(2, "welcome"), (3, "files-ready")}
    left = ledger.listing(session, list(State))
    assert [one.id for one in left] == [sent, *others]


def test_a_letter_taken_back_while_it_is_handed_over_stays_away(
    session: Session,
) -> None:
    number = put(session, "july", 1)
    assert OUTBOX.claim(session, NOW) is not None
    OUTBOX.withdraw(session, "july", [1])
    OUTBOX.sent(session, number, NOW)
    OUTBOX.postpone(session, number, NEVER, NOW)
    assert ledger.on(session, "july") == []
