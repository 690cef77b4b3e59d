"""By the keyboard alone, without JavaScript, on the smallest screen: it all works."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.cast import AN_MOBILE, NOORD, PASSWORD, Cast, correction

CONTENT = b"kwartieren\r\n" * 1000
NAMES = [correction(NOORD, month=f"2026-0{month}") for month in range(1, 6)]
FOCUS = "document.activeElement"


def _an(person: Person, cast: Cast) -> Person:
    cast.everybody()
    cast.publish(dict.fromkeys(NAMES, CONTENT))
    initial = cast.initial_password("an@noord.example")
    person.sign_in(cast, "an.peeters", initial, AN_MOBILE)
    return person


def test_the_keyboard_alone_ticks_downloads_and_removes(
    arrive: Callable[..., Person], cast: Cast, tmp_path: Path
) -> None:
    an = _an(arrive(), cast)
    keys = an.page.keyboard
    for _ in range(60):
        keys.press("Tab")
        if an.page.evaluate(f"{FOCUS}.name") == "id":
            break
    keys.press("Space")
    picked = an.page.evaluate(f"{FOCUS}.value")
    for _ in range(60):
        keys.press("Tab")
        if an.page.evaluate(f"{FOCUS}.value") == "download":
            break
    with an.page.expect_download() as coming:
        keys.press("Enter")
    file = tmp_path / "taken"
    coming.value.save_as(file)
    assert file.read_bytes() == CONTENT
    assert coming.value.suggested_filename in NAMES
    assert picked


def test_every_stop_of_the_keyboard_is_named_visible_and_large_enough(
    arrive: Callable[..., Person], cast: Cast
) -> None:
    an = _an(arrive(), cast)
    assert len(an.walk()) > 20


def test_without_javascript_many_files_come_as_one_zip(
    arrive: Callable[..., Person], cast: Cast, tmp_path: Path
) -> None:
    an = _an(arrive(java_script_enabled=False), cast)
    for box in an.page.locator("input[name=id]").all()[:3]:
        box.check()
    with an.page.expect_download() as coming:
        an.page.get_by_role("button", name="Download").last.click()
    file = tmp_path / "taken.zip"
    coming.value.save_as(file)
    assert coming.value.suggested_filename == f"Fluvius_{NOORD}_3_bestanden.zip"
    assert file.stat().st_size > 3 * len(CONTENT)


def test_without_javascript_nothing_ticked_is_said_on_the_page(
    arrive: Callable[..., Person], cast: Cast
) -> None:
    an = _an(arrive(java_script_enabled=False), cast)
    an.page.get_by_role("button", name="Download").last.click()
    an.page.wait_for_url("**niets=1**")
    expect(
        an.page.get_by_text("Vink eerst minstens één bestand aan.")
    ).not_to_have_count(0)


def test_with_javascript_the_total_of_what_is_ticked_is_live(
    arrive: Callable[..., Person], cast: Cast
) -> None:
    an = _an(arrive(), cast)
    for box in an.page.locator("input[name=id]").all()[:2]:
        box.check()
    assert "2 (0,02 MB)" in an.page.locator(".actbar").inner_text()


def test_the_smallest_screen_and_the_largest_letters_scroll_one_way_only(
    arrive: Callable[..., Person], cast: Cast
) -> None:
    an = _an(arrive(viewport={"width": 320, "height": 640}), cast)
    assert an.overflow() <= 0
    an.open("/profiel")
    assert an.overflow() <= 0
    an.page.set_viewport_size({"width": 640, "height": 480})
    an.open("/bestanden/")
    an.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert an.overflow() <= 0


def test_the_way_back_in_leads_to_the_same_page(
    arrive: Callable[..., Person], cast: Cast
) -> None:
    an = _an(arrive(), cast)
    cast.clock.forward(minutes=16)
    an.open("/bestanden/?sorteer=naam&richting=op")
    an.page.wait_for_url("**/aanmelden?verder=**")
    expect(an.page.get_by_text("u keert terug naar dezelfde pagina")).not_to_have_count(
        0
    )
    an.page.fill("[name=login]", "an.peeters")
    an.page.fill("[name=wachtwoord]", PASSWORD)
    an.page.press("[name=wachtwoord]", "Enter")
    an.page.wait_for_url("**/code")
    an.page.fill("[name=code]", cast.code(AN_MOBILE))
    an.page.press("[name=code]", "Enter")
    an.page.wait_for_url("**/bestanden/?sorteer=naam&richting=op")
