"""Signing in for the first time and ever after: password, own password, code."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import WebSession
from app.runtime import Runtime
from tests.cast import AN_MOBILE, PASSWORD, Cast
from tests.databases import ONE_DATABASE
from tests.visitor import SITE, WRONG, Visitor

Arrive = Callable[[], Visitor]


# the order -----------------------------------------------------------------


@ONE_DATABASE
def test_the_page_names_the_very_address_that_it_stands_at(visitor: Arrive) -> None:
    here = visitor()
    here.open("/aanmelden")
    assert f"Dit adres begint met {SITE}/" in here.text


def test_the_first_time_goes_by_initial_password_own_password_and_code(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    assert her.type_password("an.peeters", an) == 303
    assert her.follow().request.path == "/aanmelden/wachtwoord"
    assert "Kies eenmalig een eigen wachtwoord" in her.text
    assert not cast.sms.texts, "no code before the own password"

    her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    assert her.follow().request.path == "/aanmelden/code"
    assert "Uw wachtwoord is opgeslagen." in her.text
    assert "het gsm-nummer dat eindigt op 27" in her.text
    assert "De code blijft geldig tot 10.10 uur" in her.text
    assert AN_MOBILE[3:] not in her.text
    assert not her.is_in()

    assert her.enter(cast.code(AN_MOBILE)) == 303
    assert her.is_in()
    (notice,) = cast.mails("an@noord.example")
    assert notice.subject == "Uw wachtwoord voor Direct bestanden is gewijzigd"


def test_ever_after_it_goes_by_own_password_and_code(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    assert her.type_password(" An.Peeters ", PASSWORD) == 303
    assert not her.is_in(), "a password alone opens nothing"
    code = cast.code(AN_MOBILE)
    assert her.enter(f"{code[:3]} {code[3:]}") == 303, "blanks do not count"
    assert her.is_in()
    assert her.open("/aanmelden").headers["Location"] == "/"


@ONE_DATABASE
@pytest.mark.parametrize(
    "path", ["/profiel", "/bestanden/", "/aanmelden/code", "/aanmelden/wachtwoord"]
)
def test_who_has_not_begun_is_sent_to_the_beginning(
    app: Flask, visitor: Arrive, path: str
) -> None:
    answer = visitor().open(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/aanmelden")


def test_no_step_can_be_skipped_or_done_twice(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", an)
    assert her.open("/aanmelden/code").headers["Location"] == "/aanmelden/wachtwoord"
    her.open("/aanmelden/wachtwoord")
    skipped = her.submit("/aanmelden/code", {"code": "000000"})
    assert skipped.headers["Location"] == "/aanmelden/wachtwoord"
    her.open("/aanmelden/wachtwoord")
    assert her.submit("/aanmelden/code/opnieuw").status_code == 303
    assert not cast.sms.texts

    her.open("/aanmelden/wachtwoord")
    her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    her.follow()
    again = her.submit(
        "/aanmelden/wachtwoord", {"nieuw_wachtwoord": "een ander zinnetje"}
    )
    assert again.headers["Location"] == "/aanmelden/code"
    assert her.enter(cast.code(AN_MOBILE)) == 303
    assert visitor().type_password("an.peeters", PASSWORD) == 303


@ONE_DATABASE
@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/profiel?a=1", "/profiel?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("//[evil", "/"),
        ("/\\evil.example", "/"),
        ("/\x00", "/"),
        ("/" + "x" * 3000, "/"),
    ],
)
def test_only_a_page_of_this_site_is_gone_on_to(
    settled: None, cast: Cast, visitor: Arrive, wanted: str, given: str
) -> None:
    her = visitor()
    her.open("/aanmelden", query_string={"verder": wanted})
    assert "Meld u aan om verder te gaan." in her.text
    assert her.page is not None
    path = f"/aanmelden?{her.page.request.query_string.decode()}"
    her.submit(path, {"login": "an.peeters", "wachtwoord": PASSWORD})
    assert her.type_code(cast, AN_MOBILE).headers["Location"] == given


# what is said, and to whom -----------------------------------------------------


def test_blocked_is_said_only_after_the_right_password(
    settled: None, app: Flask, visitor: Arrive
) -> None:
    her = visitor()
    app.test_cli_runner().invoke(args=["accounts", "block", "an.peeters"])
    assert her.type_password("an.peeters", "geraden, maar fout") == 401
    assert WRONG in her.text
    assert "geblokkeerd" not in her.text
    assert her.type_password("an.peeters", PASSWORD) == 401
    assert "Deze toegang is geblokkeerd. Bel 078 35 35 34." in her.text


def test_blocked_halfway_the_code_opens_nothing(
    settled: None, app: Flask, cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", PASSWORD)
    her.follow()
    app.test_cli_runner().invoke(args=["accounts", "block", "an.peeters"])
    her.submit("/aanmelden/code", {"code": cast.code(AN_MOBILE)})
    assert her.follow().request.path == "/aanmelden"
    with runtime.reading() as session:
        assert not session.scalars(select(WebSession)).all()


@ONE_DATABASE
@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({}, ["Vul uw login in.", "Vul uw wachtwoord in."]),
        ({"login": "an.peeters"}, ["Vul uw wachtwoord in."]),
        ({"login": "a" * 129, "wachtwoord": "x"}, ["Dit is te lang."]),
        ({"login": "an", "wachtwoord": "x" * 1025}, ["Dit is te lang."]),
    ],
)
def test_an_empty_or_endless_field_is_named(
    app: Flask, visitor: Arrive, fields: dict[str, str], sentences: list[str]
) -> None:
    her = visitor()
    her.open("/aanmelden")
    assert her.submit("/aanmelden", fields).status_code == 422
    assert all(sentence in her.text for sentence in sentences)


def test_an_empty_code_is_asked_again(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", PASSWORD)
    assert her.enter("") == 422
    assert "Vul de verificatiecode in." in her.text
    assert her.enter("zes en half; niets") == 401
    assert her.enter("¹²³٤٥٦") == 401


@pytest.mark.parametrize(
    "login", ["an\x00.peeters", "\x00", "an.peeters'--", "\u202ean"]
)
def test_strange_signs_in_a_login_are_just_a_wrong_login(
    app: Flask, visitor: Arrive, login: str
) -> None:
    her = visitor()
    assert her.type_password(login, "x\x00y") == 401
    assert WRONG in her.text


@ONE_DATABASE
@pytest.mark.parametrize(
    "path",
    [
        "/aanmelden",
        "/aanmelden/wachtwoord",
        "/aanmelden/code",
        "/aanmelden/code/opnieuw",
        "/afmelden",
        "/wachtwoord-vergeten",
        "/wachtwoord-herstellen/x",
    ],
)
def test_a_form_without_its_token_is_not_taken(
    app: Flask, visitor: Arrive, path: str
) -> None:
    answer = visitor().client.post(path, base_url=SITE, data={"login": "an.peeters"})
    assert answer.status_code == 400
    assert "Deze pagina was te oud om te versturen." in answer.get_data(as_text=True)


def test_nor_is_it_of_somebody_who_is_in(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.sign_in(cast, "an.peeters")
    sent = her.client.post("/profiel/overal-afmelden", base_url=SITE)
    assert sent.status_code == 400
    assert her.is_in()


def test_giving_up_halfway_ends_the_way_in(
    an: str, runtime: Runtime, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", an)
    copied = her.cookie
    her.follow()
    assert "Afmelden" in her.text
    her.submit("/afmelden")
    her.show(copied)
    assert her.open("/aanmelden/wachtwoord").headers["Location"] == "/aanmelden"


def test_half_an_hour_later_the_password_is_asked_again(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", an)
    her.follow()
    cast.clock.forward(minutes=30)
    late = her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    assert late.headers["Location"] == "/aanmelden"
