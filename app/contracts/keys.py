"""Public keys of machines: read once, and what a machine signs with its own of the two.

A machine shows that it holds the private half by an assertion (RFC 7523): a token that
says who it is and for whom, signed anew each time.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPublicKey,
    RSAPublicNumbers,
)
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

LONGEST_KEY, LONGEST_ASSERTION, LONGEST_JTI = 8_000, 8_000, 255
SMALLEST_RSA, LARGEST_RSA, SMALLEST_EXPONENT = 2048, 8192, 65537
CURVE = "P-256"
# an algorithm that its key allows, and never one that the token alone asks for
ALGORITHMS = {"RSA": ("RS256", "PS256"), "EC": ("ES256",)}
KINDS: dict[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
PARTS = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y")}
PRIVATE_PARTS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# the clients that there are say an hour; each serves once all the same
LONGEST_LIFE = timedelta(hours=1)
SKEW = timedelta(minutes=1)

UNREADABLE = "We kunnen deze sleutel niet lezen. Plak ze als PEM of als JWK."
CERTIFICATE = "Dit is een certificaat. Plak alleen de publieke sleutel die erin zit."
TOO_WEAK = "Deze RSA-sleutel is te zwak. Neem er een van minstens 2048 bits."
TOO_LARGE = "Deze RSA-sleutel is te groot. Neem er een van hoogstens 8192 bits."
UNFIT = "Dit soort sleutel kennen we niet. Neem RSA (minstens 2048 bits) of EC P-256."
PRIVATE = (
    "Dit is een private sleutel. We bewaren ze niet, maar ze heeft jouw systeem "
    "verlaten: gebruik ze nooit meer. Maak een nieuw sleutelpaar en plak hier alleen "
    "de publieke sleutel."
)


class UnfitKey(Exception):
    """Nothing to know a machine by; why, in a sentence."""


class NoProof(ValueError):
    """An assertion that proves nothing; the reason is for a test, not for the asker."""


@dataclass(frozen=True)
class PublicKey:
    """jwk: its parts and no more, as JSON; thumbprint: RFC 7638, to compare by eye."""

    jwk: str
    thumbprint: str


@dataclass(frozen=True)
class Proof:
    """What an assertion said that must not be said twice."""

    jti: str
    until: datetime


def read_key(text: str) -> PublicKey:
    """The public key in PEM or JWK; UnfitKey says why it is none."""
    text = text.strip()
    if "PRIVATE KEY" in text.upper():
        raise UnfitKey(PRIVATE)
    if "BEGIN CERTIFICATE" in text:
        raise UnfitKey(CERTIFICATE)
    if not text or len(text) > LONGEST_KEY:
        raise UnfitKey(UNREADABLE)
    key = _of_jwk(text) if text.startswith("{") else _of_pem(text)
    whole = key.as_dict(private=False)
    parts = {name: str(whole[name]) for name in PARTS[key.key_type]}
    return PublicKey(json.dumps(parts, sort_keys=True), key.thumbprint())


def proof_of(
    assertion: str, jwk: str, *, client_id: str, audience: str, now: datetime
) -> Proof:
    """What that machine signed with its key, for us and now; NoProof for all else."""
    said = _signed(assertion, json.loads(jwk))
    if not said.get("iss") == said.get("sub") == client_id:
        raise NoProof("iss, sub")
    if said.get("aud") not in (audience, [audience]):
        raise NoProof("aud")
    until = _moment(said, "exp")
    if not now < until <= now + LONGEST_LIFE + SKEW:
        raise NoProof("exp")
    if any(_moment(said, name) > now + SKEW for name in ("nbf", "iat") if name in said):
        raise NoProof("nbf, iat")
    jti = said.get("jti")
    if not (isinstance(jti, str) and jti.isprintable() and 0 < len(jti) <= LONGEST_JTI):
        raise NoProof("jti")
    return Proof(jti, until)


def _of_pem(text: str) -> RSAKey | ECKey:
    try:
        found = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise UnfitKey(UNREADABLE) from None
    if isinstance(found, RSAPublicKey):
        return _of_rsa(found.public_numbers())
    if isinstance(found, EllipticCurvePublicKey) and isinstance(found.curve, SECP256R1):
        return ECKey.import_key(found)
    raise UnfitKey(UNFIT)


def _of_jwk(text: str) -> RSAKey | ECKey:
    try:
        said = json.loads(text, object_hook=_public)
    except (ValueError, RecursionError):
        raise UnfitKey(UNREADABLE) from None
    kind = said.get("kty")
    try:
        if kind == "RSA":
            return _of_rsa(RSAPublicNumbers(_number(said["e"]), _number(said["n"])))
        if kind == "EC" and said["crv"] == CURVE:
            return ECKey.import_key({name: said[name] for name in PARTS["EC"]})
    except (JoseError, ValueError, TypeError, KeyError):
        raise UnfitKey(UNREADABLE) from None
    raise UnfitKey(UNFIT)


def _public(part: dict[str, object]) -> dict[str, object]:
    """Each object of what was pasted: a private key may lie in a set of them."""
    if PRIVATE_PARTS & part.keys():
        raise UnfitKey(PRIVATE)
    return part


def _of_rsa(numbers: RSAPublicNumbers) -> RSAKey:
    """Refused when somebody might guess it, or when it costs us too much to use."""
    if numbers.n.bit_length() > LARGEST_RSA:
        raise UnfitKey(TOO_LARGE)
    if numbers.n.bit_length() < SMALLEST_RSA or numbers.e < SMALLEST_EXPONENT:
        raise UnfitKey(TOO_WEAK)
    return RSAKey.import_key(numbers.public_key())


def _number(text: str) -> int:
    """A number as a JWK writes it."""
    return int.from_bytes(urlsafe_b64decode(f"{text}=="))


def _signed(assertion: str, jwk: dict[str, str | list[str]]) -> Mapping[str, object]:
    """What it says, if that key signed it."""
    if len(assertion) > LONGEST_ASSERTION:
        raise NoProof("size")
    kind = str(jwk["kty"])
    # a header may say more than we know, such as a certificate's thumbprint
    reads = jws.JWSRegistry(algorithms=ALGORITHMS[kind], strict_check_header=False)
    try:
        key = KINDS[kind].import_key(jwk)
        found = jws.deserialize_compact(assertion, key, registry=reads)
        said = json.loads(found.payload)
    except (JoseError, ValueError, RecursionError):
        raise NoProof("signature") from None
    if not isinstance(said, dict):
        raise NoProof("claims")
    return said


def _moment(said: Mapping[str, object], name: str) -> datetime:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoProof(name)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        raise NoProof(name) from None
