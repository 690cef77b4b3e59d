"""Every page that a link leads to: by keyboard, on paper, on the smallest screen."""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from playwright.sync_api import ViewportSize, expect

from app.contracts.rules import Channel
from jobs.runner import run, ticks
from notifier import SendFailed
from tests.browser.drafting import begin, choose, payload
from tests.browser.person import Person
from tests.browser.test_provider import PLAN
from tests.cast import (
    AN_MOBILE,
    NOORD,
    PASSWORD,
    SAM_MOBILE,
    STAFF_PASSWORD,
    ZUID,
    Cast,
    correction,
)
from tests.citizens import WIND, made_account
from tests.fakes_scanner import FakeScanner
from tests.outside.crawl import Crawl
from tests.providers import Provider
from tests.servers.clamd import EICAR

REFUSED = SendFailed("the relay: 550 5.1.1 no such user here", permanent=True)
SMALL = ViewportSize(width=320, height=640)
LARGE = ViewportSize(width=1280, height=900)
# all in one question: a page of the book has a hundred of them
VISIBLE = """
controls => controls.filter(one => one.getClientRects().length > 0
  && getComputedStyle(one).visibility === "visible").length
"""
STEPS = [
    "accounts.choose_password",
    "accounts.code",
    "accounts.change_code",
    "accounts.confirm",
    "accounts.reset",
    "becoming.cancel",
    "becoming.channel",
    "becoming.contract",
    "becoming.index",
    "contracts.show",
    "departures.show",
    "filedrop.confirm",
    "mailed.ask",
    "signing.handed_in",
    "signing.sign",
]  # led to by a letter or by a step before; other tests look at them
NO_PAGES = [
    "accounts.to_issuer",
    "agenda.feed",
    "agenda.once",
    "becoming.go_on",
    "contracts.original",
    "contracts.paper",
    "deliveries.table",
    "deliveries.watch",
    "departures.watch",
    "desk.audit_copy",
    "desk.audit_json",
    "drafts.controls",
    "drafts.names",
    "filedrop.download",
    "filedrop.download_zip",
    "organisations.back",
    "pages.home",
    "pages.live",
    "pages.ready",
    "pages.security",
    "receipts.key",
    "receipts.paper",
    "receipts.record",
    "plan.short",
    "releases.letter",
    "services.paper",
    "sharing.asked",
    "signing.paper",
    "static",
]

LEFT_OUT = {*STEPS, *NO_PAGES}


def scene(cast: Cast) -> None:
    """Two communities with files, one of them infected; a letter that was refused."""
    cast.everybody()
    cast.email.refused["bo@zuid.example"] = REFUSED
    held = {correction(ZUID, month="2026-08"): EICAR}
    fine = {correction(NOORD): b"x" * 9_100, correction(ZUID): b"y" * 1_200}
    cast.publish(held | fine)
    run(replace(cast.runtime, scanner=FakeScanner()), ticks()["filedrop.scan"])
    cast.tick("post.deliver")


def look(person: Person, path: str) -> None:
    person.open(path)
    person.walk()
    person.page.set_viewport_size(SMALL)
    assert person.overflow() <= 0, f"{path} scrolls sideways"
    person.page.set_viewport_size(LARGE)
    person.page.emulate_media(media="print")
    assert person.page.locator("h1").first.is_visible(), path
    controls = person.page.locator(".band, .foot, .btn, .steps")
    assert controls.evaluate_all(VISIBLE) == 0, path
    person.page.emulate_media(media="screen")


def reached(person: Person, app: Flask, *starts: str) -> set[str]:
    """Look at one page of each kind, and tell the views behind them."""
    crawl = Crawl(app, person.site, most=1)
    # who may not go where a link leads comes to a page that was looked at already
    walked = crawl.walk(person.page.request, *starts)
    pages = {crawl.kind(path): path for path, _ in walked}
    for path in pages.values():
        look(person, path)
    return {endpoint for endpoint, _ in pages}


def owed(app: Flask, role: str) -> set[str]:
    """The views that show a page to somebody of that role."""
    rules = app.url_map.iter_rules()
    views = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    assert views >= LEFT_OUT
    guards = {
        view: vars(app.view_functions[view])["__guard__"] or {"guest"}
        for view in views - LEFT_OUT
    }
    assert all(
        guard & {"guest", "manager", "admin", "user"} for guard in guards.values()
    )
    return {view for view, guard in guards.items() if role in guard}


def tour(person: Person, app: Flask, role: str, *starts: str) -> None:
    found = reached(person, app, *starts)
    assert owed(app, role) <= found
    assert not found & LEFT_OUT


def test_every_page_of_a_guest(
    arrive: Callable[..., Person], house: tuple[Cast, Flask]
) -> None:
    cast, app = house
    scene(cast)
    Provider.wiebe(cast, WIND, "bea").becomes_one()
    tour(arrive(), app, "guest", "/aanmelden", PLAN)


def test_every_page_of_a_manager(
    arrive: Callable[..., Person], house: tuple[Cast, Flask]
) -> None:
    cast, app = house
    scene(cast)
    cast.settled()
    an = arrive()
    an.sign_in(cast, "an.peeters", PASSWORD, AN_MOBILE)
    tour(an, app, "manager", "/bestanden/")


def test_every_page_of_an_admin(
    arrive: Callable[..., Person], house: tuple[Cast, Flask]
) -> None:
    cast, app = house
    scene(cast)
    cast.staff("lies.claes", "admin")
    cast.settled("lies.claes", STAFF_PASSWORD)
    lies = arrive()
    lies.sign_in(cast, "lies.claes", STAFF_PASSWORD, SAM_MOBILE)
    lies.open("/beheer/leveringen/nieuw")
    page = begin(lies)
    choose(page, [payload(correction(NOORD, version=2)), payload("brief.pdf")])
    tour(lies, app, "admin", "/beheer/")


def test_every_page_of_a_provider(
    arrive: Callable[..., Person], house: tuple[Cast, Flask]
) -> None:
    cast, app = house
    bea = Provider.wiebe(cast, WIND, "bea")
    bea.becomes_one(Channel.API)
    bea.machine()
    provider = arrive()
    provider.is_let_in(bea.comes_in)
    # whoever came by an issuer has no password to change: they are led to making one
    provider.open("/profiel/wachtwoord")
    expect(provider.page).to_have_url(f"{provider.site}/registreren")
    found = reached(provider, app, "/diensten/")
    # who made an account has a password to change, and no account to make
    made_account(cast, "bea")
    found |= reached(provider, app, "/profiel")
    assert owed(app, "user") <= found
    assert not found & LEFT_OUT
