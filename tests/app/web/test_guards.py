from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from app.web.guards import own_path, public, role
from tests.cast import NOORD, PASSWORD, Cast, correction
from tests.visitor import SITE, Visitor


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/bestanden/",
        "/bestanden/?levering=abc&sorteer=naam",
        "/bestanden/AbCdEfGhIjKlMnOpQrStUv",
        "/zoek?zoek=één EAN",
        "/a//b",
        "/" + "a" * 1999,
    ],
)
def test_a_path_of_this_site_is_followed(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "bestanden",
        "//kwaad.example",
        "///kwaad.example",
        "/\\kwaad.example",
        "\\\\kwaad.example",
        "/a\\b",
        "https://kwaad.example/",
        "http:kwaad.example",
        "http://[",
        "javascript:alert(1)",
        " /bestanden/",
        "/\t/kwaad.example",
        "/\n/kwaad.example",
        "/bestanden/\r\nSet-Cookie: a=b",
        "/\u202e/",
        "/\ud800",
        "/" + "a" * 2000,
    ],
)
def test_anything_else_leads_home(path: str | None) -> None:
    assert own_path(path) == "/"


@pytest.fixture
def house(app: Flask) -> Flask:
    """The house with a room for each guard, and one that forgot its guard."""
    inside = public(lambda: "inside")
    app.add_url_rule("/open", "open", inside, methods=["GET", "POST"])
    app.add_url_rule("/forgotten", "forgotten", lambda: "inside")
    for group in ("manager", "staff", "person"):
        view = role(group)(lambda: "inside")
        app.add_url_rule(f"/{group}", group, view, methods=["GET", "POST"])
    return app


@pytest.fixture
def an(house: Flask, cast: Cast, visitor: Callable[[], Visitor]) -> Visitor:
    cast.everybody()
    cast.publish({correction(NOORD): b"1"})
    an = visitor()
    an.first_sign_in(cast, "an.peeters", cast.initial_password("an@noord.example"))
    return an


@pytest.fixture
def sam(house: Flask, cast: Cast, visitor: Callable[[], Visitor]) -> Visitor:
    cast.staff()
    sam = visitor()
    initial = cast.staff_passwords["sam.claes"]
    sam.first_sign_in(cast, "sam.claes", initial, "+32472000000", password=PASSWORD * 2)
    return sam


def statuses(visitor: Visitor) -> dict[str, int]:
    doors = ("open", "manager", "staff", "person", "forgotten")
    return {door: visitor.open(f"/{door}").status_code for door in doors}


def test_a_stranger_comes_in_where_it_is_public(
    house: Flask, visitor: Callable[[], Visitor]
) -> None:
    assert statuses(visitor()) == {
        "open": 200,
        "manager": 303,
        "staff": 303,
        "person": 303,
        "forgotten": 403,
    }


def test_a_manager_comes_in_where_managers_may(an: Visitor) -> None:
    assert statuses(an) == {
        "open": 200,
        "manager": 200,
        "staff": 403,
        "person": 200,
        "forgotten": 403,
    }


def test_staff_come_in_where_staff_may(sam: Visitor) -> None:
    assert statuses(sam) == {
        "open": 200,
        "manager": 403,
        "staff": 200,
        "person": 200,
        "forgotten": 403,
    }


def test_home_is_the_list_of_a_manager(an: Visitor) -> None:
    assert an.open("/").headers["Location"] == "/bestanden/"


def test_home_is_the_desk_of_staff(sam: Visitor) -> None:
    assert sam.open("/").headers["Location"] == "/beheer/"


def test_a_stranger_returns_to_the_very_page_that_was_asked(
    house: Flask, visitor: Callable[[], Visitor]
) -> None:
    answer = visitor().open("/manager?zoek=één&filter=nieuw")
    asked = "/aanmelden?verder=/manager?zoek%3D%C3%A9%C3%A9n%26filter%3Dnieuw"
    assert answer.headers["Location"] == asked
    head = visitor().client.head("/manager", base_url="https://bestanden.example")
    assert head.headers["Location"] == "/aanmelden?verder=/manager"


def test_whose_session_ended_hears_so_and_returns(an: Visitor, cast: Cast) -> None:
    cast.clock.forward(minutes=16)
    assert an.open("/manager").headers["Location"] == "/aanmelden?verder=/manager"
    an.follow()
    assert "u keert terug naar dezelfde pagina" in an.text


class Body(BytesIO):
    """A form that remembers whether somebody read of it."""

    was_read = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.was_read = True
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        self.was_read = True
        return super().readinto(buffer)


def send(visitor: Visitor, path: str) -> tuple[int, bool]:
    """The status, and whether the body was read for it."""
    body, kind = Body(b"naam=waarde"), "application/x-www-form-urlencoded"
    answer = visitor.client.post(
        path, base_url=SITE, input_stream=body, content_type=kind
    )
    return answer.status_code, body.was_read


def test_whoever_may_not_come_in_is_refused_before_a_byte_is_read(
    an: Visitor, visitor: Callable[[], Visitor]
) -> None:
    assert send(visitor(), "/manager") == (303, False)
    assert send(an, "/staff") == (403, False)


def test_whoever_may_come_in_still_needs_the_token_of_the_form(
    an: Visitor, visitor: Callable[[], Visitor]
) -> None:
    assert send(visitor(), "/open") == (400, True)
    assert send(an, "/manager") == (400, True)
