from dataclasses import replace

import pytest

from app.accounts.service import Accounts
from app.post import Post
from app.runtime import Runtime
from jobs.post import deliver_one, forget_old
from notifier import Email, SendFailed, ledger
from notifier.ledger import Listed
from notifier.outbox import State
from tests.cast import NOORD, Cast, correction
from tests.clock import FakeClock
from tests.fakes_senders import SentEmail

EVERY = frozenset(State)


@pytest.fixture
def two_letters(cast: Cast) -> Cast:
    cast.everybody()
    cast.register(
        f"{NOORD};Zonnedelen Noord cv;els.nys;Els;els@noord.example;0475123456"
    )
    cast.publish({correction(NOORD): b"1"})
    return cast


def listed(runtime: Runtime) -> list[Listed]:
    with runtime.reading() as session:
        return ledger.listing(session, EVERY)


def test_letters_go_one_at_a_time_until_none_is_left(
    two_letters: Cast, runtime: Runtime, email: SentEmail
) -> None:
    assert [deliver_one(runtime) for _ in range(3)] == [True, True, False]
    assert {mail.to for mail in email.mails} == {
        "an@noord.example",
        "els@noord.example",
    }
    assert {letter.state for letter in listed(runtime)} == {State.SENT}


def test_a_letter_that_is_refused_does_not_hold_up_the_next(
    two_letters: Cast, runtime: Runtime, email: SentEmail, clock: FakeClock
) -> None:
    email.failing = SendFailed("the relay: 451")
    assert deliver_one(runtime)
    email.failing = None
    assert deliver_one(runtime)
    assert not deliver_one(runtime)
    waits, sent = listed(runtime)
    assert (waits.state, waits.last_error) == (State.WAITING, "the relay: 451")
    assert sent.state == State.SENT
    clock.forward(minutes=1)
    assert deliver_one(runtime)
    assert len(email.mails) == 2


def test_who_was_blocked_since_gets_no_letter_until_somebody_lets_them_in_again(
    two_letters: Cast, runtime: Runtime, email: SentEmail, clock: FakeClock
) -> None:
    with runtime.transaction() as session:
        Accounts.of(session, runtime).block("an.peeters")
    assert [deliver_one(runtime) for _ in range(3)] == [True, True, False]
    assert [mail.to for mail in email.mails] == ["els@noord.example"]
    (held,) = [one for one in listed(runtime) if one.state == State.FAILED]
    assert held.last_error == "the reader is blocked"
    with runtime.transaction() as session:
        Accounts.of(session, runtime).unblock("an.peeters")
        runtime.outbox.retry(session, None, clock())
    assert deliver_one(runtime)
    assert email.to("an@noord.example")


def test_who_was_blocked_still_learns_that_their_address_was_changed(
    two_letters: Cast, runtime: Runtime, email: SentEmail
) -> None:
    with runtime.transaction() as session:
        accounts = Accounts.of(session, runtime)
        accounts.block("an.peeters")
        post = Post.of(session, runtime, now=runtime.clock())
        an = accounts.find("an.peeters")
        assert an
        post.write("notice", an, what="password", at=runtime.clock())
    while deliver_one(runtime):
        pass
    (told,) = email.to("an@noord.example")
    assert "wachtwoord" in told.subject


class Broken:
    """A carrier with a fault: it raises what it never promised."""

    def send(self, email: Email) -> None:
        raise KeyError(email.to)


def test_a_carrier_with_a_fault_does_not_hold_up_the_letters(
    two_letters: Cast, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(runtime, email=Broken())
    assert [deliver_one(broken) for _ in range(3)] == [True, True, False]
    assert {letter.last_error for letter in listed(runtime)} == {
        "the carrier: KeyError"
    }
    assert {letter.state for letter in listed(runtime)} == {State.UNCERTAIN}
    assert "a carrier broke its promise" in caplog.messages


def test_the_log_of_a_refused_letter_names_nobody(
    two_letters: Cast,
    runtime: Runtime,
    email: SentEmail,
    caplog: pytest.LogCaptureFixture,
) -> None:
    email.failing = SendFailed("the relay: 550", permanent=True)
    deliver_one(runtime)
    assert caplog.messages == ["letter 1 was not taken: the relay: 550"]
    assert listed(runtime)[0].state == State.FAILED


def test_words_that_nobody_took_go_with_the_files_and_the_rest_after_a_year(
    two_letters: Cast, runtime: Runtime, email: SentEmail, clock: FakeClock
) -> None:
    deliver_one(runtime)
    email.failing = SendFailed("the relay: 550", permanent=True)
    deliver_one(runtime)
    clock.forward(days=30)
    forget_old(runtime)
    assert len(listed(runtime)) == 2
    clock.forward(days=1)
    forget_old(runtime)
    assert [letter.state for letter in listed(runtime)] == [State.SENT]
    clock.forward(days=335)
    assert not forget_old(runtime)
    assert listed(runtime) == []
