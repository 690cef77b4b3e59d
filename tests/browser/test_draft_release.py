"""A new delivery at the browser, from the first file to the release."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.drafting import begin, choose, months, payload
from tests.browser.person import Person
from tests.cast import NOORD, ZUID, Cast, correction
from tests.drafting import LINE, START, leave


@pytest.mark.timeout(400)
def test_two_thousand_files_over_a_line_that_is_lost_meanwhile(
    sam: Person, cast: Cast
) -> None:
    numbers = range(1000, 3000)
    cast.register(*(LINE.format(n) for n in numbers))
    page = begin(sam)
    choose(page, [payload(correction(f"EG{n:07}"), b"%d" % n) for n in numbers])
    line = page.locator("[data-sum-line]")
    expect(line).to_contain_text(re.compile(r"\b[2-9]\d\d van 2\.000"), timeout=30_000)
    page.context.set_offline(True)
    expect(line).to_contain_text("Zodra ze terug is, gaat dit vanzelf verder.")
    sam.check("draft-lost")
    page.context.set_offline(False)
    expect(line).to_contain_text("Klaar: 2.000 van 2.000", timeout=120_000)
    expect(page.locator("[data-failures]")).to_be_hidden()
    page.get_by_role("link", name="Routering nakijken").last.click()
    expect(page.get_by_role("link", name="Klaar 2000")).to_be_visible()
    page.get_by_role("link", name="Berichten nakijken").last.click()
    expect(page.get_by_text("Ontvanger 1 van 2000")).to_be_visible()
    page.get_by_role("link", name="Naar vrijgeven").click()
    page.get_by_label("Typ 2000 om te bevestigen").fill("2.000")
    page.get_by_role("button", name="Vrijgeven").click(timeout=120_000)
    gone(sam, cast)
    expect(page.get_by_text("De verzending loopt: nog 2000 e-mails.")).to_be_visible()


def gone(sam: Person, cast: Cast) -> None:
    """Its ten minutes pass, and the page that tells of them is asked again."""
    expect(sam.page.get_by_text("Verzending start om")).to_be_visible(timeout=120_000)
    leave(cast)
    sam.page.reload()


def test_the_keyboard_alone_chooses_a_community_and_releases(
    sam: Person, cast: Cast
) -> None:
    page = begin(sam)
    address = page.url.removeprefix(sam.site)
    choose(page, [payload(correction(NOORD)), payload("september.csv")])
    expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 2 van 2 bestanden")
    sam.walk()
    sam.open(f"{address}/routering")
    sam.walk()
    page.get_by_label("Nummer").focus()
    page.keyboard.type(ZUID)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    sam.open(f"{address}/berichten")
    sam.walk()
    page.get_by_role("link", name="Opmaak").click()
    look = page.frame_locator("iframe[sandbox]")
    expect(
        look.get_by_text("Dag Bo Maes").or_(look.get_by_text("Dag An"))
    ).to_be_visible()
    sam.check("letter-look")
    sam.open(f"{address}/vrijgeven")
    page.get_by_label("Typ 2 om te bevestigen").focus()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Verzending start om 10.12 uur.")).to_be_visible()
    assert "Tegenhouden" in sam.walk()
    sam.check("draft-progress")
    sam.open("/beheer/")
    expect(page.get_by_text("vertrekt op")).to_be_visible()
    sam.check("desk-departing", ["phone"])
    sam.open(f"{address}/voortgang")
    page.get_by_role("button", name="Tegenhouden").press("Enter")
    expect(page.get_by_text("De levering is tegengehouden.")).to_be_visible()
    page.get_by_label("Typ 2 om te bevestigen").fill("2")
    page.keyboard.press("Enter")
    gone(sam, cast)
    expect(page.get_by_text("De verzending loopt: nog 2 e-mails.")).to_be_visible()
    sam.check("delivery-running")
    assert cast.mails("bo@zuid.example")


def test_the_page_of_a_delivery_that_waits_goes_along_when_it_leaves(
    sam: Person, cast: Cast
) -> None:
    page = begin(sam)
    address = page.url.removeprefix(sam.site)
    choose(page, [payload(correction(NOORD))])
    expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 1 van 1 bestand")
    sam.open(f"{address}/vrijgeven")
    page.get_by_label("Op", exact=True).check()
    page.get_by_label("Datum").fill("2026-10-26")
    page.get_by_label("Uur").fill("10:05")
    page.get_by_label("Typ 1 om te bevestigen").fill("1")
    page.get_by_role("button", name="Vrijgeven").click()
    wrong = page.get_by_role("link", name="Dat is binnen 10 minuten. Kies Nu of een")
    expect(wrong).to_be_visible()
    sam.check("draft-release-hour", ["dark", "phone"])
    page.get_by_label("Uur").fill("10:14")
    page.get_by_label("Typ 1 om te bevestigen").fill("1")
    page.clock.install(time=cast.clock())
    page.get_by_role("button", name="Vrijgeven").click()
    said = page.locator("[data-said]")
    expect(said).to_have_text("Verzending start om 10.14 uur.")
    cast.clock.forward(minutes=12)
    assert cast.tick("filedrop.release") == 1
    page.clock.run_for(15_000)
    page.wait_for_url(re.compile(r"/beheer/leveringen/[\w-]{22}$"))
    expect(page.get_by_text("De verzending loopt: nog 1 e-mail.")).to_be_visible()


def test_without_javascript_the_same_delivery_is_released(
    arrive: Callable[..., Person], staff: Callable[[Person], Person], cast: Cast
) -> None:
    sam = staff(arrive(java_script_enabled=False))
    page = begin(sam)
    choose(page, [payload(correction(NOORD)), payload(correction(ZUID))])
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_text("2 bestanden toegevoegd.")).to_be_visible()
    page.get_by_role("link", name="Routering nakijken").last.click()
    page.get_by_role("link", name="Berichten nakijken").last.click()
    page.get_by_role("link", name="Naar vrijgeven").click()
    page.get_by_label("Typ 2 om te bevestigen").fill("2")
    page.get_by_role("button", name="Vrijgeven").click()
    gone(sam, cast)
    page.wait_for_url("**/beheer/leveringen/*")
    assert len(cast.mails("an@noord.example")) == 1


def test_its_pages(
    arrive: Callable[..., Person], staff: Callable[[Person], Person], cast: Cast
) -> None:
    sam = staff(arrive())
    cast.publish({correction(NOORD, month="2024-01"): b"van toen"})
    sam.check("draft-start-none")
    page = begin(sam)
    address = page.url.removeprefix(sam.site)
    sam.check("draft-files")
    sam.open(f"{address}/routering")
    sam.check("draft-review-empty")
    sam.open(f"{address}/vrijgeven")
    sam.check("draft-release-empty")
    sam.open(address)
    later = payload(correction(NOORD, month="2024-01", version=2))
    stray = [payload(correction("EG0009999")), payload("brief.pdf")]
    choose(page, [*months(1), later, *stray])
    expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 4 van 4 bestanden")
    sam.check("draft-files-done")
    sam.open(START)
    sam.check("draft-start")
    sam.open(f"{address}/routering")
    sam.check("draft-review-blocked")
    sam.open(f"{address}/vrijgeven")
    sam.check("draft-release-blocked")
    sam.open(f"{address}/routering?toon=zonder")
    sam.check("draft-review-missing")
    for name in (correction("EG0009999"), "brief.pdf"):
        sam.open(f"{address}/routering?toon=alle")
        page.locator("tr", has_text=name).get_by_text("Apart zetten").click()
        page.wait_for_load_state()
    sam.check("draft-review")
    sam.open(f"{address}/berichten")
    sam.check("draft-letters")
    sam.open(f"{address}/vrijgeven")
    sam.check("draft-release")
    page.get_by_label("Typ 2 om te bevestigen").fill("3")
    page.get_by_role("button", name="Vrijgeven").click()
    page.wait_for_selector("#fouten")
    sam.check("draft-release-mistyped")
