import errno
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask, abort
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app import create_app
from app.db.session import Database
from app.kernel import errors
from app.kernel.errors import Throttled
from app.runtime import Runtime
from app.web.guards import public
from tests.cast import NOORD, SAM_MOBILE, STAFF_PASSWORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.providers import Provider
from tests.visitor import SITE, U, Visitor

REFERENCE = re.compile(r"Referentie ([0-9A-F]{4}-[0-9A-F]{2})\b")
TITLES = {
    400: "Deze aanvraag klopt niet",
    403: "Geen toegang",
    404: "Pagina niet gevonden",
    405: "Dat kan hier niet",
    410: "Niet meer beschikbaar",
    413: "Te groot",
    418: "Er ging iets mis",
    422: "Niet aanvaard",
    429: "Te veel pogingen",
    500: "Er ging iets mis",
    503: "Even niet beschikbaar",
}


@dataclass
class Trap:
    """What goes wrong at the address /val, as a test wishes."""

    wrong: Exception = field(default_factory=ZeroDivisionError)


@pytest.fixture
def trap(app: Flask) -> Trap:
    trap = Trap()

    @app.get("/val")
    @public
    def spring() -> str:
        raise trap.wrong

    return trap


def http(status: int) -> HTTPException:
    with pytest.raises(HTTPException) as raised:
        abort(status)
    return raised.value


@ONE_DATABASE
@pytest.mark.parametrize("status", TITLES)
def test_every_error_is_a_page_with_a_sentence_and_a_reference(
    trap: Trap, visitor: Callable[[], Visitor], status: int
) -> None:
    trap.wrong = http(status)
    someone = visitor()
    assert someone.open("/val").status_code == status
    assert TITLES[status] in someone.text
    assert "078 35 35 34" in someone.text
    assert REFERENCE.search(someone.text)


@ONE_DATABASE
@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        (errors.NotFound(), 404, "Deze pagina bestaat niet (meer)."),
        (errors.Gone("Tot en met 24-11."), 410, "Tot en met 24-11."),
        (errors.Invalid("Zo niet."), 422, "Zo niet."),
        (errors.Full(), 507, "Er is niets half bewaard."),
        (OSError(errno.ENOSPC, "no room"), 507, "Er is niets half bewaard."),
        (OSError(errno.EIO, "broken"), 500, "Uw bestanden zijn veilig."),
        (ZeroDivisionError(), 500, "Uw bestanden zijn veilig."),
    ],
)
def test_a_refusal_says_its_own_sentence_or_the_usual_one(
    trap: Trap,
    visitor: Callable[[], Visitor],
    wrong: Exception,
    status: int,
    words: str,
) -> None:
    trap.wrong = wrong
    someone = visitor()
    assert someone.open("/val").status_code == status
    assert words in someone.text


@ONE_DATABASE
@pytest.mark.parametrize("status", [*TITLES, 401, 409])
def test_in_mijn_fluvius_every_error_says_je(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor], status: int
) -> None:
    @app.get("/diensten/val")
    @public
    def spring() -> str:
        raise Throttled(after=61) if status == 429 else http(status)

    guest, wiebe = visitor(), Provider.wiebe(cast).comes_in(visitor())
    wiebe.open("/profiel")
    for someone in (guest, wiebe):
        assert someone.open("/diensten/val").status_code == status
        assert "Mijn Fluvius" in someone.text
        assert "Je veiligheid" in someone.text
        assert not U.findall(someone.text), someone.text


