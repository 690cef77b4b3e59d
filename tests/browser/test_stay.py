"""Whoever sits still is warned in time, may stay, and comes back to the same page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.cast import AN_MOBILE, PASSWORD, SAM_MOBILE, STAFF_PASSWORD, Cast

FOCUS = "document.activeElement.innerText"


@pytest.fixture
def come(arrive: Callable[..., Person], cast: Cast) -> Callable[..., Person]:
    """An at her profile, at a browser whose clock the test holds."""
    cast.everybody()
    cast.settled()

    def an() -> Person:
        person = arrive()
        person.page.clock.install(time=cast.clock())
        person.sign_in(cast, "an.peeters", PASSWORD, AN_MOBILE)
        person.open("/profiel")
        return person

    return an


def sit_still(page: Page, cast: Cast, **time: float) -> None:
    """Let the time pass in the house and in the browser alike."""
    cast.clock.forward(**time)
    page.clock.fast_forward(int(timedelta(**time).total_seconds() * 1000))


def test_after_thirteen_minutes_one_is_asked_and_may_stay(
    come: Callable[..., Person], cast: Cast
) -> None:
    an = come()
    page, question = an.page, an.page.get_by_role("alertdialog")
    sit_still(page, cast, minutes=12)
    expect(question).to_be_hidden()
    sit_still(page, cast, minutes=1, seconds=1)
    expect(question).to_contain_text("Bent u er nog?")
    expect(question).to_contain_text("U wordt over 2 minuten afgemeld.")
    assert page.evaluate(FOCUS) == "Ik ben er nog"
    an.check("stay")
    with page.expect_response("**/aanmelden/verlengen") as renewed:
        page.keyboard.press("Enter")
    assert renewed.value.status == 204
    expect(question).to_be_hidden()
    sit_still(page, cast, minutes=12)
    expect(question).to_be_hidden()
    page.reload()
    assert page.url.endswith("/profiel")


def test_escape_says_that_one_is_there(come: Callable[..., Person], cast: Cast) -> None:
    page = come().page
    sit_still(page, cast, minutes=13, seconds=1)
    with page.expect_response("**/aanmelden/verlengen"):
        page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_after_fifteen_minutes_one_is_out_and_comes_back_to_the_same_page(
    come: Callable[..., Person], cast: Cast
) -> None:
    page = come().page
    sit_still(page, cast, minutes=13, seconds=1)
    sit_still(page, cast, minutes=2)
    page.wait_for_url("**/aanmelden?verder=%2Fprofiel**")
    said = "U bent na 15 minuten afgemeld. Meld u opnieuw aan, u keert terug"
    expect(page.get_by_text(said)).to_have_count(1)
    page.fill("[name=login]", "an.peeters")
    page.fill("[name=wachtwoord]", PASSWORD)
    page.press("[name=wachtwoord]", "Enter")
    page.wait_for_url("**/code")
    page.fill("[name=code]", cast.code(AN_MOBILE))
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/profiel")


def test_another_tab_keeps_this_one(come: Callable[..., Person], cast: Cast) -> None:
    an = come()
    other = an.page.context.new_page()
    sit_still(an.page, cast, minutes=10)
    other.clock.install(time=cast.clock())
    other.goto(an.site + "/bestanden/")
    sit_still(an.page, cast, minutes=10)
    expect(an.page.get_by_role("alertdialog")).to_be_hidden()
    assert an.page.url.endswith("/profiel")
    sit_still(an.page, cast, minutes=3, seconds=1)
    expect(an.page.get_by_role("alertdialog")).to_be_visible()


def test_a_colleague_is_asked_as_a_colleague(
    arrive: Callable[..., Person], cast: Cast
) -> None:
    cast.staff()
    cast.settled("sam.claes", STAFF_PASSWORD)
    sam = arrive()
    sam.page.clock.install(time=cast.clock())
    sam.sign_in(cast, "sam.claes", STAFF_PASSWORD, SAM_MOBILE)
    sam.page.wait_for_url("**/beheer/")
    foot = sam.page.locator("footer").inner_text()
    assert "Je veiligheid" in foot
    assert "Uw veiligheid" not in foot
    sit_still(sam.page, cast, minutes=13, seconds=1)
    question = sam.page.get_by_role("alertdialog")
    expect(question).to_contain_text("Je wordt over 2 minuten afgemeld.")
    question.get_by_role("button", name="Afmelden").click()
    sam.page.wait_for_url("**/aanmelden")
