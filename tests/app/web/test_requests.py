import logging
from collections.abc import Callable

import pytest
from flask import Flask

from app import create_app
from app.runtime import Runtime
from app.settings import Settings
from app.web.requests import client_address, network_of, reference
from app.wiring import build
from tests.cast import NOORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.visitor import Visitor

SITE = "https://bestanden.example"
Seen = Callable[..., str]


@pytest.fixture
def seen(environ: dict[str, str]) -> Seen:
    """Whom the house sees, behind these proxies, for that peer and that header."""

    def see(peer: str, forwarded: str = "", proxies: str = "none") -> str:
        settings = Settings.from_env(environ | {"TRUSTED_PROXIES": proxies})
        app = create_app(build(settings))
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        with app.test_request_context(
            base_url=SITE, headers=headers, environ_base={"REMOTE_ADDR": peer}
        ):
            return client_address()

    return see


PROXIES = "10.0.0.0/8, 2001:db8::/32"


@ONE_DATABASE
@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "whom"),
    [
        ("192.0.2.1", "", "none", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "none", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", PROXIES, "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", PROXIES, "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", PROXIES, "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.1.1.1", PROXIES, "198.51.100.7"),
        ("10.0.0.1", " , ,198.51.100.7,", PROXIES, "198.51.100.7"),
        ("10.0.0.1", "", PROXIES, "10.0.0.1"),
        ("10.0.0.1", "10.2.2.2, 10.1.1.1", PROXIES, "10.2.2.2"),
        ("10.0.0.1", "198.51.100.7, unknown", PROXIES, "::"),
        ("10.0.0.1", "198.51.100.7:4711", PROXIES, "::"),
        ("2001:db8::1", "2a02:a03f::9", PROXIES, "2a02:a03f::9"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.7", PROXIES, "198.51.100.7"),
        ("fe80::1%eth0", "", PROXIES, "fe80::1"),
        ("", "198.51.100.7", PROXIES, "0.0.0.0"),  # noqa: S104 - no peer
    ],
)
def test_only_a_trusted_proxy_is_believed(
    seen: Seen, peer: str, forwarded: str, proxies: str, whom: str
) -> None:
    assert seen(peer, forwarded, proxies) == whom


@ONE_DATABASE
def test_a_proxy_on_a_socket_is_believed_when_the_settings_say_so(seen: Seen) -> None:
    assert seen("", "198.51.100.7", "unix") == "198.51.100.7"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_a_neighbour_is_an_address_or_a_64(address: str, network: str) -> None:
    assert network_of(address) == network


@ONE_DATABASE
def test_one_request_has_one_reference(app: Flask) -> None:
    with app.test_request_context(base_url=SITE):
        first = reference()
        assert reference() == first
    with app.test_request_context(base_url=SITE):
        assert reference() != first


def test_the_log_tells_of_a_request_without_anything_private(
    cast: Cast, visitor: Callable[[], Visitor], caplog: pytest.LogCaptureFixture
) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): b"1"})
    initial = cast.initial_password("an@noord.example")
    caplog.set_level(logging.DEBUG)
    an = visitor()
    an.first_sign_in(cast, "an.peeters", initial)
    an.open("/bestanden/?zoek=CORR_geheim")
    an.open("/wachtwoord-herstellen/een-token-dat-niemand-mag-lezen")
    an.open("/bestaat-niet/geheim-pad")

    assert "GET filedrop.index 200" in caplog.text
    assert "account=2" in caplog.text
    assert "GET accounts.reset 410" in caplog.text
    assert "GET - 404" in caplog.text
    private = (initial, "an.peeters", "an@noord", "CORR_", "geheim", "een-token")
    for word in (*private, "0470", "192.0.2.1", cast.code("+32470112227")):
        assert word not in caplog.text


def test_a_static_file_does_not_wake_the_database(
    runtime: Runtime, visitor: Callable[[], Visitor], cast: Cast
) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): b"1"})
    an = visitor()
    an.first_sign_in(cast, "an.peeters", cast.initial_password("an@noord.example"))
    runtime.database.close()
    with an.open("/static/css/tokens.css") as answer:
        assert answer.status_code == 200
    assert an.open("/health/live").status_code == 200
    assert runtime.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
