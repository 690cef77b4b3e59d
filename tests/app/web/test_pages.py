from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from app import create_app
from app.db.session import Database
from app.runtime import Runtime
from app.settings import Settings
from app.web.context import static, values
from app.wiring import build
from tests.cast import SAM_MOBILE, STAFF_PASSWORD, Cast
from tests.clock import FakeClock
from tests.databases import ONE_DATABASE
from tests.providers import Provider
from tests.visitor import SITE, U, Visitor


@ONE_DATABASE
def test_a_house_that_lives_says_ok(visitor: Callable[[], Visitor]) -> None:
    assert visitor().open("/health/live").data == b"ok\n"


def test_a_house_is_ready_when_its_doors_answer(visitor: Callable[[], Visitor]) -> None:
    answer = visitor().open("/health/ready")
    assert answer.status_code == 200
    assert answer.data == b"database ok\nkeys ok\nblobs ok\n"


def test_a_house_that_is_not_ready_says_what_fails(
    runtime: Runtime, tmp_path: Path
) -> None:
    gone = Database(f"sqlite:///{tmp_path}/nowhere/db.sqlite")
    visitor = Visitor(create_app(replace(runtime, database=gone)).test_client())
    for folder in ("blobs", "keys"):
        (tmp_path / folder).rename(tmp_path / f"{folder}-unmounted")
    assert visitor.open("/health/ready").status_code == 503
    assert visitor.text == "database fails keys fails blobs fails"


@ONE_DATABASE
def test_the_statement_of_accessibility_names_the_site_and_the_help_line(
    visitor: Callable[[], Visitor],
) -> None:
    reader = visitor()
    assert reader.open("/toegankelijkheid").status_code == 200
    for part in ("voldoet gedeeltelijk", SITE, "21-11-2026", "078 35 35 34", "1700"):
        assert part in reader.text


@ONE_DATABASE
def test_help_answers_managers_and_colleagues_by_their_own_questions(
    cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    cast.everybody()
    cast.settled()
    an = visitor()
    an.sign_in(cast, "an.peeters")
    an.open("/hulp")
    assert "Dat wachtwoord werkt één keer, 7 dagen lang." in an.text
    assert "Maximaal 30 dagen; bij elk bestand" in an.text
    assert "Onze e-mails komen van no-reply@fluvius.be , noemen" in an.text
    cast.settled("sam.claes", STAFF_PASSWORD)
    sam = visitor()
    sam.sign_in(cast, "sam.claes", SAM_MOBILE, password=STAFF_PASSWORD)
    sam.open("/hulp")
    assert "Wie mag wat?" in sam.text
    sam.open("/hulp?voor=beheerders")
    assert "Hoelang blijft een bestand staan?" in sam.text
    sam.open("/hulp?voor=dienstverleners")
    assert "Waarom zie ik mijn organisatie niet?" in sam.text


@ONE_DATABASE
def test_help_in_mijn_fluvius_is_of_its_own_and_says_je(
    cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    wiebe = Provider.wiebe(cast).comes_in(visitor())
    assert wiebe.open("/hulp?voor=beheerders").status_code == 200
    assert "Waarom zie ik mijn organisatie niet?" in wiebe.text
    assert not U.findall(wiebe.text)


@ONE_DATABASE
def test_who_finds_a_leak_reads_whom_to_call_and_that_it_still_holds(
    visitor: Callable[[], Visitor], clock: FakeClock
) -> None:
    def lines() -> dict[str, str]:
        answer = visitor().open("/.well-known/security.txt")
        assert answer.mimetype == "text/plain"
        return dict(line.split(": ", 1) for line in answer.text.splitlines())

    assert lines()["Contact"] == "tel:+3278353534"
    assert lines()["Canonical"] == f"{SITE}/.well-known/security.txt"
    clock.forward(days=1000)
    until = datetime.fromisoformat(lines()["Expires"])
    assert timedelta(0) < until - clock() < timedelta(days=365)


@ONE_DATABASE
def test_a_static_file_has_an_address_that_changes_with_it(app: Flask) -> None:
    assert app.static_folder
    content = Path(app.static_folder, "css/tokens.css").read_bytes()
    version = sha256(content).hexdigest()[:10]
    with app.test_request_context(base_url=SITE):
        assert static("css/tokens.css") == f"/static/css/tokens.css?v={version}"
        assert static("css/tokens.css").endswith(version)


@ONE_DATABASE
@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/static/css/tokens.css?v=1", "public, max-age=31536000, immutable"),
        ("/static/css/tokens.css", "no-store"),
        ("/static/css/geen.css?v=1", "no-store"),
        ("/aanmelden?v=1", "no-store"),
    ],
)
def test_only_a_versioned_file_is_kept_by_browsers(
    visitor: Callable[[], Visitor], path: str, caching: str
) -> None:
    with visitor().open(path) as answer:
        assert answer.headers["Cache-Control"] == caching


@ONE_DATABASE
@pytest.mark.parametrize(
    ("helpline", "href"),
    [
        ("078 35 35 34", "tel:+3278353534"),
        ("+32 78 35 35 34", "tel:+3278353534"),
        ("078/35.35.34", "tel:+3278353534"),
    ],
)
def test_the_help_line_can_be_dialled(
    environ: dict[str, str], helpline: str, href: str
) -> None:
    app = create_app(build(Settings.from_env(environ | {"HELPLINE": helpline})))
    with app.test_request_context(base_url=SITE):
        shown = render_template_string("{{ house.helpline_href }}", **values())
    assert shown == href


@ONE_DATABASE
def test_on_the_loopback_the_cookie_goes_without_tls(environ: dict[str, str]) -> None:
    local = environ | {"BASE_URL": "http://127.0.0.1:8000"}
    client = create_app(build(Settings.from_env(local))).test_client()
    for host in ("127.0.0.1:8000", "localhost:8000"):
        answer = client.get("/aanmelden", headers={"Host": host})
        assert answer.status_code == 200, host
    assert answer.headers["Set-Cookie"].startswith("sid=")
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in answer.headers
