"""An organisation in a browser: its colleagues, its help, and two windows of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.organisations.rules import Rank
from app.organisations.service import Organisations
from app.organisations.service_access import Access
from app.organisations.service_invited import Invited
from tests.browser.person import Person
from tests.cast import Cast
from tests.citizens import WIND, ZON
from tests.providers import Provider


@pytest.fixture
def person(arrive: Callable[..., Person], cast: Cast) -> Person:
    """Wiebe, who acts for Zonadvies; he gave Mia access, and may act for another."""
    wiebe, mia = Provider.wiebe(cast), Provider.wiebe(cast, WIND, "mia")
    boss, mia_id = wiebe.actor, mia.actor.account_id
    person = arrive()
    person.is_let_in(wiebe.comes_in)
    with cast.runtime.transaction() as session:
        access = Access.of(session, cast.runtime)
        for email in ("mia@zon.example", "jan@zon.example"):
            access.grant(boss.card, email, Rank.VIEWER, by=boss.account_id)
        Invited.of(session, cast.runtime).accept(mia_id)
        both = [ZON, WIND]
        Organisations.of(session, cast.runtime).take_in(boss.account_id, both)
    return person


def test_colleagues_are_seen_and_changed(person: Person) -> None:
    page = person.page
    person.open("/organisatie/toegang")
    person.check("organisation-colleagues")
    assert person.walk()
    page.locator("select").select_option("manager")
    page.get_by_role("button", name="Aanpassen").click()
    expect(page.get_by_text("Dit is aangepast. Het telt vanaf nu.")).to_be_visible()
    expect(page.locator("select")).to_have_value("manager")
    person.open("/hulp")
    person.check("help-mine")


def test_a_window_of_another_organisation_does_nothing(person: Person) -> None:
    page = person.page
    person.open("/organisatie/toegang")
    other = page.context.new_page()
    other.goto(f"{person.site}/organisatie/kiezen")
    other.get_by_label("Windkracht cv").check()
    other.get_by_role("button", name="Ga verder").click()
    expect(other.get_by_role("heading", name="Windkracht cv")).to_be_visible()
    page.get_by_label("E-mailadres").fill("tom@zon.example")
    page.get_by_role("button", name="Toegang geven").click()
    expect(page.get_by_text("intussen handel je voor Windkracht cv")).to_be_visible()
    person.complaints.clear()  # the browser says that the answer was a 409
    person.check("organisation-other-window", ["light", "phone"])
