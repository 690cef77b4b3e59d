"""Every letter is written by the house itself, and its links lead somewhere."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.service import Accounts
from app.accounts.service_register import Registrations, Wanted
from app.kernel.kbo import Kbo
from app.organisations.rules import Claim, Rank
from app.organisations.service import Organisations
from app.organisations.service_access import Access
from app.passwords import Hashed
from app.runtime import Runtime
from app.wiring import TEMPLATES
from jobs.runner import run, ticks
from notifier import Email
from notifier.outbox import letter
from storage.scanner import Doubt
from tests.cast import AN, NOORD, Cast, correction
from tests.citizens import WIND
from tests.fakes_scanner import FakeScanner
from tests.house.source import nothing
from tests.providers import Provider
from tests.visitor import SITE, Visitor

LINK = re.compile(r"https?://[^\s\"<>]+")
ELSEWHERE = re.compile(r"https://[^/]*(?:fluvius\.be|safeonweb\.be)(?:/|$)")


@pytest.fixture
def letters(cast: Cast, visitor: Callable[[], Visitor]) -> list[Email]:
    """A life of An in which she gets every letter there is, but for those of staff."""
    cast.everybody()
    cast.publish({correction(NOORD): b"eerste"})
    an = visitor()
    an.first_sign_in(cast, "an.peeters", cast.initial_password("an@noord.example"))
    cast.publish({correction(NOORD, month="2026-08"): b"tweede"})
    visitor_without_password = visitor()
    visitor_without_password.open("/wachtwoord-vergeten")
    visitor_without_password.submit("/wachtwoord-vergeten", {"login": "an.peeters"})
    cast.tick("accounts.resets")
    with cast.runtime.transaction() as session:
        Accounts.of(session, cast.runtime).reissue("an.peeters")
    cast.clock.forward(days=24)
    cast.tick("filedrop.remind")
    cast.register(AN.replace("0470 11 22 27", "0470 11 22 28"))
    cast.tick("desk.day")
    no_scanner = replace(cast.runtime, scanner=FakeScanner(Doubt.AWAY))
    run(no_scanner, ticks()["filedrop.scan"])
    _give_access(cast)
    _ask_for_an_account(cast)
    Provider.wiebe(cast, WIND).becomes_one()
    theirs = (
        "an@noord.example",
        "sam.claes@fluvius.example",
        "mia@zon.example",
        "wiebe@zon.example",
    )
    return [letter for address in theirs for letter in cast.mails(address)]


def _ask_for_an_account(cast: Cast) -> None:
    """Whom an issuer told us of, by the address to which access was given."""
    wanted = Wanted("mia@zon.example", "+32470998877", Hashed("x", "test"))
    with cast.runtime.transaction() as session:
        Registrations.of(session, cast.runtime).ask(1, wanted)


def _give_access(cast: Cast) -> None:
    """Who stands in the KBO lets a colleague in."""
    claim = Claim(Kbo("0123456749"), "Zonadvies bv")
    with cast.runtime.transaction() as session:
        organisations = Organisations.of(session, cast.runtime)
        organisations.take_in(1, [claim])
        (card,) = organisations.of_account(1)
        access = Access.of(session, cast.runtime)
        access.grant(card, "mia@zon.example", Rank.VIEWER, by=1)


def kinds(runtime: Runtime) -> set[str]:
    with runtime.reading() as session:
        return set(session.scalars(select(letter.c.kind)))


def test_the_house_writes_every_letter_that_it_has(
    letters: list[Email], runtime: Runtime
) -> None:
    assert kinds(runtime) == {
        folder.name for folder in (TEMPLATES / "mail").iterdir() if folder.is_dir()
    }


def test_every_link_of_a_letter_is_an_address_of_ours(
    letters: list[Email], app: Flask
) -> None:
    routes = app.url_map.bind("bestanden.example", url_scheme="https")
    links = {
        link.rstrip(".,)")
        for email in letters
        for body in (email.text, email.html)
        for link in LINK.findall(body)
    }
    assert links
    for link in links:
        if link.startswith(SITE):
            routes.match(link.removeprefix(SITE).partition("?")[0] or "/")
    nothing(
        link
        for link in links
        if not link.startswith(SITE) and not ELSEWHERE.match(link)
    )


def test_only_the_first_letter_carries_a_way_in(letters: list[Email]) -> None:
    first, *later = letters
    assert "Initieel wachtwoord:" in first.text
    nothing(email.subject for email in later if "Initieel wachtwoord" in email.text)
    nothing(email.subject for email in later if "an.peeters" in email.text)


def test_no_letter_fetches_anything_or_follows_anybody(letters: list[Email]) -> None:
    fetching = re.compile(r"<(?:img|link|script|iframe|object)\b|url\(|@import")
    nothing(email.subject for email in letters if fetching.search(email.html))
