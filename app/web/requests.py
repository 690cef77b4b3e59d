"""Who asks, from where; one log line for each request, with nothing private in it."""

import logging
import secrets
import time
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import Flask, g, request
from werkzeug.wrappers import Response

from app.web.context import comes_from, runtime

log = logging.getLogger("energiepost.web")
SOCKET = str(IPv4Address(0))  # no address: the setting `unix` means this one
NOBODY: IPv4Address | IPv6Address = IPv6Address(0)


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def client_address() -> str:
    """The peer's address; behind a trusted proxy, what that one saw."""
    trusted = runtime().settings.trusted_proxies
    seen = request.headers.get("X-Forwarded-For", "").split(",") if trusted else []
    hops = [hop.strip() for hop in seen if hop.strip()]
    address = NOBODY
    for hop in (request.remote_addr or SOCKET, *reversed(hops)):
        address = _address(hop)
        if not any(address in network for network in trusted):
            break
    return str(address)


def network_of(address: str) -> str:
    """What counts as one neighbour: an IPv4 address, or an IPv6 /64."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return address


def reference() -> str:
    """The number by which a person and the log speak of one request."""
    if "reference" not in g:
        g.reference = f"{secrets.token_hex(2)}-{secrets.token_hex(1)}".upper()
    return str(g.reference)


def _begin() -> None:
    g.began = time.monotonic()
    comes_from(client_address())


def _end(response: Response) -> Response:
    began = g.get("began", time.monotonic())
    log.info(
        "%s %s %s %d ms %s account=%s",
        request.method,
        request.endpoint or "-",
        response.status_code,
        (time.monotonic() - began) * 1000,
        reference(),
        _account(),
    )
    return response


def _account() -> object:
    """Who was in, if anybody asked: a log line must not wake the database."""
    visitor: object = g.get("_login_user")
    return getattr(visitor, "account_id", "-")


def _address(hop: str) -> IPv4Address | IPv6Address:
    """An IPv4 address in IPv6's clothes comes out as itself, a zone is dropped."""
    try:
        address = ip_address(hop.partition("%")[0])
    except ValueError:
        return NOBODY  # what is no address is nobody's
    return getattr(address, "ipv4_mapped", None) or address
