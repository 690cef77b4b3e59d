"""Mijn Fluvius from the way in to the organisation, with the demo's own issuer."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import make_url

from app.demo.settings import DemoFolder
from app.demo.web import create_demo_app
from app.wiring import build
from tests.browser.person import Person
from tests.servers.web import free_port, serving


@pytest.fixture
def demo(tmp_path: Path, sqlite_file: Path) -> DemoFolder:
    folder = DemoFolder(tmp_path / "demo", free_port())
    folder.make()
    shutil.copy(sqlite_file, str(make_url(folder.settings().database_url).database))
    return folder


@pytest.fixture
def person(
    chromium: Browser, demo: DemoFolder, pytestconfig: pytest.Config
) -> Iterator[Person]:
    """Somebody new at the demo, on the clock of today: tokens are of now."""
    runtime = build(demo.settings())
    shots = pytestconfig.getoption("--shots")
    folder = Path(shots) if shots else None
    with serving(create_demo_app(runtime), demo.port) as site:
        context = chromium.new_context(locale="nl-BE", reduced_motion="reduce")
        yield Person(context.new_page(), site, "light", folder, [])
        context.close()
    runtime.database.close()


def come(person: Person, button: str, name: str) -> None:
    """By the issuer of that button, as that person of the demo."""
    person.page.get_by_role("link", name=button).click()
    person.page.wait_for_url("**/demo/oidc/**")
    with person.page.expect_navigation(url="**/organisatie/**"):
        person.page.get_by_role("button", name=name).click()


def test_an_organisation_is_chosen_and_shared(person: Person) -> None:
    page = person.page
    person.open("/organisatie/")
    person.check("my-sign-in")
    page.get_by_role("link", name="Aanmelden als organisatie").click()
    page.wait_for_url("**/demo/oidc/csam/**")
    person.check("demo-issuer")
    with page.expect_navigation(url="**/organisatie/kiezen**"):
        page.get_by_role("button", name="Mia Verlinden").click()
    person.check("organisation-choose")
    page.get_by_label("Warmteplan cv").check()
    page.get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("heading", name="Warmteplan cv")).to_be_visible()
    person.check("organisation")
    page.get_by_role("link", name="Toegang van collega's").click()
    page.get_by_label("E-mailadres").fill("geen adres")
    page.get_by_role("button", name="Toegang geven").click()
    expect(page.locator("#fouten")).to_be_focused()
    page.get_by_label("E-mailadres").fill("jan@warmteplan.example")
    page.get_by_role("button", name="Toegang geven").click()
    expect(page.get_by_text("Meldde zich nog niet aan")).to_be_visible()
    person.check("organisation-access", ["phone"])


def test_who_has_no_organisation_makes_an_account(person: Person) -> None:
    page = person.page
    person.open("/organisatie/")
    come(person, "Aanmelden als organisatie", "Jan Klaassen")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Je bent aan geen organisatie gekoppeld"
    )
    person.check("organisation-none")
    person.open("/profiel")
    person.check("my-profile", ["phone"])
    page.get_by_role("link", name="Maak je Fluvius-account").click()
    page.get_by_label("Gsm-nummer").fill("0470 11 22 33")
    page.get_by_label("E-mailadres").fill("jan@klaassen.example")
    page.locator("[name=nieuw_wachtwoord]").fill("Vier linden aan de Leie")
    person.check("register", ["phone"])
    page.get_by_role("button", name="Account maken").click()
    expect(page.get_by_text("jan@klaassen.example")).to_be_visible()


def test_an_organisation_asks_to_become_a_provider_and_signs_with_a_card(
    person: Person,
) -> None:
    page = person.page
    person.open("/organisatie/")
    come(person, "Aanmelden als organisatie", "Wiebe Zonneveld")
    person.open("/dienstverlener-worden/contract")
    page.get_by_role("button", name="Ga verder").click()
    page.wait_for_url("**/kanaal")
    page.get_by_label("Via Mijn Fluvius", exact=False).first.check()
    page.get_by_role("button", name="Ga verder").click()
    page.wait_for_url("**/ondertekenen")
    person.check("provider-sign")
    with page.expect_download() as given:
        page.get_by_role("link", name="Download het contract").click()
    person.open("/demo/kaartlezer")
    page.get_by_role("button", name="Wiebe Zonneveld").click()
    expect(page.locator("#fouten")).to_be_focused()
    person.check("card-reader")
    assert person.walk()
    page.get_by_label("Het contract dat je gedownload hebt").set_input_files(
        given.value.path()
    )
    with page.expect_download() as signed:
        page.get_by_role("button", name="Wiebe Zonneveld").click()
    person.open("/dienstverlener-worden/ondertekenen")
    content = signed.value.path().read_bytes()
    page.get_by_label("Ondertekend contract").set_input_files(
        {"name": "contract.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_role("button", name="Indienen").click()
    signatory = page.locator("dd", has_text="Wiebe Zonneveld")
    expect(signatory).to_be_visible()
    person.open("/diensten/")
    person.check("services", ["phone"])
    person.open("/dienstverlener-worden/annuleren")
    person.check("provider-cancel", ["phone"])
