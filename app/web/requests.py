"""Who asks, from where; one log line for each request, with nothing private in it."""

import logging
import secrets
import time
from ipaddress import ip_address, ip_network

from flask import Flask, g, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.web.context import runtime

log = logging.getLogger("energiepost.web")


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def client_address() -> str:
    """The peer's address; behind a trusted proxy, what that one saw."""
    trusted = runtime().settings.trusted_proxies
    hops = [request.remote_addr or "0.0.0.0"]  # noqa: S104 - no peer is no address
    if trusted:
        seen = request.headers.get("X-Forwarded-For", "").split(",")
        hops = [hop.strip() for hop in seen if hop.strip()] + hops
    for hop in reversed(hops):
        try:
            address = ip_address(hop)
        except ValueError:
            return "0.0.0.0"  # noqa: S104 - what is no address is nobody's
        if not any(address in network for network in trusted):
            return hop
    return hops[0]


def network_of(address: str) -> str:
    """What counts as one neighbour: an IPv4 address, or an IPv6 /64."""
    parsed = ip_address(address)
    if parsed.version == 6:  # noqa: PLR2004 - the version's own name
        return str(ip_network(f"{address}/64", strict=False))
    return address


def reference() -> str:
    """The number by which a person and the log speak of one request."""
    if "reference" not in g:
        g.reference = f"{secrets.token_hex(2)}-{secrets.token_hex(1)}".upper()
    return str(g.reference)


def _begin() -> None:
    g.began = time.monotonic()


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
    return getattr(current_user, "account_id", "-") if request.endpoint else "-"