@ONE_DATABASE
def test_a_manager_who_strays_is_u_and_a_colleague_is_je(
    cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    cast.everybody()
    cast.settled()
    cast.settled("sam.claes", STAFF_PASSWORD)
    an, sam = visitor(), visitor()
    an.sign_in(cast, "an.peeters")
    assert an.open("/diensten/").status_code == 403
    assert "Deze login heeft geen toegang tot deze pagina." in an.text
    assert "Uw veiligheid" in an.text
    sam.sign_in(cast, "sam.claes", SAM_MOBILE, password=STAFF_PASSWORD)
    assert sam.open("/diensten/").status_code == 403
    assert "Met dit account mag je dat niet." in sam.text
    assert not U.findall(sam.text)


@ONE_DATABASE
def test_who_must_wait_hears_how_long(
    trap: Trap, visitor: Callable[[], Visitor]
) -> None:
    someone = visitor()
    for wrong, after in (
        (errors.Throttled(after=61), "61"),
        (errors.Busy(after=5), "5"),
    ):
        trap.wrong = wrong
        assert someone.open("/val").headers["Retry-After"] == after
        assert "U kunt opnieuw proberen over" in someone.text


@ONE_DATABASE
def test_the_log_has_the_fault_under_the_reference_of_the_page(
    trap: Trap, visitor: Callable[[], Visitor], caplog: pytest.LogCaptureFixture
) -> None:
    someone = visitor()
    someone.open("/val")
    found = REFERENCE.search(someone.text)
    assert found
    assert f"{found[1]} ZeroDivisionError" in caplog.text


@ONE_DATABASE
def test_a_wrong_method_is_told_the_right_ones(visitor: Callable[[], Visitor]) -> None:
    answer = visitor().client.put("/aanmelden", base_url=SITE)
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@ONE_DATABASE
def test_a_form_without_its_token_is_too_old(visitor: Callable[[], Visitor]) -> None:
    someone = visitor()
    someone.page = someone.client.post("/aanmelden", base_url=SITE, data={"login": "x"})
    assert someone.page.status_code == 400
    assert "Deze pagina was te oud om te versturen." in someone.text


@ONE_DATABASE
def test_a_form_of_more_than_a_megabyte_is_too_large(
    visitor: Callable[[], Visitor],
) -> None:
    someone = visitor()
    someone.page = someone.client.post(
        "/aanmelden", base_url=SITE, data={"login": "x" * 1_100_000}
    )
    assert someone.page.status_code == 413
    assert "Te groot" in someone.text


@ONE_DATABASE
@pytest.mark.parametrize("host", ["kwaad.example", "bestanden.example.kwaad", "["])
def test_another_host_is_no_host_of_ours(app: Flask, host: str) -> None:
    answer = app.test_client().get("/aanmelden", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.fixture
def away(runtime: Runtime, app: Flask, tmp_path: Path) -> Callable[[], Flask]:
    """The same house at the moment that its database is gone."""

    def vanish() -> Flask:
        gone = Database(f"sqlite:///{tmp_path}/nowhere/db.sqlite")
        return create_app(replace(runtime, database=gone))

    return vanish


@pytest.mark.parametrize(
    "path", ["/aanmelden", "/bestanden/", "/", "/bestaat-niet", "/profiel"]
)
def test_without_its_database_the_house_says_so(
    cast: Cast, visitor: Callable[[], Visitor], away: Callable[[], Flask], path: str
) -> None:
    """To somebody who is signed in: their cookie alone asks for the database."""
    cast.everybody()
    cast.publish({correction(NOORD): b"1"})
    an = visitor()
    an.first_sign_in(cast, "an.peeters", cast.initial_password("an@noord.example"))
    cookie = an.client.get_cookie("__Host-sid", domain="bestanden.example")
    assert cookie is not None
    later = Visitor(away().test_client())
    later.client.set_cookie(
        "__Host-sid", cookie.value, domain="bestanden.example", secure=True
    )
    assert later.open(path).status_code == 503
    assert later.page is not None
    assert later.page.headers["Retry-After"] == "30"
    assert "X-Content-Type-Options" in later.page.headers
    assert "Even niet beschikbaar" in later.text
    assert "An Peeters" not in later.text


@ONE_DATABASE
def test_an_answer_that_a_page_broke_off_with_stands(
    trap: Trap, visitor: Callable[[], Visitor]
) -> None:
    trap.wrong = HTTPException(response=Response("klaar", 202))
    assert visitor().open("/val").data == b"klaar"
