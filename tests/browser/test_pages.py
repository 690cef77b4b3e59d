"""Every page in light, in dark and on a phone: nothing to complain of."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.commands import migrate
from app.demo.settings import DemoFolder
from app.demo.web import create_demo_app
from app.wiring import build
from notifier.folder import Folder
from tests.browser.person import Person
from tests.cast import AN, AN_MOBILE, NOORD, ZUID, Cast, correction
from tests.clock import FakeClock
from tests.servers.web import free_port, serving

FILES = {
    correction(NOORD, month="2026-09"): b"x" * 1_480_000,
    correction(NOORD, month="2026-08", version=2): b"y" * 1_520_000,
}


@pytest.fixture
def person(arrive: Callable[..., Person]) -> Person:
    return arrive()


@pytest.fixture
def an(person: Person, cast: Cast) -> Person:
    """An, signed in, with files of today, of a fortnight ago and of 28 days ago."""
    cast.everybody()
    cast.publish({correction(NOORD, month="2026-07"): b"z" * 910_000})
    cast.clock.forward(days=14)
    cast.publish({correction(NOORD, month="2026-08"): b"w" * 1_470_000})
    cast.clock.forward(days=14)
    cast.publish(FILES)
    cast.settled()
    person.sign_in(cast, "an.peeters", "Vier linden aan de Leie", AN_MOBILE)
    return person


def test_the_way_in(person: Person, cast: Cast) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): b"inhoud"})
    initial = cast.initial_password("an@noord.example")
    page = person.page
    person.open("/bestanden/")
    person.check("sign-in")
    page.fill("[name=login]", "an.peeters")
    page.fill("[name=wachtwoord]", "fout")
    page.press("[name=wachtwoord]", "Enter")
    page.wait_for_selector("#fouten")
    person.check("sign-in-wrong")
    page.fill("[name=login]", "an.peeters")
    page.fill("[name=wachtwoord]", initial)
    page.press("[name=wachtwoord]", "Enter")
    page.wait_for_url("**/wachtwoord")
    person.check("choose-password")
    page.fill("[name=nieuw_wachtwoord]", "kort")
    page.press("[name=nieuw_wachtwoord]", "Enter")
    page.wait_for_selector("#fouten")
    person.check("choose-password-short")
    page.fill("[name=nieuw_wachtwoord]", "Vier linden aan de Leie")
    page.press("[name=nieuw_wachtwoord]", "Enter")
    page.wait_for_url("**/code")
    person.check("code")
    page.fill("[name=code]", "000000")
    page.press("[name=code]", "Enter")
    page.wait_for_selector("#fouten")
    person.check("code-wrong")


def test_the_forgotten_password(person: Person) -> None:
    person.open("/wachtwoord-vergeten")
    person.check("forgot")
    person.page.fill("[name=login]", "wie.dan.ook")
    person.page.press("[name=login]", "Enter")
    person.page.wait_for_selector("[role=status]")
    person.check("forgot-sent")
    person.open("/wachtwoord-herstellen/" + "x" * 43)
    person.check("reset-dead")


def test_the_inbox(an: Person) -> None:
    an.check("inbox")
    an.open("/bestanden/?zoek=nergens")
    an.check("inbox-nothing-found")
    an.open("/bestanden/?niets=1")
    an.check("inbox-nothing-ticked")


def test_an_empty_inbox(an: Person, cast: Cast) -> None:
    cast.clock.forward(minutes=1)
    boxes = an.page.locator("input[name=id]").all()
    ids = "&".join(f"id={box.get_attribute('value')}" for box in boxes)
    an.open(f"/bestanden/verwijderen?{ids}")
    an.check("remove")
    an.page.get_by_role("button", name="Ja, verwijderen").click()
    an.page.wait_for_url("**/bestanden/?**")
    an.check("inbox-removed")
    an.open("/bestanden/?filter=verwijderd")
    an.check("inbox-put-back")
    an.page.locator("tbody a[href*='/bestanden/']").first.click()
    an.check("file-removed")


def test_one_file(an: Person) -> None:
    an.page.locator("tbody a[href*='/bestanden/']").first.click()
    an.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    an.page.get_by_role("button", name="Kopieer de controlesom").click()
    expect(an.page.locator(".copied [role=status]")).to_have_text("Gekopieerd.")
    digest = an.page.locator("#som").inner_text()
    assert an.page.evaluate("navigator.clipboard.readText()") == digest
    an.check("file")
    an.page.get_by_role("button", name="VERWIJDEREN").click()
    dialog = an.page.get_by_role("dialog", name="1 bestand verwijderen?")
    expect(dialog).to_contain_text("Let op: CORR_")
    an.check("file-remove", ["phone"])
    dialog.get_by_role("button", name="Ja, verwijderen").click()
    undone = an.page.get_by_text("1 bestand staat niet meer in uw lijst.")
    expect(undone).to_be_visible()


def test_a_file_that_is_over(an: Person, cast: Cast) -> None:
    old = an.page.get_by_role("link", name="CORR_2026-07_EG0000001_V01.csv").first
    path = str(old.get_attribute("href"))
    cast.clock.set(2026, 11, 24, 23, 1)
    an.open("/afmelden")
    an.sign_in(cast, "an.peeters", "Vier linden aan de Leie", AN_MOBILE)
    an.open(path)
    expect(an.page.get_by_text("Referentie ")).to_have_count(1)
    an.check("gone")


def test_the_profile_and_help(an: Person) -> None:
    an.open("/profiel")
    an.check("profile")
    an.page.get_by_role("link", name="Hulp", exact=True).click()
    an.page.wait_for_url("**/hulp")
    an.check("help")


def test_the_statement_of_accessibility(person: Person) -> None:
    person.open("/toegankelijkheid")
    person.check("accessibility")


def test_a_new_password_by_a_mailed_link(person: Person, cast: Cast) -> None:
    cast.everybody()
    person.open("/wachtwoord-vergeten")
    person.page.fill("[name=login]", "an.peeters")
    person.page.press("[name=login]", "Enter")
    person.page.wait_for_selector("[role=status]")
    cast.tick("accounts.resets")
    text = cast.mails("an@noord.example")[-1].text
    person.open(text.split(person.site, 1)[1].split()[0])
    person.check("reset")


def test_many_files_of_which_one_is_over(an: Person, cast: Cast) -> None:
    boxes = an.page.locator("input[name=id]").all()
    ids = "&".join(f"id={box.get_attribute('value')}" for box in boxes)
    cast.clock.set(2026, 11, 24, 23, 1)
    an.sign_in(cast, "an.peeters", "Vier linden aan de Leie", AN_MOBILE)
    an.open(f"/bestanden/zip?{ids}")
    expect(an.page.get_by_text("Referentie ")).to_have_count(1)
    an.check("zip-gone")


def test_the_inbox_of_two_communities(an: Person, cast: Cast) -> None:
    cast.register(AN.replace(NOORD, ZUID).replace("Zonnedelen Noord cv", "Zuid"))
    cast.publish({correction(ZUID): b"van Zuid"})
    an.open("/bestanden/")
    expect(an.page.get_by_text("CORR_2026-09_EG0000002_V01.csv")).not_to_have_count(0)
    an.check("inbox-two-communities")


def test_the_mailbox_of_the_demo(
    chromium: Browser, tmp_path: Path, clock: FakeClock
) -> None:
    folder = DemoFolder(tmp_path / "demo", free_port())
    folder.make()
    folder.keep_people([{"login": "an.peeters", "password": "vier-linden"}])
    sms, mail = Folder(folder.sms, clock), Folder(folder.mail, clock)
    mail.post("email", "an@noord.example", "Dag An Peeters", subject="Uw toegang")
    sms.post("sms", "+32470112227", "Fluvius: 482913 is uw code")
    runtime = build(folder.settings(), clock)
    migrate(folder.settings().database_url)
    with serving(create_demo_app(runtime), folder.port) as site:
        context = chromium.new_context()
        person = Person(context.new_page(), site, "light", None, [])
        person.open("/demo/postvak")
        expect(person.page.get_by_text("482913")).not_to_have_count(0)
        person.check("mailbox")
        context.close()
    runtime.database.close()
