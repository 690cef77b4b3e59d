"""The inbox on paper, in forced colours, and for whom movement is too much."""

from collections.abc import Callable

import pytest

from tests.browser.person import Person
from tests.cast import NOORD, correction

Arrive = Callable[..., Person]
NAMES = [correction(NOORD, month=f"2026-0{month}") for month in (8, 9)]
ON_PAPER = (
    ".printed",
    ".logo",
    "h1",
    ".context",
    ".table thead",
    ".file__name",
    ".exp b",
    ".totals",
)
NOT_ON_PAPER = (
    ".band",
    ".top__util",
    ".now",
    ".sieve",
    ".c-sel",
    ".c-act",
    ".actbar__acts",
    ".foot",
    ".btn",
)
INK = "getComputedStyle(document.querySelector('{}')).{}"


@pytest.fixture
def come(an_with: Callable[[list[str]], Arrive]) -> Arrive:
    """An at her two files, at a browser with these options."""
    return an_with(NAMES)


def shoot(person: Person, name: str) -> None:
    if person.shots:
        person.page.screenshot(path=person.shots / f"{name}.png", full_page=True)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_paper_carries_the_list_and_none_of_the_controls(
    come: Arrive, look: str
) -> None:
    an = come(look)
    an.page.emulate_media(media="print")
    shoot(an, f"inbox-paper-{look}")
    for part in ON_PAPER:
        assert an.page.locator(part).first.is_visible(), part
    for part in NOT_ON_PAPER:
        assert not any(one.is_visible() for one in an.page.locator(part).all()), part
    assert an.page.evaluate(INK.format("h1", "color")) == "rgb(0, 0, 0)"
    ground = an.page.evaluate(INK.format("body", "backgroundColor"))
    assert ground in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


def test_in_forced_colours_everything_that_acts_has_an_edge(
    come: Arrive,
) -> None:
    an = come(forced_colors="active")
    an.page.locator("input[name=id]").first.check()
    shoot(an, "inbox-forced")
    for part in (".btn--primary", ".badge", ".note", ".pills a", ".chk input"):
        width = an.page.evaluate(INK.format(part, "borderTopWidth"))
        assert float(width.removesuffix("px")) >= 1, part
    assert an.page.evaluate(INK.format(".band", "backgroundImage")) == "none"
    an.check("inbox-forced", ["light"])  # in the dark axe reckons with inks not used
    an.page.get_by_role("button", name="VERWIJDEREN").click()
    edge = an.page.evaluate(INK.format("[data-remove]", "borderTopWidth"))
    assert edge == "1px"


def test_who_asks_for_less_movement_gets_none(come: Arrive) -> None:
    page = come().page
    duration = INK.format(".btn", "transitionDuration")
    assert page.evaluate(duration) == "0s"
    page.emulate_media(reduced_motion="no-preference")
    assert "0.12s" in page.evaluate(duration)
