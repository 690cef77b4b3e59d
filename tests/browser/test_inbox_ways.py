"""The inbox with a script: a range of ticks, the dialog, the download that started."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.cast import AN_MOBILE, NOORD, PASSWORD, Cast, correction

Arrive = Callable[..., Person]
NAMES = [correction(NOORD, month=f"2026-0{month}") for month in range(1, 6)]
TICKED = "[...document.querySelectorAll('input[name=id]')].map(box => box.checked)"
FOCUS = "document.activeElement.innerText"


@pytest.fixture
def come(an_with: Callable[[list[str]], Arrive]) -> Arrive:
    """An at her five files, at a browser of that look."""
    return an_with(NAMES)


def test_shift_and_a_click_or_the_space_bar_tick_all_between(
    come: Arrive,
) -> None:
    page = come().page
    boxes = page.locator("input[name=id]")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    assert page.evaluate(TICKED) == [False, True, True, True, False]
    boxes.nth(1).click(modifiers=["Shift"])
    assert page.evaluate(TICKED) == [False] * 5
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    boxes.nth(2).focus()
    page.keyboard.press("Shift+Space")
    assert page.evaluate(TICKED) == [True, True, True, False, False]
    expect(page.locator("[data-chosen] [role=status]")).to_contain_text("3 (")


def test_the_start_of_a_download_is_told_and_it_can_be_asked_again(
    come: Arrive,
) -> None:
    an = come()
    for index in range(2):
        an.page.locator("input[name=id]").nth(index).check()
    with an.page.expect_download():
        an.page.get_by_role("button", name="DOWNLOAD", exact=True).click()
    told = an.page.get_by_text("De download van 2 bestanden is gestart (0,02 MB).")
    expect(told).to_be_visible()
    an.check("inbox-started")
    with an.page.expect_download() as again:
        an.page.get_by_role("button", name="Download opnieuw.").click()
    assert again.value.suggested_filename.endswith(".zip")
    expect(an.page.get_by_text("Nieuw", exact=True)).to_have_count(5)
    an.page.reload()
    expect(an.page.get_by_text("Nieuw", exact=True)).to_have_count(3)


def test_removal_asks_in_a_dialog_that_begins_at_the_safe_button(
    come: Arrive,
) -> None:
    an = come()
    page = an.page
    opener = page.get_by_role("button", name="VERWIJDEREN")
    dialog = page.get_by_role("dialog")
    for index in range(2):
        page.locator("input[name=id]").nth(index).check()
    opener.click()
    expect(dialog).to_contain_text("2 bestanden verwijderen?")
    expect(dialog.get_by_text("is nog niet gedownload.")).to_have_count(2)
    assert page.evaluate(FOCUS) == "Annuleren"
    an.check("inbox-dialog")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate(FOCUS).upper() == "VERWIJDEREN"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Annuleren").click()
    expect(page.locator("input[name=id]")).to_have_count(5)
    opener.click()
    page.get_by_role("button", name="Ja, verwijderen").click()
    page.wait_for_url("**/bestanden/?**")
    expect(page.locator(".chk input[name=id]")).to_have_count(3)


def test_without_a_script_removal_asks_on_a_page(come: Arrive) -> None:
    page = come(java_script_enabled=False).page
    page.locator("input[name=id]").first.check()
    page.get_by_role("button", name="VERWIJDEREN").click()
    page.wait_for_url("**/bestanden/verwijderen?**")
    expect(
        page.get_by_role("heading", name="1 bestand verwijderen?")
    ).not_to_have_count(0)


def test_one_delivery_leads_to_the_whole_list(come: Arrive, cast: Cast) -> None:
    an = come()
    link = cast.mails("an@noord.example")[0].text.split(an.site, 1)[1].split()[0]
    an.open(f"/bestanden/?levering={'x' * 22}" if "levering" not in link else link)
    an.page.get_by_role("link", name="Toon alle bestanden").first.click()
    expect(an.page.locator("input[name=id]")).to_have_count(5)


def test_what_was_ticked_when_the_session_ended_is_ticked_on_return(
    come: Arrive, cast: Cast
) -> None:
    page = come(java_script_enabled=False).page
    kept = [page.locator("input[name=id]").nth(index) for index in (1, 3)]
    for box in kept:
        box.check()
    cast.clock.forward(minutes=16)
    page.get_by_role("button", name="VERWIJDEREN").click()
    page.wait_for_url("**/aanmelden?verder=**")
    page.fill("[name=login]", "an.peeters")
    page.fill("[name=wachtwoord]", PASSWORD)
    page.press("[name=wachtwoord]", "Enter")
    page.wait_for_url("**/code")
    page.fill("[name=code]", cast.code(AN_MOBILE))
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/bestanden/?id=**")
    ticks = [box.is_checked() for box in page.locator("input[name=id]").all()]
    assert ticks == [False, True, False, True, False]
