"""Who says that they are still here stays; what was ticked outlives the session."""

import io
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from app.accounts.service import Accounts
from tests.cast import AN_MOBILE, NOORD, PASSWORD, Cast, correction
from tests.drafting import RAW, begin
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


class Slow(io.BytesIO):
    """A body that takes twenty minutes to come."""

    def __init__(self, cast: Cast, meanwhile: Callable[[], object]) -> None:
        super().__init__(b"inhoud")
        self.cast, self.meanwhile = cast, meanwhile

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() == 0:
            self.cast.clock.forward(minutes=20)
            self.meanwhile()
        return super().read(size)


def send_slowly(
    person: Visitor, cast: Cast, meanwhile: Callable[[], object] = lambda: None
) -> int:
    """Send a file over a thin line; the status of the answer."""
    draft = begin(person)
    return person.client.post(
        f"{draft}/bestanden",
        query_string={"naam": correction(NOORD, version=2)},
        input_stream=Slow(cast, meanwhile),
        content_type=RAW,
        headers={"X-CSRFToken": person.token()},
        environ_overrides={"CONTENT_LENGTH": "6"},
        base_url=SITE,
    ).status_code


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


def test_who_sent_a_file_for_twenty_minutes_is_still_in(
    cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague("uploader")
    assert send_slowly(sam, cast) == 201
    cast.clock.forward(minutes=14)
    assert sam.open("/beheer/").status_code == 200


def test_who_was_shut_out_while_they_sent_stays_out(
    cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    def shut_out() -> None:
        with cast.runtime.transaction() as session:
            Accounts.of(session, cast.runtime).sign_out("uploader.claes", by="jo")

    sam = colleague("uploader")
    send_slowly(sam, cast, shut_out)
    assert sam.open("/beheer/").status_code == 303


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
