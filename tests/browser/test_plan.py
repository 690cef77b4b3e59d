"""The plan in steps on a screen and on paper, and the page to which it leads."""

from collections.abc import Callable
from io import BytesIO

import segno
from flask import Flask
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.person import Person
from tests.browser.test_provider import PLAN
from tests.cast import Cast
from tests.citizens import WIND
from tests.providers import Provider

LINK = PLAN.removesuffix("/stappenplan")
PIXELS = 4 / 2.54 * 96
# what the browser itself fills, in the middle of each module
FILLED = """
svg => {
  const path = svg.querySelector("path"), size = svg.viewBox.baseVal.width;
  const at = [...Array(size).keys()].map(one => one + 0.5);
  return at.map(y => at.map(x => Number(path.isPointInFill(new DOMPoint(x, y)))));
}
"""
COLOURS = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).fill]"
WHITE, BLACK = "rgb(255, 255, 255)", "rgb(0, 0, 0)"


def modules(url: str) -> list[list[int]]:
    """The code of that address, with its quiet zone, as its maker says."""
    made = segno.make(url, error="m", micro=False).matrix_iter(border=4)
    return [[int(module) for module in row] for row in made]


def printed(person: Person) -> list[str]:
    """What each page of paper says, without its blanks: a link may be broken."""
    paper = person.page.pdf(prefer_css_page_size=True)
    return [
        "".join(one.extract_text().split()) for one in PdfReader(BytesIO(paper)).pages
    ]


def test_a_plan_on_the_screen_and_on_one_page_of_paper(
    arrive: Callable[..., Person], house: tuple[Cast, Flask]
) -> None:
    cast, _app = house
    Provider.wiebe(cast, WIND, "bea").becomes_one()
    customer = arrive()
    customer.open(PLAN)
    customer.check("provider-plan")
    customer.walk()
    link, qr = f"{customer.site}{LINK}", customer.page.locator(".plan__qr")
    assert qr.get_attribute("aria-label") == f"QR-code naar {link}"
    assert qr.locator("svg").evaluate(FILLED) == modules(link)
    for scheme in ("dark", "light"):
        customer.page.emulate_media(color_scheme=scheme)
        assert qr.evaluate(COLOURS)[0] == WHITE
        assert qr.locator("svg").evaluate(COLOURS)[1] == BLACK
    customer.page.evaluate("window.print = () => document.title = 'afgedrukt'")
    customer.page.get_by_role("button", name="Afdrukken").click()
    expect(customer.page).to_have_title("afgedrukt")
    customer.page.emulate_media(media="print")
    box = qr.bounding_box()
    assert box is not None
    assert abs(box["width"] - PIXELS) < 1
    assert abs(box["height"] - PIXELS) < 1
    (paper,) = printed(customer)
    for said in (
        "DeeljemeetgegevensmetWindkrachtcv",
        "KBO-nummer1000.000.021.",
        "GanaarMijnFluviusviadezelinkofscandeQR-code",
        link,
        f"{customer.site}/s/",
        "LETOP:hebjeditoppapier?Typdelinkvolledigoverindeadresbalkvanjebrowser.",
        "Jekanjetoestemmingopelkmomentintrekken.",
    ):
        assert said in paper
    assert not any(word in paper for word in ("Afdrukken", "Hulpnodig?", "Afgedrukt"))


def test_where_a_plan_leads(arrive: Callable[..., Person], cast: Cast) -> None:
    bea = Provider.wiebe(cast, WIND, "bea")
    bea.becomes_one()
    customer = arrive()
    customer.open(PLAN)
    customer.page.get_by_role("link", name="link", exact=True).click()
    customer.page.wait_for_url(f"**{LINK}")
    customer.check("sharing")
    customer.is_let_in(bea.comes_in)
    customer.open(LINK)
    customer.check("sharing-in")
    customer.open("/s/7K4PQ2M")
    expect(customer.page.get_by_role("heading", level=1)).to_have_text(
        "Deze link werkt niet"
    )
    customer.complaints.clear()  # a browser notes each 404
    customer.check("no-plan")
