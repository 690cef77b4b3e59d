"""Every page that a link leads to: by keyboard, on paper, on the smallest screen."""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from playwright.sync_api import ViewportSize

from app.contracts.rules import Channel
from jobs.runner import run, ticks
from notifier import SendFailed
from tests.browser.conftest import Person
from tests.browser.drafting import begin, choose, payload
from tests.browser.test_provider import let_in
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
from tests.fakes_scanner import FakeScanner
from tests.outside.crawl import Crawl
from tests.providers import WIND, Provider
from tests.servers.clamd import EICAR

REFUSED = SendFailed("the relay: 550 5.1.1 no such user here", permanent=True)
SMALL = ViewportSize(width=320, height=640)
LARGE = ViewportSize(width=1280, height=900)
STEPS = [
    "accounts.choose_password",
    "accounts.code",
    "accounts.change_code",
    "accounts.confirm",
    "accounts.my_sign_in",
    "accounts.reset",
    "becoming.cancel",
    "becoming.channel",
    "becoming.contract",
    "becoming.index",
    "contracts.show",
    "filedrop.confirm",
    "signing.handed_in",
    "signing.sign",
]  # led to by a letter or by a step before; other tests look at them
NO_PAGES = [
    "accounts.to_issuer",
    "agenda.feed",
    "agenda.once",
    "becoming.go_on",
    "contracts.paper",
    "deliveries.table",
    "deliveries.watch",
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
    "signing.paper",
    "static",
]


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
    assert not [one for one in controls.all() if one.is_visible()], path
    person.page.emulate_media(media="screen")


def reached(person: Person, app: Flask, start: str) -> set[str]:
    """Look at one page of each kind, and tell the views behind them."""
    crawl = Crawl(app, person.site, most=1)
    pages = [path for path, _ in crawl.walk(person.page.request, start)]
    for path in pages:
        look(person, path)
    return {crawl.endpoint(path.partition("?")[0]) for path in pages}


def test_every_page(arrive: Callable[..., Person], house: tuple[Cast, Flask]) -> None:
    cast, app = house
    scene(cast)
    found = reached(arrive(), app, "/aanmelden")
    cast.settled()
    an = arrive()
    an.sign_in(cast, "an.peeters", PASSWORD, AN_MOBILE)
    found |= reached(an, app, "/bestanden/")
    cast.staff("lies.claes", "admin")
    cast.settled("lies.claes", STAFF_PASSWORD)
    lies = arrive()
    lies.sign_in(cast, "lies.claes", STAFF_PASSWORD, SAM_MOBILE)
    lies.open("/beheer/leveringen/nieuw")
    page = begin(lies)
    choose(page, [payload(correction(NOORD, version=2)), payload("brief.pdf")])
    found |= reached(lies, app, "/beheer/")
    bea = Provider.wiebe(cast, WIND, "bea")
    bea.becomes_one(Channel.API)
    provider = arrive()
    let_in(provider, app, bea)
    found |= reached(provider, app, "/diensten/")
    rules = app.url_map.iter_rules()
    views = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    assert sorted(views - found) == sorted([*STEPS, *NO_PAGES])
