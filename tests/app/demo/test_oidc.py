"""The demo's own issuer: it lets its people in, and nobody who cannot show a secret."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.commands import migrate
from app.demo.citizens import CITIZENS, MIA
from app.demo.settings import DemoFolder
from app.demo.web import create_demo_app
from app.wiring import build

VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
CSAM = "/demo/oidc/csam"
SITE = "http://127.0.0.1:8000"
BACK = f"{SITE}/aanmelden/terug/csam"
ASKED = {
    "client_id": "energiepost",
    "redirect_uri": BACK,
    "state": "stand",
    "nonce": "eenmalig",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFolder:
    folder = DemoFolder(tmp_path_factory.mktemp("oidc") / "demo", 8000)
    folder.make()
    migrate(folder.settings().database_url)
    return folder


@pytest.fixture
def client(demo: DemoFolder) -> Iterator[FlaskClient]:
    runtime = build(demo.settings())
    yield create_demo_app(runtime).test_client()
    runtime.database.close()


def choose(client: FlaskClient, who: str) -> dict[str, list[str]]:
    """What the answer brings back to our pages."""
    page = client.get(f"{CSAM}/authorize?{urlencode(ASKED)}", base_url=SITE)
    token = re.search(r'csrf_token" value="([^"]+)"', page.text)
    assert token
    form = {**ASKED, "csrf_token": token[1], "wie": who}
    answer = client.post(f"{CSAM}/authorize", data=form, base_url=SITE)
    assert answer.location.startswith(f"{BACK}?")
    return parse_qs(urlsplit(answer.location).query)


def bring(client: FlaskClient, code: str, secret: str, **bent: str) -> TestResponse:
    form = {"code": code, "code_verifier": VERIFIER, "redirect_uri": BACK, **bent}
    return client.post(
        f"{CSAM}/token", data=form, auth=("energiepost", secret), base_url=SITE
    )


def test_it_vouches_for_the_address_of_who_has_one(
    client: FlaskClient, demo: DemoFolder
) -> None:
    """So that who asks for a contract in the demo reads the letters about it."""
    secret = (demo.path / "oidc-csam").read_text().strip()
    told = {}
    for who in ("wiebe", "jan"):
        answer = bring(client, choose(client, who)["code"][0], secret)
        body = answer.get_json()["id_token"].split(".")[1]
        told[who] = json.loads(urlsafe_b64decode(f"{body}=="))
    assert told["wiebe"]["email"] == "wiebe@zonadvies.example"
    assert told["wiebe"]["email_verified"] is True
    assert "email" not in told["jan"]


def test_it_shows_everybody_with_their_functions(client: FlaskClient) -> None:
    page = client.get(f"{CSAM}/authorize?{urlencode(ASKED)}", base_url=SITE).text
    for person in CITIZENS:
        assert person.name in page
    for firm, function in MIA.functions:
        assert f"{function} · {firm.name}" in page


def test_a_code_is_good_once_for_who_shows_secret_and_verifier(
    client: FlaskClient, demo: DemoFolder
) -> None:
    secret = (demo.path / "oidc-csam").read_text().strip()
    code = choose(client, "mia")["code"][0]
    assert "id_token" in bring(client, code, secret).get_json()
    assert bring(client, code, secret).status_code == 400
    for bent in ({"code_verifier": "x"}, {"redirect_uri": "https://other.example"}):
        code = choose(client, "mia")["code"][0]
        assert bring(client, code, secret, **bent).status_code == 400
    assert bring(client, choose(client, "mia")["code"][0], "x").status_code == 400


def test_who_does_not_sign_in_brings_no_code(client: FlaskClient) -> None:
    assert choose(client, "") == {"error": ["access_denied"], "state": ["stand"]}


@pytest.mark.parametrize(
    "bent",
    [
        {"redirect_uri": "https://other.example/aanmelden/terug/csam"},
        {"client_id": "somebody"},
        {"code_challenge_method": "plain"},
    ],
)
def test_it_serves_nobody_but_this_demo(
    client: FlaskClient, bent: dict[str, str]
) -> None:
    asked = urlencode({**ASKED, **bent})
    answer = client.get(f"{CSAM}/authorize?{asked}", base_url=SITE)
    assert answer.status_code == 422


def test_there_is_no_other_issuer(client: FlaskClient) -> None:
    assert client.get("/demo/oidc/x/jwks", base_url=SITE).status_code == 404
