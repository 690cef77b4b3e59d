"""Asking an issuer: over TLS, within a time and a size, never sent on elsewhere."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from identity import NoIdentity

CONNECT, ANSWER = 3.05, 10
TIMEOUT = (CONNECT, ANSWER)
LARGEST = 256 * 1024
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def secured(url: object) -> str:
    """The address, unless others could read along on the way there."""
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not isinstance(url, str) or not (parts.scheme == "https" or is_here):
        raise NoIdentity("the issuer names an address that is not https")
    return url


def ask(url: object, *, bearer: str = "") -> tuple[str, str]:
    """The kind of what lies there, and its text; the bearer may see what is theirs."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    try:
        with requests.get(
            secured(url),
            headers={"Accept": "application/json, application/jwt", **headers},
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code != requests.codes.ok:
                raise NoIdentity(f"the issuer answers {answer.status_code}")
            body = answer.raw.read(LARGEST + 1, decode_content=True)
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    except (requests.RequestException, OSError) as failed:
        raise NoIdentity(f"the issuer is away: {type(failed).__name__}") from failed
    if len(body) > LARGEST:
        raise NoIdentity("the issuer answers at too great length")
    return kind, body.decode("utf-8", "replace")


def mapping(value: object) -> Mapping[str, Any]:
    """What ought to be an object of JSON, and is one."""
    if not isinstance(value, dict):
        raise NoIdentity("the issuer answers with something else than an object")
    return value
