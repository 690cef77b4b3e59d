"""What must hold of an issuer that others wrote, whichever it is."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from identity import NoIdentity
from identity.oidc import Oidc

BACK = "https://bestanden.example/aanmelden/terug/csam"
CLAIMS = {
    "given_name": "Wiebe",
    "family_name": "Zon",
    "email": "wiebe@zon.example",
    "email_verified": True,
    "organisations": [{"kbo": "0123456749", "name": "Zonadvies"}],
}


def brought(address: str) -> dict[str, str]:
    """What a browser brings back that was sent there."""
    query = parse_qs(urlsplit(address).query)
    return {name: values[0] for name, values in query.items()}


def says_who_it_is(door: Oidc, go: Callable[[str], str]) -> None:
    """There and back: who it is, for one code; go: where the issuer sends them."""
    address, attempt = door.begin(BACK)
    query = brought(go(address))
    found = door.finish(query, attempt)
    assert (found.name, found.email) == ("Wiebe Zon", "wiebe@zon.example")
    assert [one.kbo for one in found.organisations] == ["0123456749"]
    with pytest.raises(NoIdentity, match="code is not taken"):
        door.finish(query, attempt)  # the code is spent


def knows_whose_code_it_is(door: Oidc, go: Callable[[str], str]) -> None:
    """Who took a code away has neither its verifier nor its nonce."""
    address, _attempt = door.begin(BACK)
    query = brought(go(address))
    _address, other = door.begin(BACK)
    query["state"] = other.state
    with pytest.raises(NoIdentity, match=r"code is not taken|not fit: nonce"):
        door.finish(query, other)
