"""A Fluvius account, as its owner sees it: made, used, changed, and its way back."""

from collections.abc import Callable
from functools import partial

from flask import Flask
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.cast import PASSWORD, Cast
from tests.citizens import MOBILE, confirm_link, known, let_in, with_account

EMAIL, NEW_MOBILE = "wiebe@zon.example", "+32471000111"
SIGN_IN = "/aanmelden/mijn-fluvius"
Arrive = Callable[..., Person]


def fill(person: Person, button: str, **fields: str) -> None:
    for name, value in fields.items():
        person.page.fill(f"[name={name}]", value)
    person.page.get_by_role("button", name=button, exact=True).click()


def test_an_account_is_made_confirmed_and_used(arrive: Arrive, cast: Cast) -> None:
    wiebe = arrive()
    page = wiebe.page
    wiebe.is_let_in(partial(let_in, cast, account_id=known(cast)))
    wiebe.open("/registreren?verder=/profiel")
    fields = {"gsm": "078 35 35 34", "email": EMAIL, "nieuw_wachtwoord": PASSWORD}
    fill(wiebe, "Account maken", **fields)
    expect(page.locator("#fouten")).to_be_focused()
    expect(page.locator("[name=email]")).to_have_value(EMAIL)
    wiebe.check("my-register-wrong")
    fields |= {"gsm": "0470 99 88 77"}
    fill(wiebe, "Account maken", **fields)
    expect(page.get_by_role("link", name="Ga verder")).to_be_visible()
    wiebe.check("my-register-sent", ["phone"])
    wiebe.open(confirm_link(cast, EMAIL))
    wiebe.check("my-confirm", ["dark", "phone"])
    page.get_by_role("button", name="E-mailadres bevestigen").click()
    page.wait_for_url(f"{wiebe.site}/**")
    page.context.clear_cookies()
    wiebe.open(confirm_link(cast, EMAIL))
    wiebe.check("my-confirm-dead", ["phone"])
    wiebe.open(SIGN_IN)
    fill(wiebe, "Aanmelden", login=EMAIL, wachtwoord=PASSWORD)
    page.wait_for_url("**/aanmelden/code")
    wiebe.check("my-code")
    assert wiebe.walk()


def test_an_address_and_a_number_are_changed(arrive: Arrive, cast: Cast) -> None:
    wiebe = arrive()
    page = wiebe.page
    wiebe.is_let_in(partial(let_in, cast, account_id=with_account(cast, EMAIL)))
    wiebe.open("/profiel")
    wiebe.check("my-profile-account")
    page.get_by_role("link", name="E-mailadres wijzigen").click()
    fill(wiebe, "Stuur de link", email="geen adres", huidig_wachtwoord="x")
    expect(page.locator("#fouten")).to_be_focused()
    wiebe.check("my-email")
    assert wiebe.walk()
    page.get_by_role("link", name="Annuleren").click()
    page.get_by_role("link", name="Gsm-nummer wijzigen").click()
    wiebe.check("my-number")
    fill(wiebe, "Stuur de code", gsm="0471 00 01 11", huidig_wachtwoord=PASSWORD)
    page.wait_for_url("**/profiel/gsm-nummer/code")
    wiebe.check("my-number-code", ["phone"])
    fill(wiebe, "Gsm-nummer wijzigen", code=cast.code(NEW_MOBILE))
    expect(page.get_by_text("Je gsm-nummer is gewijzigd.")).to_be_visible()


def test_a_forgotten_password_goes_round(
    arrive: Arrive, house: tuple[Cast, Flask]
) -> None:
    cast, _app = house
    with_account(cast, EMAIL)
    wiebe = arrive()
    page = wiebe.page
    wiebe.open(SIGN_IN)
    page.get_by_role("link", name="Wachtwoord vergeten?").click()
    wiebe.check("my-forgot", ["dark", "phone"])
    fill(wiebe, "Stuur mij een e-mail", login=EMAIL)
    expect(page.get_by_role("status")).to_be_focused()
    wiebe.check("my-forgot-sent", ["phone"])
    cast.tick("accounts.resets")
    link = cast.reset_link(EMAIL)
    wiebe.open(link)
    fill(wiebe, "Wachtwoord opslaan", nieuw_wachtwoord="wiebe wiebe")
    expect(page.locator("#fouten")).to_be_focused()
    wiebe.check("my-choose")
    fill(wiebe, "Wachtwoord opslaan", nieuw_wachtwoord="Drie eenden op de vijver")
    page.wait_for_url("**/aanmelden/code")
    fill(wiebe, "Aanmelden", code=cast.code(MOBILE))
    page.wait_for_url(f"**{SIGN_IN}")
    expect(page.get_by_text("Je wachtwoord is opgeslagen.")).to_be_visible()
    wiebe.open(link)
    wiebe.check("my-reset-dead", ["phone"])
