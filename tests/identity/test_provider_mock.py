"""The same door against an issuer that others wrote: oidc-provider-mock."""

import warnings
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask

from app.kernel.clock import system_clock
from identity import NoIdentity
from identity.oidc import Oidc
from tests.servers.web import free_port, serving

BACK = "https://bestanden.example/aanmelden/terug/csam"
CLAIMS = {
    "given_name": "Wiebe",
    "family_name": "Zon",
    "email": "wiebe@zon.example",
    "email_verified": True,
    "organisations": [{"kbo": "0123456749", "name": "Zonadvies"}],
}


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    port = free_port()
    with serving(_mock(), port):
        yield f"http://127.0.0.1:{port}"


def _mock() -> Flask:
    with warnings.catch_warnings():  # it still uses what Authlib will drop
        warnings.simplefilter("ignore")
        import oidc_provider_mock as mock  # noqa: PLC0415 - warns on import

        made: Flask = mock.app(
            require_nonce=True,
            user_claims=[mock.User(sub="wiebe", claims=CLAIMS)],
        )
    return made


def came_back(address: str) -> dict[str, str]:
    answer = requests.post(
        address, data={"sub": "wiebe"}, allow_redirects=False, timeout=5
    )
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_issuer_of_others_says_who_it_is(mock: str) -> None:
    door = Oidc(mock, "energiepost", "geheim", clock=system_clock)
    address, attempt = door.begin(BACK)
    query = came_back(address)
    found = door.finish(query, attempt)
    assert (found.name, found.email) == ("Wiebe Zon", "wiebe@zon.example")
    assert [one.kbo for one in found.organisations] == ["0123456749"]
    with pytest.raises(NoIdentity, match="code is not taken"):
        door.finish(query, attempt)  # the code is spent
