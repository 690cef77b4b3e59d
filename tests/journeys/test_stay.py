"""Who says that they are still here stays; what was ticked outlives the session."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cast import AN_MOBILE, NOORD, PASSWORD, Cast, correction
from tests.visitor import SITE, Visitor

FILES = {correction(NOORD, month=f"2026-0{month}"): b"inhoud" for month in (8, 9)}


@pytest.fixture
def an(cast: Cast, visitor: Callable[[], Visitor]) -> Visitor:
    cast.everybody()
    cast.settled()
    cast.publish(FILES)
    person = visitor()
    person.sign_in(cast, "an.peeters", AN_MOBILE, password=PASSWORD)
    person.open("/bestanden/")
    return person


def rows(page: str) -> list[str]:
    return page.split('id="kies-')[1:]


def way_back(person: Visitor) -> str:
    """Where the sign-in page will send this person."""
    assert person.page is not None
    assert person.page.status_code == 303
    asked = urlsplit(person.page.headers["Location"])
    assert asked.path == "/aanmelden"
    return parse_qs(asked.query)["verder"][0]


def test_who_is_still_here_stays_fifteen_minutes_more(an: Visitor, cast: Cast) -> None:
    for _ in range(3):
        cast.clock.forward(minutes=14)
        answer = an.client.post(
            "/aanmelden/verlengen", base_url=SITE, data={"csrf_token": an.token()}
        )
        assert answer.status_code == 204
    cast.clock.forward(minutes=14)
    assert an.is_in()


def test_who_comes_too_late_to_stay_signs_in_again(an: Visitor, cast: Cast) -> None:
    cast.clock.forward(minutes=15)
    an.submit("/aanmelden/verlengen")
    assert way_back(an) == "/"
    assert not an.is_in()


@pytest.mark.parametrize("path", ["/bestanden/kiezen", "/bestanden/verwijderen"])
def test_what_was_ticked_when_the_session_ended_is_ticked_on_return(
    an: Visitor, cast: Cast, path: str
) -> None:
    assert an.page is not None
    last = rows(an.page.get_data(as_text=True))[-1].split('"')[0]
    cast.clock.forward(minutes=16)
    an.submit(path, {"id": [last], "actie": "verwijderen"})
    back = way_back(an)
    assert back == f"/bestanden/?id={last}"
    an.sign_in(cast, "an.peeters", AN_MOBILE, path=f"/aanmelden?verder={back}")
    page = an.follow().get_data(as_text=True)
    assert [" checked" in row.split(">")[0] for row in rows(page)] == [False, True]
    assert not rows(an.open("/bestanden/?filter=verwijderd").get_data(as_text=True))


@pytest.mark.parametrize("ticked", [["x" * 22] * 100, ["\\\\elders", "//elders\n"]])
def test_a_form_of_a_stranger_leads_nowhere_else(
    visitor: Callable[[], Visitor], ticked: list[str]
) -> None:
    stranger = visitor()
    stranger.open("/aanmelden")
    stranger.submit("/bestanden/kiezen", {"id": ticked})
    back = way_back(stranger)
    assert back == "/" or back.startswith("/bestanden/?id=%")
