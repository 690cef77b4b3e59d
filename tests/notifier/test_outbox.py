from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier

import pytest
from sqlalchemy import Row, inspect, select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session, sessionmaker

from notifier import Email, SendFailed, ledger, outbox
from notifier.outbox import Outbox, State, Waiting, letter, masked
from notifier.table import UtcTime

NOW = datetime(2026, 10, 26, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MAIL = Email(
    to="an.peeters@example.be",
    name="An Peeters",
    subject="Bestand voor Zonnedelen Gentbrugge: uw toegang",
    text="Initieel wachtwoord: hq7v-m3xk €",
    html="<p>hq7v-m3xk</p>",
)
LATER = SendFailed("the relay: 451")
NEVER = SendFailed("the relay: 550", permanent=True)
PERHAPS = SendFailed("the relay was lost after the letter", uncertain=True)


def seal(plain: bytes) -> tuple[str, bytes]:
    return "key-1", bytes(byte ^ 0x5A for byte in plain)


def unseal(key_id: str, sealed: bytes) -> bytes:
    if key_id != "key-1":
        raise KeyError(key_id)
    return bytes(byte ^ 0x5A for byte in sealed)


OUTBOX = Outbox(seal, unseal, host="bestanden.fluvius.be")


def put(session: Session, *, now: datetime = NOW, about: int | None = 7) -> int:
    return OUTBOX.put(session, MAIL, kind="welcome", about=about, now=now)


def claim(session: Session, now: datetime = NOW) -> Waiting:
    waiting = OUTBOX.claim(session, now)
    assert waiting is not None
    return waiting


def row(session: Session, letter_id: int) -> Row[tuple[object, ...]]:
    return session.execute(select(letter).where(letter.c.id == letter_id)).one()


def state(session: Session, letter_id: int) -> str:
    return str(row(session, letter_id).state)


def test_a_letter_comes_out_as_it_went_in_with_an_id_of_its_own(
    session: Session,
) -> None:
    first, second = put(session), put(session)
    waiting = claim(session)
    assert (waiting.id, waiting.kind, waiting.about, waiting.tries) == (
        first,
        "welcome",
        7,
        1,
    )
    assert replace(waiting.email, message_id="") == MAIL
    other = claim(session)
    assert other.id == second
    assert waiting.email.message_id != other.email.message_id
    assert waiting.email.message_id.endswith("@bestanden.fluvius.be>")


def test_a_letter_lies_sealed_and_its_address_masked(session: Session) -> None:
    lying = row(session, put(session))
    readable = repr(lying).replace(repr(lying.payload), "") + str(lying.payload)
    for word in ("hq7v", "Peeters", "an.peeters", "wachtwoord", "Zonnedelen"):
        assert word not in readable
    assert lying.to_hint == "a…@example.be"


def test_a_letter_of_a_transaction_that_failed_never_was(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        put(session)
        session.rollback()
    with sessions.begin() as session:
        assert OUTBOX.claim(session, NOW) is None


def test_a_sent_letter_is_wiped_and_never_comes_out_again(session: Session) -> None:
    put(session)
    waiting = claim(session)
    OUTBOX.sent(session, waiting.id, NOW + MINUTE)
    lying = row(session, waiting.id)
    assert (lying.state, lying.sent_at) == ("sent", NOW + MINUTE)
    assert (lying.payload, lying.key_id, lying.claimed_at) == (None, None, None)
    assert OUTBOX.claim(session, NOW + timedelta(days=9)) is None


def test_the_letter_that_is_due_longest_comes_first(session: Session) -> None:
    young, old = put(session, now=NOW), put(session, now=NOW - MINUTE)
    put(session, now=NOW + MINUTE)
    assert [claim(session).id, claim(session).id] == [old, young]
    assert OUTBOX.claim(session, NOW) is None


def test_a_crash_frees_the_letter_after_ten_minutes(session: Session) -> None:
    put(session)
    first = claim(session)
    assert OUTBOX.claim(session, NOW + 10 * MINUTE - MINUTE) is None
    again = claim(session, NOW + 10 * MINUTE)
    assert again.email == first.email
    assert again.tries == 2


@pytest.mark.parametrize("letters", [1, 12])
def test_many_workers_take_each_letter_once(
    letters: int, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        written = [put(session) for _ in range(letters)]
    together = Barrier(4)

    def take() -> int | None:
        with sessions.begin() as session:
            waiting = OUTBOX.claim(session, NOW)
        return waiting.id if waiting else None

    def work(_: int) -> list[int]:
        together.wait()
        return [taken for taken in iter(take, None) if taken]

    with ThreadPoolExecutor(4) as pool:
        taken = [letter_id for each in pool.map(work, range(4)) for letter_id in each]
    assert sorted(taken) == written


def test_a_refused_letter_waits_longer_each_time(session: Session) -> None:
    put(session)
    now, pauses = NOW, []
    for _ in range(7):
        waiting = claim(session, now)
        OUTBOX.postpone(session, waiting.id, LATER, now)
        due_at = row(session, waiting.id).due_at
        pauses.append((due_at - now) // MINUTE)
        assert OUTBOX.claim(session, due_at - timedelta(seconds=1)) is None
        now = due_at
    assert pauses == [1, 2, 5, 15, 30, 30, 30]


def test_after_five_days_a_letter_is_given_up(session: Session) -> None:
    letter_id, now = put(session), NOW
    while waiting := OUTBOX.claim(session, now):
        OUTBOX.postpone(session, waiting.id, LATER, now)
        now = row(session, letter_id).due_at
    lying = row(session, letter_id)
    assert lying.state == "failed"
    assert NOW + timedelta(days=5) - lying.failed_at < 30 * MINUTE
    assert lying.last_error == "the relay: 451"


def test_a_letter_refused_for_good_fails_and_stays_sealed(session: Session) -> None:
    put(session)
    waiting = claim(session)
    OUTBOX.postpone(session, waiting.id, NEVER, NOW)
    lying = row(session, waiting.id)
    assert (lying.state, lying.failed_at, lying.claimed_at) == ("failed", NOW, None)
    assert lying.payload is not None
    assert OUTBOX.claim(session, NOW + timedelta(days=1)) is None


def test_a_letter_in_doubt_goes_again_under_the_same_id(session: Session) -> None:
    put(session)
    first = claim(session)
    OUTBOX.postpone(session, first.id, PERHAPS, NOW)
    assert state(session, first.id) == "uncertain"
    again = claim(session, NOW + MINUTE)
    assert again.email.message_id == first.email.message_id


def test_doubt_stays_until_the_letter_is_sent(session: Session) -> None:
    put(session)
    waiting = claim(session)
    OUTBOX.postpone(session, waiting.id, PERHAPS, NOW)
    OUTBOX.postpone(session, waiting.id, LATER, NOW)
    assert state(session, waiting.id) == "uncertain"
    OUTBOX.sent(session, waiting.id, NOW)
    assert state(session, waiting.id) == "sent"


def test_a_late_failure_does_not_undo_a_sent_letter(session: Session) -> None:
    put(session)
    slow = claim(session)
    quick = claim(session, NOW + 11 * MINUTE)
    OUTBOX.sent(session, quick.id, NOW + 11 * MINUTE)
    OUTBOX.postpone(session, slow.id, NEVER, NOW + 12 * MINUTE)
    OUTBOX.sent(session, slow.id, NOW + 12 * MINUTE)
    assert state(session, slow.id) == "sent"
    assert row(session, slow.id).sent_at == NOW + 11 * MINUTE


def test_one_unreadable_letter_does_not_hold_up_the_others(session: Session) -> None:
    lost = Outbox(lambda plain: ("key-0", seal(plain)[1]), unseal, host="h")
    unreadable = lost.put(session, MAIL, kind="welcome", about=7, now=NOW - MINUTE)
    good = put(session)
    assert claim(session).id == good
    lying = row(session, unreadable)
    assert (lying.state, lying.last_error) == (
        "failed",
        "the letter cannot be unsealed",
    )
    assert OUTBOX.claim(session, NOW) is None


def test_staff_retries_what_failed(session: Session) -> None:
    failed, sent, waits = put(session), put(session), put(session)
    OUTBOX.postpone(session, failed, NEVER, NOW)
    OUTBOX.sent(session, sent, NOW)
    week_later = NOW + timedelta(days=7)
    assert OUTBOX.retry(session, None, week_later) == 1
    assert OUTBOX.retry(session, [failed, sent, waits], week_later) == 2
    assert OUTBOX.retry(session, [], week_later) == 0
    waiting = claim(session, week_later)
    assert (waiting.id, waiting.tries) == (failed, 1)
    OUTBOX.postpone(session, failed, LATER, week_later)
    assert state(session, failed) == "waiting"


def test_the_listing_tells_what_waits_and_what_failed(session: Session) -> None:
    failed, sent, waits = put(session), put(session, about=None), put(session)
    OUTBOX.postpone(session, failed, NEVER, NOW)
    OUTBOX.sent(session, sent, NOW)
    listed = ledger.listing(session, [State.WAITING, State.FAILED])
    assert [(each.id, each.state) for each in listed] == [
        (failed, State.FAILED),
        (waits, State.WAITING),
    ]
    assert (listed[0].to_hint, listed[0].last_error) == (
        "a…@example.be",
        "the relay: 550",
    )
    assert listed[0].created_at == NOW
    (done,) = ledger.listing(session, [State.SENT])
    assert (done.sent_at, done.about) == (NOW, None)


def test_a_moment_keeps_its_instant_and_needs_a_zone(session: Session) -> None:
    brussels = NOW.astimezone(timezone(timedelta(hours=1)))
    lying = row(session, put(session, now=brussels))
    assert lying.created_at == NOW
    assert lying.created_at.tzinfo is UTC
    with pytest.raises(StatementError, match="without a zone"):
        put(session, now=NOW.replace(tzinfo=None))


def test_a_moment_that_a_database_gives_in_another_zone_comes_in_utc() -> None:
    brussels = NOW.astimezone(timezone(timedelta(hours=1)))
    postgresql = UtcTime().process_result_value(brussels, None)  # type: ignore[arg-type]
    assert postgresql == NOW
    assert postgresql.tzinfo is UTC


def test_no_words_of_a_sent_letter_can_stay(sessions: sessionmaker[Session]) -> None:
    careless = letter.update().values(state=State.SENT)
    with sessions() as session:
        put(session)
        with pytest.raises(IntegrityError, match="sent_is_wiped"):
            session.execute(careless)


def test_the_outbox_owns_its_one_table(session: Session) -> None:
    assert list(outbox.metadata.tables) == ["letter"]
    assert "letter" in inspect(session.connection()).get_table_names()


@pytest.mark.parametrize(
    ("address", "hint"),
    [("an@example.be", "a…@example.be"), ("é", "é…@"), ("@example.be", "…@example.be")],
)
def test_an_address_is_masked_to_its_first_letter(address: str, hint: str) -> None:
    assert masked(address) == hint
