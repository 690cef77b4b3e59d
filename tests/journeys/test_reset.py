"""A forgotten password: a mailed link, a code by SMS, and no hint to anybody."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account, PendingSignIn, ResetLink, ResetRequest
from app.runtime import Runtime
from tests.cast import AN, AN_MOBILE, PASSWORD, Cast, other
from tests.databases import ONE_DATABASE
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]
NEW = "Drie eenden op de vijver"
SAME = (
    "Als deze login bestaat, krijgt u binnen enkele minuten een e-mail op het adres "
    "dat bij Fluvius gekend is."
)
DEAD = "Deze link is niet meer geldig. Vraag een nieuwe."


def ask(visitor: Visitor, login: str = "an.peeters") -> int:
    visitor.open("/wachtwoord-vergeten")
    return visitor.submit("/wachtwoord-vergeten", {"login": login}).status_code


def mailed(cast: Cast, visitor: Arrive) -> str:
    """The link that An gets when she asks."""
    assert ask(visitor()) == 200
    cast.tick("accounts.resets")
    return cast.reset_link("an@noord.example")


def choose(visitor: Visitor, link: str, password: str = NEW) -> int:
    visitor.open(link)
    return visitor.submit(link, {"nieuw_wachtwoord": password}).status_code


def state(runtime: Runtime) -> list[object]:
    """All that a link could change."""
    with runtime.reading() as session:
        account = select(Account.password_hash, Account.initial_mac)
        links = select(ResetLink.id, ResetLink.spent_at)
        pending = select(func.count()).select_from(PendingSignIn)
        return [
            *session.execute(account).all(),
            *session.execute(links).all(),
            session.scalar(pending),
        ]


def test_link_own_password_code_and_then_sign_in_as_usual(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    elsewhere, her = visitor(), visitor()
    elsewhere.sign_in(cast, "an.peeters")
    link = mailed(cast, visitor)
    assert her.open(link).status_code == 200
    assert "Kies een nieuw wachtwoord" in her.text
    assert her.submit(link, {"nieuw_wachtwoord": NEW}).status_code == 303
    assert visitor().type_password("an.peeters", NEW) == 401, "held back"
    assert elsewhere.is_in()

    her.follow()
    assert her.enter(cast.code(AN_MOBILE)) == 303
    assert her.follow().request.path == "/aanmelden"
    assert "Uw wachtwoord is opgeslagen. Meld u nu aan." in her.text
    assert not her.is_in(), "a link is no way in"
    assert not elsewhere.is_in(), "all sessions end"
    assert cast.mails("an@noord.example")[-1].subject.endswith("is gewijzigd")
    assert visitor().type_password("an.peeters", PASSWORD) == 401
    her.sign_in(cast, "an.peeters", password=NEW)
    assert her.is_in()


def test_whoever_asks_hears_the_same(
    settled: None, app: Flask, runtime: Runtime, visitor: Arrive
) -> None:
    app.test_cli_runner().invoke(args=["accounts", "block", "bo.maes"])
    heard = []
    for login in ("an.peeters", "bo.maes", "ruud.noise", "no.body", " x\x00 " * 20):
        somebody = visitor()
        status = ask(somebody, login)
        heard.append((status, somebody.text))
    assert heard == [heard[0]] * 5
    assert SAME in heard[0][1]
    with runtime.reading() as session:
        assert len(session.scalars(select(ResetRequest)).all()) == 5


def test_only_who_exists_and_may_come_in_gets_a_letter_and_no_login_is_kept(
    settled: None, app: Flask, cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    app.test_cli_runner().invoke(args=["accounts", "block", "bo.maes"])
    for login in ("An.Peeters ", "bo.maes", "no.body"):
        ask(visitor(), login)
    assert not cast.mails("an@noord.example"), "the page mails nobody, a tick does"
    assert cast.tick("accounts.resets") == 3
    cast.tick("post.deliver")
    assert [mail.to for mail in cast.email.mails] == ["an@noord.example"]
    (letter,) = cast.email.mails
    assert letter.subject == "Nieuw wachtwoord voor Direct bestanden"
    assert "geldig tot 10.30 uur" in letter.text
    assert "an.peeters" not in letter.text
    with runtime.reading() as session:
        assert set(session.scalars(select(ResetRequest.login))) == {""}


def test_a_scanner_that_opens_the_link_changes_nothing(
    settled: None, cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    link = mailed(cast, visitor)
    before = state(runtime)
    for _ in range(3):
        assert visitor().open(link).status_code == 200
        assert visitor().client.head(link, base_url="https://bestanden.example")
    assert state(runtime) == before
    assert not cast.sms.texts
    assert choose(visitor(), link) == 303


def test_a_link_works_once(settled: None, cast: Cast, visitor: Arrive) -> None:
    link = mailed(cast, visitor)
    first, second = visitor(), visitor()
    first.open(link)
    second.open(link)
    first.submit(link, {"nieuw_wachtwoord": NEW})
    late = second.submit(link, {"nieuw_wachtwoord": NEW})
    assert late.status_code == 410
    assert DEAD in second.text
    assert second.open(link).status_code == 410
    assert 'href="/wachtwoord-vergeten"' in second.open(link).get_data(as_text=True)
    assert len(cast.sms.texts) == 1


def test_a_link_lives_half_an_hour(settled: None, cast: Cast, visitor: Arrive) -> None:
    link = mailed(cast, visitor)
    cast.clock.forward(minutes=29, seconds=59)
    assert visitor().open(link).status_code == 200
    cast.clock.forward(seconds=1)
    assert visitor().open(link).status_code == 410


def test_a_link_that_was_made_up_opens_nothing(app: Flask, visitor: Arrive) -> None:
    assert visitor().open("/wachtwoord-herstellen/x").status_code == 410


def test_links_die_with_a_changed_password_a_changed_address_and_a_block(
    settled: None, app: Flask, cast: Cast, visitor: Arrive
) -> None:
    first, second = mailed(cast, visitor), mailed(cast, visitor)
    assert first != second
    assert visitor().open(first).status_code == 200, "who asks again kills no link"
    her = visitor()
    choose(her, second)
    her.follow()
    her.enter(cast.code(AN_MOBILE))
    assert visitor().open(first).status_code == 410

    third = mailed(cast, visitor)
    app.test_cli_runner().invoke(args=["accounts", "block", "an.peeters"])
    assert visitor().open(third).status_code == 410
    app.test_cli_runner().invoke(args=["accounts", "unblock", "an.peeters"])
    assert visitor().open(third).status_code == 200
    cast.register(AN.replace("an@noord", "an.peeters@noord"))
    assert visitor().open(third).status_code == 410


@ONE_DATABASE
def test_who_has_only_the_mailbox_uses_up_no_code_of_the_owner(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    thief, her = visitor(), visitor()
    for _ in range(2):
        assert choose(thief, mailed(cast, visitor)) == 303
        for _ in range(3):
            for _ in range(5):
                thief.enter(other(cast.code(AN_MOBILE)))
            cast.clock.forward(minutes=1)
            thief.submit("/aanmelden/code/opnieuw")
    assert len(cast.sms.to(AN_MOBILE)) == 4  # twenty wrong codes are enough for a day
    her.sign_in(cast, "an.peeters")
    assert her.is_in()


def test_who_has_only_the_mailbox_sets_nothing(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    thief, her = visitor(), visitor()
    her.sign_in(cast, "an.peeters")
    choose(thief, mailed(cast, visitor), "van de dief, ha ha")
    thief.follow()
    for _ in range(5):
        assert thief.enter(other(cast.code(AN_MOBILE))) == 401
    assert her.is_in()
    assert visitor().type_password("an.peeters", "van de dief, ha ha") == 401
    assert visitor().type_password("an.peeters", PASSWORD) == 303


def test_a_poor_password_does_not_use_the_link_up(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her, link = visitor(), mailed(cast, visitor)
    assert choose(her, link, "te kort") == 422
    assert "Het wachtwoord telt 7 tekens. Gebruik er minstens 12." in her.text
    assert choose(her, link, "") == 422
    assert choose(her, link, "Zonnedelen Noord cv 1") == 422
    assert choose(her, link) == 303


def test_an_initial_password_that_was_never_used_dies_with_a_reset(
    cast: Cast, visitor: Arrive
) -> None:
    cast.register(AN)
    initial = cast.invited()
    her, link = visitor(), mailed(cast, visitor)
    assert choose(her, link, initial) == 422, "nor does it become the own one"
    assert choose(her, link) == 303
    her.follow()
    her.enter(cast.code(AN_MOBILE))
    assert visitor().type_password("an.peeters", initial) == 401
    assert visitor().type_password("an.peeters", NEW) == 303


def test_a_reset_turns_a_password_on_again(
    settled: None, cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    with runtime.transaction() as session:
        an = session.scalars(select(Account).where(Account.login == "an.peeters")).one()
        an.password_off_at, an.wrong_in_a_row = cast.clock(), 101
    her = visitor()
    choose(her, mailed(cast, visitor))
    her.follow()
    her.enter(cast.code(AN_MOBILE))
    assert visitor().type_password("an.peeters", NEW) == 303


def test_three_letters_an_hour_and_ten_a_day(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    def asked_often() -> int:
        for _ in range(5):
            ask(visitor())
        cast.tick("accounts.resets")
        return len(cast.mails("an@noord.example"))

    counts = []
    for _ in range(5):
        counts.append(asked_often())
        cast.clock.forward(hours=1)
    assert counts == [3, 6, 9, 10, 10]


def test_one_neighbour_asks_twenty_times_in_ten_minutes(
    app: Flask, cast: Cast, visitor: Arrive
) -> None:
    assert [ask(visitor(), f"somebody.{n}") for n in range(20)] == [200] * 20
    somebody = visitor()
    assert ask(somebody) == 429
    assert somebody.page is not None
    assert somebody.page.headers["Retry-After"] == "600"
    cast.clock.forward(minutes=10)
    assert ask(somebody) == 200


@ONE_DATABASE
@pytest.mark.parametrize(
    ("login", "sentence"), [("", "Vul uw login in."), ("a" * 129, "Dit is te lang.")]
)
def test_an_empty_or_endless_login_is_named(
    app: Flask, visitor: Arrive, login: str, sentence: str
) -> None:
    somebody = visitor()
    assert ask(somebody, login) == 422
    assert sentence in somebody.text
