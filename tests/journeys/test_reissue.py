"""A new way in, sent by staff: a link of three days, no second initial password."""

from collections.abc import Callable

from flask import Flask

from app.accounts.service import Accounts, Contact
from tests.cast import AN, AN_MOBILE, PASSWORD, Cast
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]


def test_staff_send_a_link_of_three_days_and_never_a_second_initial_password(
    cast: Cast, app: Flask, visitor: Arrive
) -> None:
    cast.register(AN)
    done = app.test_cli_runner().invoke(args=["accounts", "reissue", "an.peeters"])
    assert done.exit_code == 0, done.output
    (letter,) = cast.mails("an@noord.example")
    assert letter.subject == "Nieuwe toegang tot Direct bestanden (EG0000001)"
    assert "tot 29-10-2026 om 10.00 uur" in letter.text
    assert "Initieel wachtwoord" not in letter.text
    assert "Login:              an.peeters\n" in letter.text  # no other letter told it
    cast.clock.forward(days=2, hours=23)
    her, link = visitor(), cast.reset_link("an@noord.example")
    her.open(link)
    assert her.submit(link, {"nieuw_wachtwoord": PASSWORD}).status_code == 303
    her.follow()
    her.enter(cast.code(AN_MOBILE))
    her.sign_in(cast, "an.peeters")
    assert her.is_in()


def test_who_got_a_link_gets_no_initial_password_with_the_first_files(
    cast: Cast, app: Flask
) -> None:
    cast.everybody()
    app.test_cli_runner().invoke(args=["accounts", "reissue", "an.peeters"])
    cast.publish({"CORR_2026-09_EG0000001_V01.csv": b"kwartieren"})
    texts = [mail.text for mail in cast.mails("an@noord.example")]
    assert len(texts) == 2
    assert not any("Initieel wachtwoord" in text for text in texts)


def test_a_login_never_goes_to_an_address_that_was_found_wrong(
    cast: Cast, app: Flask
) -> None:
    cast.everybody()
    right = Contact("An Peeters", "an@juist.example", AN_MOBILE)
    app.test_cli_runner().invoke(args=["accounts", "reissue", "an.peeters"])
    with cast.runtime.transaction() as session:
        accounts = Accounts.of(session, cast.runtime)
        accounts.enrol("an.peeters", right, by="lies.vandamme")
    cast.publish({"CORR_2026-09_EG0000001_V01.csv": b"kwartieren"})
    cast.tick("post.deliver")
    told = [mail.to for mail in cast.email.mails if "an.peeters" in mail.text]
    assert told == [right.email]


def test_after_three_days_the_link_of_staff_is_dead_too(
    cast: Cast, app: Flask, visitor: Arrive
) -> None:
    cast.register(AN)
    app.test_cli_runner().invoke(args=["accounts", "reissue", "an.peeters"])
    cast.clock.forward(days=3)
    link = cast.reset_link("an@noord.example")
    assert visitor().open(link).status_code == 410
