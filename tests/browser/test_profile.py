"""The profile in a browser: beautiful in every look, and whole without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.cast import AN, AN_MOBILE, PASSWORD, SAM_MOBILE, STAFF_PASSWORD, Cast

NEW = "Drie wilgen bij de Schelde"
Arrive = Callable[..., Person]


def settled(person: Person, cast: Cast) -> Person:
    """An, who came in elsewhere a while ago, and here."""
    person.sign_in(cast, "an.peeters", PASSWORD, AN_MOBILE)
    person.open("/profiel")
    return person


@pytest.fixture
def elsewhere(arrive: Arrive, cast: Cast) -> Person:
    """An at another browser."""
    cast.register(AN)
    cast.settled()
    phone = settled(arrive("phone", java_script_enabled=False), cast)
    cast.clock.forward(minutes=3)
    return phone


def change(person: Person, current: str, new: str = NEW) -> None:
    person.page.fill("[name=huidig_wachtwoord]", current)
    person.page.fill("[name=nieuw_wachtwoord]", new)
    person.page.get_by_role("button", name="Wachtwoord opslaan").click()


def test_every_page_of_the_profile(
    arrive: Arrive, elsewhere: Person, cast: Cast
) -> None:
    an = settled(arrive(), cast)
    an.check("profile")
    an.page.get_by_label("alleen 2 dagen").check()
    an.page.get_by_role("button", name="Keuze opslaan").click()
    an.page.get_by_text("Uw keuze is opgeslagen.").wait_for()
    assert an.page.get_by_label("alleen 2 dagen").is_checked()

    cast.clock.forward(minutes=2)
    an.page.get_by_role("link", name="Wachtwoord wijzigen").click()
    change(an, "Vijf beuken in het Woud", "kort")
    an.page.locator(".problem").wait_for()
    an.check("profile-password")
    change(an, PASSWORD)
    an.page.wait_for_url("**/profiel/wachtwoord/code")
    an.check("profile-code")
    an.page.fill("[name=code]", cast.code(AN_MOBILE))
    an.page.press("[name=code]", "Enter")
    an.page.wait_for_url("**/profiel")
    an.check("profile-changed")


def test_without_javascript_she_ends_a_session_and_changes_her_password(
    arrive: Arrive, elsewhere: Person, cast: Cast
) -> None:
    an = settled(arrive(), cast)
    elsewhere.open("/profiel")
    table = elsewhere.page.get_by_role("table", name="Waar u aangemeld bent")
    table.get_by_role("button", name="Afmelden Chrome – Linux").click()
    elsewhere.page.get_by_text("Dat toestel is afgemeld.").wait_for()
    expect(table.get_by_role("button")).to_have_count(0)
    an.open("/profiel")
    assert an.page.url.endswith("/aanmelden?verder=/profiel")

    elsewhere.page.get_by_role("link", name="Wachtwoord wijzigen").click()
    change(elsewhere, PASSWORD)
    elsewhere.page.fill("[name=code]", cast.code(AN_MOBILE))
    elsewhere.page.press("[name=code]", "Enter")
    elsewhere.page.get_by_text("Uw wachtwoord is gewijzigd.").wait_for()


def test_a_colleague_reads_je(arrive: Arrive, cast: Cast) -> None:
    cast.staff()
    cast.settled("sam.claes", STAFF_PASSWORD)
    sam = arrive()
    sam.sign_in(cast, "sam.claes", STAFF_PASSWORD, SAM_MOBILE)
    sam.open("/profiel")
    sam.check("profile-staff")
    main = sam.page.locator("main").inner_text()
    assert " u " not in f" {main} ".casefold()
