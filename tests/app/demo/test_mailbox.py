"""The mailbox: it exists in the demo alone, and reads pleasantly."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.demo.settings import DemoFolder
from app.demo.web import create_demo_app
from app.wiring import build
from notifier.folder import Folder
from tests.clock import FakeClock
from tests.visitor import SITE

MORNING = datetime(2026, 11, 21, 8, tzinfo=UTC)
LINK = "http://127.0.0.1:8000/bestanden/?levering=abc"
LETTER = f"""Dag Jan Claes

Ga naar {LINK}.
2. Login:              jan.claes
   Initieel wachtwoord: hq7v-m3xk-t9wd-r4np-c6ya
Elders: https://example.org/<script>."""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """The demo on a later day, on another port, with a letter and a code."""
    folder = DemoFolder(tmp_path / "demo", 8123)
    folder.make()
    folder.keep_people([{"login": "an.peeters", "password": "vier-linden"}])
    clock = FakeClock(MORNING)
    Folder(folder.mail, clock).post(
        "email", "jan.claes@gentbrugge.example", LETTER, subject="Uw toegang"
    )
    clock.forward(minutes=1)
    Folder(folder.sms, clock).post("sms", "+32470000417", "Fluvius: 482913 is uw code")
    runtime = build(folder.settings(), clock)
    yield create_demo_app(runtime).test_client()
    runtime.database.close()


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path, base_url="http://127.0.0.1:8123")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    return answer.get_data(as_text=True)


def test_it_does_not_exist_in_the_real_house(app: Flask) -> None:
    for path in ("/demo/postvak", "/demo/postvak.json"):
        assert app.test_client().get(path, base_url=SITE).status_code == 404


def test_a_script_gets_every_message_the_newest_last(client: FlaskClient) -> None:
    messages = json.loads(read(client, "/demo/postvak.json"))
    assert [set(one) for one in messages] == [
        {"channel", "to", "subject", "body", "html", "at"}
    ] * 2
    assert [one["channel"] for one in messages] == ["email", "sms"]
    assert messages[0]["at"] == "2026-11-21T08:00:00+00:00"


def test_the_latest_message_is_open_with_its_code_in_large(client: FlaskClient) -> None:
    page = read(client, "/demo/postvak")
    assert '<p class="letter__code num">482913</p>' in page
    assert "An Peeters, +32470000417" in page


def test_a_letter_is_opened_by_its_number(client: FlaskClient) -> None:
    page = read(client, "/demo/postvak?bericht=1")
    assert "Initieel wachtwoord: hq7v-m3xk-t9wd-r4np-c6ya" in page
    assert "letter__code" not in page


def test_a_link_of_a_letter_leads_to_this_demo_though_it_moved(
    client: FlaskClient,
) -> None:
    page = read(client, "/demo/postvak?bericht=1")
    assert f'<a href="/bestanden/?levering=abc">{LINK}</a>.' in page
    assert (
        '<a href="https://example.org/">https://example.org/</a>&lt;script&gt;.' in page
    )


def test_one_recipient_can_be_chosen(client: FlaskClient) -> None:
    page = read(client, "/demo/postvak?aan=Jan+Claes")
    assert "Initieel wachtwoord:" in page
    assert "482913" not in page
    assert "Er zijn nog geen berichten." in read(client, "/demo/postvak?aan=Niemand")


def test_it_says_who_can_sign_in_and_where_the_password_is(client: FlaskClient) -> None:
    page = read(client, "/demo/postvak")
    assert "<code>vier-linden</code>" in page
    assert page.count("Wachtwoord in de eerste e-mail") == 1
    assert "Beheerder van Buurtstroom Dampoort vzw, Schooldak Mariakerke vzw" in page
    assert "bericht=1#bericht" in page
    assert "kies je bij eID, itsme of CSAM zelf wie je bent: Wiebe Zonneveld," in page


def test_what_is_no_number_of_a_message_opens_the_latest(client: FlaskClient) -> None:
    assert "letter__code" in read(client, "/demo/postvak?bericht=tien")
    assert "letter__code" in read(client, "/demo/postvak?bericht=99")
