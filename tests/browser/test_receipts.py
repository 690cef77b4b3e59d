"""Receipts and the calendar in a browser: found, kept, copied."""

from collections.abc import Callable

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.person import Person
from tests.cast import AN, AN_MOBILE, ELS, NOORD, PASSWORD, Cast, correction

MANY = [correction(NOORD, month=f"2026-0{month}") for month in range(4, 8)]


def scene(cast: Cast) -> None:
    """Four files, of which An downloads two, Els one, and one in part."""
    cast.register(AN, ELS)
    cast.staff()
    cast.settled()
    cast.settled("els.claes")
    cast.publish({name: name.encode() * 5000 for name in MANY})


def take(person: Person, name: str, span: str = "") -> None:
    """Have a file by its link, as a program beside the browser would."""
    person.open("/bestanden/")
    link = person.page.get_by_role("link", name=f"Download {name}")
    path = str(link.get_attribute("href"))
    headers = {"Range": f"bytes={span}"} if span else {}
    got = person.page.request.get(person.site + path, headers=headers)
    assert got.status in {200, 206}


def test_an_finds_the_receipts_and_keeps_one_on_paper(
    arrive: Callable[..., Person], cast: Cast
) -> None:
    scene(cast)
    els, an = arrive(), arrive()
    els.sign_in(cast, "els.claes", PASSWORD, AN_MOBILE)
    take(els, MANY[0])
    cast.clock.forward(minutes=2)
    an.sign_in(cast, "an.peeters", PASSWORD, AN_MOBILE)
    take(an, MANY[1])
    take(an, MANY[2])
    take(an, MANY[3], "0-4095")
    an.page.get_by_role("link", name="Ontvangstbewijzen").click()
    an.check("receipts")
    rows = an.page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(4)
    assert "Onderbroken" in an.page.locator(".broken").inner_text()
    with an.page.expect_download() as got:
        rows.nth(1).get_by_role("link", name="(PDF)").click()
    (page,) = PdfReader(got.value.path()).pages
    assert "volledig verzonden aan" in " ".join(page.extract_text().split())

    an.open("/bestanden/")
    an.page.get_by_role("link", name=MANY[1]).first.click()
    an.page.get_by_text("Ontvangstbewijs", exact=True).wait_for()
    an.check("file-with-receipt", looks=["phone"])


def test_an_lets_her_calendar_tell_the_last_days(
    arrive: Callable[..., Person], cast: Cast
) -> None:
    scene(cast)
    cast.clock.forward(days=25)
    an = arrive()
    an.sign_in(cast, "an.peeters", PASSWORD, AN_MOBILE)
    with an.page.expect_download() as got:
        an.page.get_by_role("link", name="Vervaldata in mijn agenda (.ics)").click()
    assert got.value.suggested_filename == "vervaldata.ics"
    an.check("strip-with-calendar", looks=["light"])
    an.open("/profiel")
    an.page.get_by_role("link", name="Vervaldata in mijn agenda").click()
    an.check("agenda", looks=["light"])
    an.page.get_by_role("button", name="Adres maken").click()
    address = an.page.get_by_label("Adres van uw agenda")
    address.wait_for()
    assert "/agenda/" in address.input_value()
    an.check("agenda-made")
    an.page.get_by_role("button", name="Stoppen").click()
    an.page.get_by_text("Het adres werkt niet meer.").wait_for()
