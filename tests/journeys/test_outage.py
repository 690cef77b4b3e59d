"""What others do to us: a relay, a carrier of texts or a database that is down."""

import json
from dataclasses import replace

import pytest

from notifier.mail import SmtpEmail
from tests.cast import NOORD, PASSWORD, ZUID, correction
from tests.guest import Guest
from tests.outage import away
from tests.real import House
from tests.servers.web import free_port

AN = "an@noord.example"
BOTH = ["An Peeters <an@noord.example>", "Bo Maes <bo@zuid.example>"]


@pytest.fixture
def waiting(house: House) -> House:
    """A letter for An and one for Bo wait, while the relay is not itself."""
    house.register()
    house.publish({correction(NOORD): b"van Noord", correction(ZUID): b"van Zuid"})
    return house


def outbox(house: House) -> list[dict[str, object]]:
    listed = json.loads(house.command("outbox", "list", "--json"))
    letters: list[dict[str, object]] = listed["letters"]
    return letters


def everybody(house: House) -> list[str]:
    return sorted(str(mail["To"]) for mail in house.relay.mails)


@pytest.mark.parametrize("mode", ["451", "sender"])
def test_a_relay_that_will_not_now_gets_the_letters_later(
    waiting: House, mode: str
) -> None:
    waiting.relay.mode = mode
    assert waiting.tick("post.deliver") == 2
    assert waiting.tick("post.deliver") == 0
    for letter in outbox(waiting):
        assert (letter["state"], letter["tries"]) == ("waiting", 1)
        assert str(letter["error"]).startswith("the relay: ")
    waiting.clock.forward(minutes=1)
    assert waiting.tick("post.deliver") == 2
    assert {letter["tries"] for letter in outbox(waiting)} == {2}
    waiting.clock.forward(minutes=1)
    assert waiting.tick("post.deliver") == 0

    waiting.relay.mode = "ok"
    waiting.clock.forward(minutes=1)
    assert waiting.tick("post.deliver") == 2
    assert everybody(waiting) == BOTH
    assert outbox(waiting) == []


def test_a_relay_that_is_not_there_gets_the_letters_when_it_is_back(
    waiting: House,
) -> None:
    assert isinstance(waiting.runtime.email, SmtpEmail)
    away = replace(waiting.runtime.email, port=free_port())
    without = replace(waiting, runtime=replace(waiting.runtime, email=away))
    assert without.tick("post.deliver") == 2
    (letter, _) = outbox(waiting)
    assert letter["error"] == "the relay: ConnectionRefusedError"
    waiting.clock.forward(minutes=1)
    waiting.tick("post.deliver")
    assert everybody(waiting) == BOTH


def test_a_letter_refused_for_good_is_shown_and_goes_when_staff_say_so(
    waiting: House,
) -> None:
    waiting.relay.mode = "550"
    waiting.tick("post.deliver")
    failed = waiting.command("outbox", "list", "--failed")
    assert failed.splitlines()[0] == (
        "1  failed  welcome  a…@noord.example  pogingen: 1  the relay: 550 5.1.1"
    )
    waiting.clock.forward(days=1)
    waiting.relay.mode = "ok"
    assert waiting.tick("post.deliver") == 0
    waiting.command("outbox", "retry")
    assert waiting.tick("post.deliver") == 2
    assert everybody(waiting) == BOTH


@pytest.mark.parametrize("mode", ["hang", "drop"])
def test_a_relay_that_falls_silent_leaves_doubt_and_one_message_id(
    waiting: House, mode: str
) -> None:
    assert isinstance(waiting.runtime.email, SmtpEmail)
    hasty = replace(waiting.runtime.email, timeout=1)
    house = replace(waiting, runtime=replace(waiting.runtime, email=hasty))
    house.relay.mode = mode
    assert house.tick("post.deliver") == 2
    assert {letter["state"] for letter in outbox(waiting)} == {"uncertain"}
    house.relay.mode = "ok"
    house.clock.forward(minutes=1)
    house.tick("post.deliver")
    assert outbox(waiting) == []
    assert sorted(set(everybody(house))) == BOTH
    assert len({mail["Message-ID"] for mail in house.relay.mails}) == 2


def test_while_the_relay_is_down_nobody_else_is_held_up(waiting: House) -> None:
    (letter,) = waiting.letters(AN)
    waiting.relay.mode = "451"
    waiting.clock.forward(hours=1)
    waiting.publish({correction(NOORD, month="2026-10"): b"oktober"})
    waiting.tick("post.deliver")
    an = waiting.first_sign_in("an.peeters", letter)
    an.open("/bestanden/")
    assert correction(NOORD, month="2026-10") in an.page.text


@pytest.mark.parametrize("mode", ["500", "429", "drop", "junk"])
def test_without_text_messages_the_page_says_so_and_the_next_code_works(
    waiting: House, mode: str
) -> None:
    (letter,) = waiting.letters(AN)
    waiting.first_sign_in("an.peeters", letter)
    waiting.clock.forward(minutes=5)
    waiting.twilio.mode = mode
    an = Guest(waiting.site)
    an.open("/aanmelden")
    an.submit("/aanmelden", {"login": "an.peeters", "wachtwoord": PASSWORD})
    assert an.follow().status == 200
    is_known_not_to_come = mode in {"500", "429"}
    assert ("We kunnen nu geen sms versturen." in an.page.text) == is_known_not_to_come

    waiting.twilio.mode = "ok"
    waiting.clock.forward(minutes=1)
    an.submit("/aanmelden/code/opnieuw", {})
    waiting.type_code(an)
    assert an.follow().status == 200
    assert an.page.text.startswith("Mijn ontvangen bestanden")


def test_without_its_database_the_house_says_so_and_comes_back_by_itself(
    waiting: House,
) -> None:
    (letter,) = waiting.letters(AN)
    an = waiting.first_sign_in("an.peeters", letter)
    with away(waiting.runtime.database):
        for path in ("/bestanden/", "/aanmelden", "/health/ready"):
            assert an.open(path).status == 503
        assert an.open("/health/live").status == 200
        an.open("/bestanden/")
        assert "Even niet beschikbaar" in an.page.text
        assert an.page.headers["Retry-After"] == "30"
        assert waiting.tick("post.deliver") == 0
        done = waiting.app.test_cli_runner().invoke(args=["outbox", "list"])
        assert done.exit_code == 1
        assert done.stderr.startswith("Fout: De databank weigert: ")
    assert an.open("/bestanden/").status == 200
    assert correction(NOORD) in an.page.text
