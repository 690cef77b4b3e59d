"""What goes wrong is said on a page that looks like ours, with a number to tell."""

import errno
import re
from collections.abc import Callable

import pytest
from flask import Flask, abort
from playwright.sync_api import expect

from app.kernel.errors import Busy, Throttled
from app.web.guards import public
from tests.browser.person import Person
from tests.cast import AN_MOBILE, PASSWORD, Cast

NUMBER = re.compile(r"Referentie [0-9A-F]{4}-[0-9A-F]{2}\.")
FAULTS: dict[int, Exception] = {
    429: Throttled("Te veel pogingen. Wacht even.", after=240),
    500: ZeroDivisionError(),
    503: Busy(after=5),
    507: OSError(errno.ENOSPC, "no room"),
}


@pytest.fixture
def broken(house: tuple[Cast, Flask]) -> None:
    """Addresses at which the house goes wrong in each way."""

    @house[1].get("/fout/<int:status>")
    @public
    def wrong(status: int) -> str:
        raise FAULTS[status] if status in FAULTS else abort(status)


@pytest.mark.usefixtures("broken")
def test_every_error_is_a_page_of_ours_with_a_number(
    arrive: Callable[..., Person], cast: Cast
) -> None:
    cast.everybody()
    cast.settled()
    an = arrive()
    an.sign_in(cast, "an.peeters", PASSWORD, AN_MOBILE)
    paths = {403: "/beheer/", 404: "/bestaat-niet", 410: "/fout/410", 413: "/fout/413"}
    for status in (*paths, *FAULTS):
        answer = an.page.goto(an.site + paths.get(status, f"/fout/{status}"))
        assert answer is not None
        assert answer.status == status
        assert NUMBER.search(an.page.locator("main").inner_text()), status
        expect(an.page.get_by_role("link", name="Naar het begin")).not_to_have_count(0)
        an.check(f"error-{status}")
