"""Contracts at a colleague's browser: the list, a scan, what became of it."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import expect

from app.contracts.rules import Channel, State
from tests.browser.person import Person
from tests.cast import SAM_MOBILE, STAFF_PASSWORD, Cast
from tests.citizens import WIND
from tests.providers import Provider

House = tuple[Cast, Flask]


def test_colleagues_decide(arrive: Callable[..., Person], house: House) -> None:
    cast, _app = house
    wiebe = Provider.wiebe(cast)
    wiebe.becomes_one(Channel.API)
    wiebe.is_told(State.SUSPENDED, reason="Klachten van klanten over te veel e-mails.")
    wiebe.is_told(State.ENDED, reason="Op eigen verzoek.")
    bea = Provider.wiebe(cast, WIND, "bea")
    for provider in (wiebe, bea):
        provider.requests()
        provider.chooses()
    wiebe.hands_in()
    cast.staff("lies.claes", "admin")
    cast.settled("lies.claes", STAFF_PASSWORD)
    lies = arrive()
    lies.sign_in(cast, "lies.claes", STAFF_PASSWORD, SAM_MOBILE)
    count = lies.page.get_by_role("link", name="1 contract wacht op een besluit")
    expect(count).to_be_visible()
    lies.check("desk-contracts", ["phone"])
    count.click()
    lies.check("contracts")
    lies.page.get_by_role("link", name="Zonadvies Wiebe bv").click()
    lies.page.get_by_label("Elke pagina is er").check()
    lies.page.get_by_role("button", name="Goedkeuren").click()
    expect(lies.page.locator("#fouten")).to_be_focused()
    expect(lies.page.get_by_label("Elke pagina is er")).to_be_checked()
    lies.check("contract")
    for box in lies.page.locator("[name=nagekeken]").all():
        box.check()
    lies.page.get_by_role("button", name="Goedkeuren").click()
    expect(lies.page.get_by_text("Je besluit is bewaard")).to_be_visible()
    lies.check("contract-active")
    lies.page.emulate_media(media="print")
    expect(lies.page.get_by_role("heading", name="Verloop")).to_be_visible()
    expect(lies.page.get_by_role("button", name="Schorsen")).to_be_hidden()
    expect(lies.page.get_by_label("Reden")).to_be_hidden()
    if lies.shots:
        lies.page.pdf(path=lies.shots / "contract.pdf")
    lies.page.emulate_media(media="screen")
    lies.open("/beheer/contracten/?stand=to_sign")
    lies.page.get_by_role("link", name="Windkracht cv").click()
    lies.page.get_by_role("link", name="Getekend contract indienen").click()
    lies.page.get_by_role("button", name="Indienen").click()
    expect(lies.page.locator("#fouten")).to_be_focused()
    lies.check("contract-mailed")
