"""Becoming a provider, as people see it: each page in each look."""

from collections.abc import Callable

from playwright.sync_api import expect

from app.contracts.rules import Channel
from tests.browser.person import Person
from tests.cast import Cast
from tests.citizens import WIND
from tests.providers import Provider

PLAN = "/verbruik/dienstverlener/1000000021/stappenplan"


def test_the_way_to_a_contract(arrive: Callable[..., Person], cast: Cast) -> None:
    wiebe = Provider.wiebe(cast)
    person = arrive()
    person.is_let_in(wiebe.comes_in)
    person.open("/dienstverlener-worden/")
    person.check("provider-what")
    person.page.get_by_role("link", name="Dienstverlener worden?").click()
    person.check("provider-contract")
    keeps_its_steps_apart(person)
    person.page.get_by_role("button", name="Ga verder").click()
    person.page.get_by_role("button", name="Ga verder").click()
    person.page.locator("#fouten").wait_for()
    person.check("provider-channel")
    stands_above_its_choices(person)
    wiebe.chooses(Channel.API)
    person.open("/dienstverlener-worden/ondertekenen")
    person.page.get_by_role("button", name="Indienen").click()
    person.page.locator("#fouten").wait_for()
    person.check("provider-sign-wrong")
    goes_back_to_choose_otherwise(person)
    wiebe.is_doubted()
    person.open("/dienstverlener-worden/ondertekenen")
    person.check("provider-doubt")
    person.page.get_by_role("button", name="Indienen", exact=True).click()
    expect(person.page.locator("#fouten")).to_be_focused()
    person.page.get_by_role("button", name="Toch indienen").click()
    person.page.wait_for_url("**/ingediend")
    person.check("provider-handed-in")
    person.open("/diensten/")
    person.check("provider-waiting")


def keeps_its_steps_apart(person: Person) -> None:
    """On a phone no word of a step lies over the number of the next one."""
    person.put_on("phone")
    wide = "all => all.filter(one => one.scrollWidth > one.clientWidth).length"
    assert person.page.locator(".five li").evaluate_all(wide) == 0
    person.put_on(person.look)


def stands_above_its_choices(person: Person) -> None:
    """What is wrong stands over all choices, not as one beside them."""
    error = person.page.locator("#kanaal-fout").bounding_box()
    first = person.page.locator(".options label").first.bounding_box()
    assert error
    assert first
    assert error["x"] == first["x"]
    assert error["y"] + error["height"] <= first["y"]


def goes_back_to_choose_otherwise(person: Person) -> None:
    """By our link, and by the browser's own button: what was chosen is still chosen."""
    page = person.page
    page.get_by_role("link", name="Terug").click()
    expect(page.locator("#kanaal-api")).to_be_checked()
    page.locator("#kanaal-portaal").check()
    page.get_by_role("button", name="Ga verder").click()
    page.wait_for_url("**/ondertekenen")
    page.go_back()
    expect(page.locator("#kanaal-portaal")).to_be_checked()


def test_a_provider_and_its_services(arrive: Callable[..., Person], cast: Cast) -> None:
    bea = Provider.wiebe(cast, WIND, "bea")
    bea.becomes_one(Channel.API)
    person = arrive()
    person.is_let_in(bea.comes_in)
    person.open("/diensten/voorkeur")
    person.page.fill("[name=doel]", "om je zonnepanelen te dimensioneren")
    person.check("provider-wish")
    person.page.get_by_role("button", name="Bewaren").click()
    person.page.wait_for_url("**/diensten/")
    person.check("provider-services")
    person.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.page.get_by_role("button", name="Kopieer link").click()
    expect(person.page.get_by_text("Gekopieerd.")).to_be_visible()
    copied = person.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{person.site}{PLAN}"
    person.open("/diensten/api/")
    person.page.fill("[name=naam]", "Rekenmodel")
    person.page.get_by_role("button", name="Maken").click()
    person.page.get_by_text("client_secret").wait_for()
    person.check("provider-client-made")
    person.page.get_by_role("button", name="Kopieer geheim").click()
    expect(person.page.get_by_text("Geheim gekopieerd.")).to_be_visible()
    expect(person.page.locator("#client-secret")).to_have_text(
        person.page.evaluate("navigator.clipboard.readText()")
    )
    person.open("/diensten/api/")
    person.page.check("[name=manier][value=sleutel]")
    person.page.get_by_role("button", name="Maken").click()
    person.page.locator("#fouten").wait_for()
    person.check("provider-clients")
    person.page.get_by_role("link", name="Rekenmodel").click()
    person.page.wait_for_url("**/diensten/api/*/")
    person.check("provider-client")
    person.open("/diensten/kanaal/")
    person.check("provider-channel-left")
    person.open("/klantgegevens/")
    person.check("provider-customers")
    person.open("/diensten/opzeggen")
    person.check("provider-end")
