"""Whose address counts: the peer's, or what a proxy that we trust saw."""

from collections.abc import Callable

import pytest
from flask import Flask

from app import create_app
from app.runtime import Runtime
from app.settings import Settings
from app.web.requests import client_address
from app.wiring import build

SOCKET = ""  # what a server says of a peer on a unix socket
NOWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound to it
Seen = Callable[[str, str, str], str]


@pytest.fixture
def seen(environ: dict[str, str]) -> Seen:
    """The address that counts, for TRUSTED_PROXIES, a peer and its header."""

    def of(trusted: str, peer: str, forwarded: str) -> str:
        house = build(Settings.from_env({**environ, "TRUSTED_PROXIES": trusted}))
        return _seen(house, create_app(house), peer, forwarded)

    return of


def _seen(house: Runtime, app: Flask, peer: str, forwarded: str) -> str:
    with app.test_request_context(
        environ_base={"REMOTE_ADDR": peer}, headers={"X-Forwarded-For": forwarded}
    ):
        address = client_address()
    house.database.close()
    return address


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "counts"),
    [
        ("unix", SOCKET, "192.0.2.7", "192.0.2.7"),
        ("unix", SOCKET, "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        ("unix", SOCKET, "203.0.113.9, rubbish", "::"),
        ("unix", SOCKET, "", NOWHERE),
        ("unix", "192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ("unix,10.0.0.0/8", SOCKET, "192.0.2.7, 10.0.0.1", "192.0.2.7"),
        ("10.0.0.0/8", SOCKET, "192.0.2.7", NOWHERE),
        ("", SOCKET, "192.0.2.7", NOWHERE),
        ("", "192.0.2.7", "203.0.113.9", "192.0.2.7"),
    ],
)
def test_only_a_trusted_peer_is_believed(
    seen: Seen, trusted: str, peer: str, forwarded: str, counts: str
) -> None:
    assert seen(trusted, peer, forwarded) == counts
