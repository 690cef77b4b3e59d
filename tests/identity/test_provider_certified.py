"""The same door against the certified oidc-provider, as strict as its makers are."""

import json
from collections.abc import Iterator
from functools import partial

import pytest
from joserfc.jwk import ECKey, KeySet, RSAKey

from app.kernel.clock import system_clock
from identity.oidc import Oidc
from tests.clock import FakeClock
from tests.identity.coming import (
    BACK,
    CLAIMS,
    knows_whose_code_it_is,
    says_who_it_is,
)
from tests.servers import certified
from tests.servers.certified import Certified

CLIENT, SEALED, SECRET = "energiepost", "energiepost-sealed", "geheim van niemand"
SIGNS, OPENS = ECKey.generate_key("P-256"), RSAKey.generate_key(2048)
ours = [
    {**SIGNS.as_dict(private=True), "use": "sig", "kid": "signs"},
    {**OPENS.as_dict(private=True), "use": "enc", "kid": "opens"},
]
go = partial(certified.came_back, back=BACK)


def clients() -> list[dict[str, object]]:
    """Us as most issuers know us, and as itsme does: no secret, all of it sealed."""
    public = KeySet.import_key_set({"keys": ours}).as_dict(private=False)
    plain = {"redirect_uris": [BACK], "id_token_signed_response_alg": "ES256"}
    sealed = {
        "id_token_encrypted_response_alg": "RSA-OAEP-256",
        "id_token_encrypted_response_enc": "A128CBC-HS256",
        "userinfo_signed_response_alg": "ES256",
        "userinfo_encrypted_response_alg": "RSA-OAEP-256",
        "userinfo_encrypted_response_enc": "A128CBC-HS256",
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": public,
    }
    return [
        {"client_id": CLIENT, "client_secret": SECRET, **plain},
        {"client_id": SEALED, **plain, **sealed},
    ]


@pytest.fixture(scope="module")
def provider() -> Certified:
    return Certified(certified.address(), clients(), CLAIMS)


@pytest.fixture(scope="module")
def address(provider: Certified) -> Iterator[str]:
    with provider.running():
        yield provider.address


def test_a_certified_issuer_says_who_it_is(address: str) -> None:
    says_who_it_is(Oidc(address, CLIENT, SECRET, clock=system_clock), go)


def test_a_certified_issuer_seals_for_us_and_knows_us_by_our_key(address: str) -> None:
    keys = json.dumps({"keys": ours})
    says_who_it_is(Oidc(address, SEALED, "", clock=system_clock, keys=keys), go)


def test_a_code_that_was_taken_away_is_good_for_nobody(address: str) -> None:
    knows_whose_code_it_is(Oidc(address, CLIENT, SECRET, clock=system_clock), go)


def test_keys_that_a_certified_issuer_changed_are_looked_for(
    provider: Certified,
) -> None:
    elsewhere = Certified(certified.address(), provider.clients, provider.claims)
    clock = FakeClock(system_clock())
    door = Oidc(elsewhere.address, CLIENT, SECRET, clock=clock)
    with elsewhere.running():
        says_who_it_is(door, go)
    clock.forward(minutes=1)
    with elsewhere.running():
        says_who_it_is(door, go)
