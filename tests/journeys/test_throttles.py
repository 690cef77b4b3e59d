"""Trying passwords: slower and slower, for whoever tries, and nobody else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from app.accounts.models import Account
from app.keyring import Keyring
from app.passwords import Hashed, Passwords
from app.runtime import Runtime
from tests.cast import AN_MOBILE, PASSWORD, Cast
from tests.visitor import WRONG, Visitor

Arrive = Callable[[], Visitor]


class Counted(Passwords):
    """Real passwords, which also count how often they had to be slow."""

    def __init__(self, keyring: Keyring) -> None:
        super().__init__(keyring)
        self.checks = 0

    def check(self, password: str, against: Hashed | None) -> bool:
        self.checks += 1
        return super().check(password, against)


@dataclass
class Attacker:
    """Guesses from an address of choice, always in a fresh browser."""

    arrive: Arrive
    address: str = "198.51.100.7"
    said: list[str] = field(default_factory=list)

    def guess(self, login: str = "an.peeters", password: str = "nee, fout") -> int:
        browser = self.arrive()
        browser.client.environ_base["REMOTE_ADDR"] = self.address
        status = browser.type_password(login, password)
        self.said.append(browser.text)
        return status


@pytest.fixture
def attacker(settled: None, visitor: Arrive) -> Attacker:
    return Attacker(visitor)


def retry_after(page: TestResponse | None) -> int:
    assert page is not None
    return int(page.headers["Retry-After"])


def test_from_the_fifth_wrong_password_on_each_pause_is_longer(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    for _ in range(5):
        assert her.type_password("an.peeters", "nee, fout") == 401
    for pause in (1, 2, 4, 8, 16, 32, 60, 60):
        assert her.type_password("an.peeters", PASSWORD) == 429, "not even the right"
        assert retry_after(her.page) == pause
        unit = "seconde" if pause == 1 else "seconden"
        assert f"U kunt opnieuw proberen na {pause} {unit}." in her.text
        assert "Uw bestanden blijven intussen gewoon staan." in her.text
        cast.clock.forward(seconds=pause)
        assert her.type_password("an.peeters", "nee, fout") == 401
    cast.clock.forward(seconds=60)
    assert her.type_password("an.peeters", PASSWORD) == 303


def test_the_right_password_wipes_the_slate(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    for _ in range(3):
        for _ in range(4):
            assert her.type_password("an.peeters", "nee, fout") == 401
        assert her.type_password("an.peeters", PASSWORD) == 303


def test_what_is_refused_unseen_does_not_make_it_worse(
    attacker: Attacker, cast: Cast
) -> None:
    for _ in range(5):
        attacker.guess()
    for _ in range(50):
        assert attacker.guess() == 429
    cast.clock.forward(seconds=1)
    assert attacker.guess(password=PASSWORD) == 303


def test_twenty_failures_of_one_neighbour_close_the_door_for_ten_minutes(
    attacker: Attacker, cast: Cast, visitor: Arrive
) -> None:
    for n in range(20):
        assert attacker.guess(f"somebody.{n}") == 401
    cast.clock.forward(minutes=4)
    assert attacker.guess(password=PASSWORD) == 429
    assert "Te veel pogingen" in attacker.said[-1]
    assert "U kunt opnieuw proberen na 10.10 uur." in attacker.said[-1]
    assert visitor().type_password("an.peeters", PASSWORD) == 303, "from elsewhere"
    cast.clock.forward(minutes=6)
    assert attacker.guess(password=PASSWORD) == 303


def test_the_closed_door_says_how_many_seconds(
    attacker: Attacker, cast: Cast, visitor: Arrive
) -> None:
    for n in range(20):
        attacker.guess(f"somebody.{n}")
    cast.clock.forward(minutes=4)
    browser = visitor()
    browser.client.environ_base["REMOTE_ADDR"] = attacker.address
    assert browser.type_password("an.peeters", PASSWORD) == 429
    assert retry_after(browser.page) == 360


def test_a_whole_ipv6_network_is_one_neighbour(
    attacker: Attacker, visitor: Arrive
) -> None:
    for n in range(20):
        attacker.address = f"2001:db8:1:2::{n:x}"
        attacker.guess(f"somebody.{n}")
    attacker.address = "2001:db8:1:2:ffff::1"
    assert attacker.guess() == 429
    attacker.address = "2001:db8:1:3::1"
    assert attacker.guess() == 401


def test_an_address_that_somebody_writes_into_a_header_is_not_believed(
    attacker: Attacker, visitor: Arrive
) -> None:
    for n in range(20):
        browser = visitor()
        browser.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{n}"
        browser.client.environ_base["REMOTE_ADDR"] = attacker.address
        browser.type_password(f"somebody.{n}", "nee, fout")
    assert attacker.guess() == 429


def test_a_browser_that_was_in_before_does_not_suffer_from_its_neighbours(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.sign_in(cast, "an.peeters")
    her.open("/profiel")
    her.submit("/afmelden")
    attacker = Attacker(visitor, address="192.0.2.1")
    for _ in range(5):
        attacker.guess()
    for n in range(15):
        attacker.guess(f"somebody.{n}")
    assert attacker.guess() == 429
    assert her.type_password("an.peeters", PASSWORD) == 303
    assert her.type_password("bo.maes", PASSWORD) == 429, "it knows only An"


def test_a_known_browser_is_slowed_down_too(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.sign_in(cast, "an.peeters")
    her.open("/profiel")
    her.submit("/afmelden")
    for _ in range(5):
        assert her.type_password("an.peeters", "nee, fout") == 401
    assert her.type_password("an.peeters", PASSWORD) == 429
    assert visitor().type_password("an.peeters", PASSWORD) == 303, "another is not"


def test_a_browser_that_comes_back_keeps_its_bucket(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    devices = []
    for _ in range(2):
        her.sign_in(cast, "an.peeters")
        cookie = her.client.get_cookie("__Host-device", "bestanden.example")
        assert cookie
        devices.append(cookie.value)
        her.open("/profiel")
        her.submit("/afmelden")
        cast.clock.forward(minutes=1)
    assert devices[0] == devices[1]


def turned_off(runtime: Runtime) -> bool:
    with runtime.reading() as session:
        asked = select(Account.password_off_at).where(Account.login == "an.peeters")
        return session.scalar(asked) is not None


def guess_slowly(attacker: Attacker, cast: Cast, times: int) -> None:
    for n in range(times):
        attacker.address = f"198.51.100.{n}"
        assert attacker.guess() == 401
    cast.clock.forward(minutes=10)


def test_a_hundred_in_a_row_turn_the_password_off_and_its_owner_is_told_once(
    attacker: Attacker, cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    guess_slowly(attacker, cast, 100)
    assert not turned_off(runtime)
    guess_slowly(attacker, cast, 3)
    assert turned_off(runtime)
    (letter,) = cast.mails("an@noord.example")
    assert letter.subject == "Te veel foute pogingen bij Direct bestanden"

    her = visitor()
    assert her.type_password("an.peeters", PASSWORD) == 401
    assert "Dit wachtwoord is uitgeschakeld na te veel foute pogingen." in her.text
    assert her.type_password("an.peeters", "nee, fout") == 401
    assert WRONG in her.text


def test_ninety_nine_and_then_the_right_one_is_no_row(
    attacker: Attacker, cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    guess_slowly(attacker, cast, 99)
    assert visitor().type_password("an.peeters", PASSWORD) == 303
    guess_slowly(attacker, cast, 2)
    assert not turned_off(runtime)


# a login that nobody has -------------------------------------------------------


@pytest.fixture
def counted(runtime: Runtime) -> Counted:
    return Counted(runtime.keyring)


@pytest.fixture
def doors(settled: None, runtime: Runtime, counted: Counted) -> Iterator[Arrive]:
    """Browsers at a house that counts its hashes."""
    app = create_app(replace(runtime, passwords=counted))

    def arrive() -> Visitor:
        return Visitor(app.test_client())

    return iter([arrive])


def tries(arrive: Arrive, login: str) -> list[tuple[int, str]]:
    """What somebody hears who guesses seven times, from an address of their own."""
    browser = arrive()
    browser.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{len(login)}"
    heard = []
    for _ in range(7):
        status = browser.type_password(login, "nee, fout")
        heard.append((status, browser.text))
    return heard


def test_a_login_that_nobody_has_is_answered_and_slowed_down_alike(
    doors: Iterator[Arrive], counted: Counted
) -> None:
    arrive = next(doors)
    known = tries(arrive, "an.peeters")
    hashes = counted.checks
    unknown = tries(arrive, "no.body.at.all")
    assert known == unknown
    assert [status for status, _text in known] == [401] * 5 + [429] * 2
    assert hashes == 5
    assert counted.checks == 2 * hashes


@pytest.mark.parametrize("login", ["ruud.noise", "bo.maes"])
def test_who_was_blocked_or_never_came_costs_a_hash_as_well(
    doors: Iterator[Arrive], app: Flask, counted: Counted, login: str
) -> None:
    app.test_cli_runner().invoke(args=["accounts", "block", "bo.maes"])
    heard = tries(next(doors), login)
    assert [status for status, _text in heard] == [401] * 5 + [429] * 2
    assert all(WRONG in text for status, text in heard if status == 401)
    assert counted.checks == 5


def test_the_initial_password_costs_a_hash_as_well(
    doors: Iterator[Arrive], cast: Cast, counted: Counted
) -> None:
    initial = cast.invited("ruud.noise")
    assert next(doors)().type_password("ruud.noise", initial) == 303
    assert counted.checks == 1
    assert not cast.sms.to(AN_MOBILE)
