"""Who may say who somebody is: the issuers that an operator configured."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from app.settings_values import bucket_address, line

NAMES = ("eid", "itsme", "csam")


class Read(Protocol):
    """How a setting is read, and how it complains."""

    def __call__(
        self, name: str, parse: "Parse", default: str | None = None
    ) -> str: ...


class Parse(Protocol):
    """A setting's text in, the text that we keep out; or a ValueError."""

    def __call__(self, text: str, /) -> str: ...


@dataclass(frozen=True)
class Issuer:
    """An issuer of OpenID Connect, and who we are to it.

    keys: our private keys as a JWK set, where it seals its tokens for us, or where
    they prove who we are instead of a secret.
    """

    name: str
    address: str
    client_id: str
    client_secret: str = field(repr=False)
    keys: str = field(repr=False)


def issuers(read: Read) -> Iterator[Issuer]:
    """Each issuer that has an address; with it, who we are there must be told."""
    for name in NAMES:
        start = f"OIDC_{name.upper()}"
        address = read(f"{start}_ISSUER", issuer, "")
        needed = None if address else ""
        client_id = read(f"{start}_CLIENT_ID", line, needed)
        keys = read(f"{start}_KEYS", key_set, "")
        secret = read(f"{start}_CLIENT_SECRET", line, "" if keys else needed)
        found = Issuer(name, address, client_id, secret, keys)
        if address:
            yield found


def issuer(text: str) -> str:
    """An address over TLS, without what only a request has."""
    parts = urlsplit(bucket_address(text))
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("must be like https://issuer.example/path")
    return text


def key_set(text: str) -> str:
    """A JWK set; who complains never quotes what was in it."""
    if not text:
        return ""
    try:
        keys = json.loads(text)["keys"]
        is_set = bool(keys) and all(
            isinstance(key, dict) and "kty" in key for key in keys
        )
    except (ValueError, KeyError, TypeError):
        is_set = False
    if not is_set:
        raise ValueError('must be a JWK set, like {"keys": [...]}')
    return text
