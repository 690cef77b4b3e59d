"""Keys that machines are known by, and what they sign: read, and refused by name."""

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from app.contracts.keys import (
    CERTIFICATE,
    LONGEST_ASSERTION,
    PRIVATE,
    TOO_LARGE,
    TOO_WEAK,
    UNFIT,
    UNREADABLE,
    NoProof,
    UnfitKey,
    proof_of,
    read_key,
)
from tests.app.contracts.machines import AUDIENCE, EC, RSA, Machine, pem

NOW = datetime(2026, 10, 26, 10, tzinfo=UTC)
ME = "7d0a9a52-0f0f-4ad6-9f36-0f1c9e6b7c11"
KEYS: dict[str, RSAKey | ECKey] = {"EC": EC, "RSA": RSA}
SHORT = {"kty": "RSA", "n": "_" * 340, "e": "AQAB"}  # 2040 bits
HUGE = {"kty": "RSA", "n": "_" * 1400, "e": "AQAB"}
SMALL_E = {**RSA.as_dict(private=False), "e": "Aw"}


@pytest.mark.parametrize("key", [RSA, EC])
@pytest.mark.parametrize("as_jwk", [True, False])
def test_a_public_key_is_read_as_pem_and_as_jwk(
    key: RSAKey | ECKey, *, as_jwk: bool
) -> None:
    public = {**key.as_dict(private=False), "kid": "x", "use": "sig"}
    text = json.dumps(public) if as_jwk else pem(key)
    found = read_key(f"\r\n {text}\n")
    assert found.thumbprint == key.thumbprint()
    assert set(json.loads(found.jwk)) <= {"kty", "n", "e", "crv", "x", "y"}


@pytest.mark.parametrize(
    "text",
    [
        pem(RSA, private=True),
        pem(EC, private=True),
        "ENCRYPTED PRIVATE KEY",
        json.dumps(RSA.as_dict(private=True)),
        json.dumps(EC.as_dict(private=True)),
        json.dumps({"keys": [EC.as_dict(private=True)]}),
        json.dumps(OctKey.generate_key(256).as_dict(private=True)),
    ],
    ids=["pem-rsa", "pem-ec", "pem-sealed", "jwk-rsa", "jwk-ec", "jwk-set", "jwk-oct"],
)
def test_a_private_key_is_refused_loudly(text: str) -> None:
    with pytest.raises(UnfitKey) as refused:
        read_key(text)
    assert str(refused.value) == PRIVATE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", UNREADABLE),
        ("sleutel", UNREADABLE),
        ("\0é", UNREADABLE),
        ("{", UNREADABLE),
        ('{"kty":' * 900, UNREADABLE),
        ("x" * 8001, UNREADABLE),
        ("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", UNREADABLE),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", CERTIFICATE),
        ('{"kty": "EC"}', UNREADABLE),
        ('{"kty": ["EC"]}', UNFIT),
        ('{"keys": []}', UNFIT),
        ('{"kty": "EC", "crv": "P-256", "x": 5, "y": "AA"}', UNREADABLE),
        ('{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}', UNREADABLE),
        ('{"kty": "RSA", "n": 5, "e": "AQAB"}', UNREADABLE),
        ('{"kty": "EC", "crv": "P-384"}', UNFIT),
        (json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False)), UNFIT),
        (pem(ECKey.generate_key("P-384")), UNFIT),
        (json.dumps(SHORT), TOO_WEAK),
        (json.dumps(SMALL_E), TOO_WEAK),
        (json.dumps(HUGE), TOO_LARGE),
    ],
    ids=map(str, range(20)),  # a key that is made anew is no name of a test
)
def test_what_is_no_fit_key_says_why(text: str, sentence: str) -> None:
    with pytest.raises(UnfitKey) as refused:
        read_key(text)
    assert str(refused.value) == sentence


def proof(assertion: str, kind: str = "EC") -> datetime:
    public = read_key(pem(KEYS[kind])).jwk
    found = proof_of(assertion, public, client_id=ME, audience=AUDIENCE, now=NOW)
    return found.until


@pytest.mark.parametrize(
    ("kind", "algorithm"), [("EC", "ES256"), ("RSA", "RS256"), ("RSA", "PS256")]
)
def test_what_its_own_key_signed_proves_who_it_is(kind: str, algorithm: str) -> None:
    machine = Machine(ME, KEYS[kind], algorithm, {"x5t": "aGFuZA", "kid": "mine"})
    assert proof(machine.says(NOW), kind) == NOW + timedelta(hours=1)
    assert proof(machine.says(NOW, aud=[AUDIENCE], nbf=None), kind)


AT = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("claim", "values"),
    [
        ("iss", ["other", None, 5]),
        ("sub", ["other", None]),
        ("aud", ["https://other.example", None, [AUDIENCE, "https://other.example"]]),
        ("exp", [AT, AT - 1, AT + 3661, None, "5", True, 10**400, 1e300, -(10**18)]),
        ("nbf", [AT + 61, "x"]),
        ("iat", [AT + 61, []]),
        ("jti", [None, "", 5, "x" * 256, "half a pair \ud800"]),
    ],
)
def test_each_claim_is_held_against_us_and_now(
    claim: str, values: list[object]
) -> None:
    for value in values:
        with pytest.raises(NoProof, match=claim):
            proof(Machine(ME).says(NOW, **{claim: value}))


def test_nothing_but_its_own_signature_counts() -> None:
    good = Machine(ME).says(NOW)
    head, body, _signature = good.split(".")
    shared = "eyJhbGciOiJIUzI1NiJ9." + body  # its public key as if it were a secret
    mac = hmac.digest(pem(EC).encode(), shared.encode(), "sha256")
    shared += "." + urlsafe_b64encode(mac).decode().rstrip("=")
    for wrong in (
        Machine(ME, ECKey.generate_key("P-256")).says(NOW),
        Machine(ME, RSA, "RS256").says(NOW),
        f"{head}.{body}.",
        f"{good[:-4]}AAAA",
        "eyJhbGciOiJub25lIn0.e30.",
        shared,
        "",
        "a.b.c",
        "é.\0.x",
        good + "." * LONGEST_ASSERTION,
    ):
        with pytest.raises(NoProof):
            proof(wrong)


def test_an_algorithm_that_its_key_allows_and_we_do_not_is_refused() -> None:
    with pytest.raises(NoProof, match="signature"):
        proof(Machine(ME, RSA, "RS512").says(NOW), "RSA")


def test_claims_are_a_list_of_names() -> None:
    said = jws.serialize_compact({"alg": "ES256"}, b"[1]", EC, algorithms=["ES256"])
    with pytest.raises(NoProof, match="claims"):
        proof(said)
