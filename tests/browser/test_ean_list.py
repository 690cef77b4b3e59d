"""Mijn EAN-lijst as people see it: empty, wrong, filled, for somebody and for many."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.cast import Cast
from tests.providers import Provider

COPIED = """
code => {
  getSelection().selectAllChildren(code);
  return String(getSelection());
}
"""


def test_a_list_of_codes(arrive: Callable[..., Person], cast: Cast) -> None:
    person = arrive()
    person.is_let_in(Provider.wiebe(cast).comes_in)
    person.open("/organisatie/")
    person.page.get_by_role("link", name="Mijn EAN-lijst").click()
    person.check("eans-none", ["phone"])
    field = person.page.get_by_label("EAN-code voor elektriciteit")
    field.fill("5414 4999 9000 0000 1")
    field.press("Enter")
    expect(person.page.locator("#fouten")).to_be_focused()
    person.check("eans-wrong")
    for code in ("5414.4999 9000.000017", "541449999000000024"):
        field.fill(code)
        field.press("Enter")
        expect(person.page.get_by_text(f"… {code[-4:]} staat in")).to_be_visible()
    person.check("eans")
    assert person.walk()
    first = person.page.get_by_role("row").nth(1)
    copied = (
        "selected => getSelection().selectAllChildren(selected) ?? `${getSelection()}`"
    )
    assert first.locator(".ean").evaluate(copied) == "541449999000000024"
    first.get_by_role("button", name="Verwijderen").click()
    expect(person.page.locator(".ean")).to_have_count(1)
