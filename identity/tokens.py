"""ID tokens: opened, their signature checked, their claims held against the attempt."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from identity import NoIdentity
from identity.ours import Key
from identity.wire import mapping

SIGNED = ("RS256", "PS256", "ES256", "ES384", "ES512")
SEALED = (
    *("RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"),
    *("A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"),
)
# a header may say more than we know, as issuers do (RFC 7519 §5.3); what is critical
# and unknown to us is refused all the same
READS_SIGNED = jws.JWSRegistry(algorithms=SIGNED, strict_check_header=False)
READS_SEALED = jwe.JWERegistry(algorithms=SEALED, strict_check_header=False)
SKEW = timedelta(minutes=1)
OLDEST = timedelta(minutes=10)
PARTS_SEALED, PARTS_SIGNED = 5, 3


@dataclass(frozen=True)
class Expected:
    """Of whom a token has to be, for whom, and in answer to what."""

    issuer: str
    client_id: str
    nonce: str


def opened(token: str, ours: Iterable[Key]) -> str:
    """The signed token inside; one that is not sealed is that already.

    Whichever of our keys opens it: an issuer may not say for which it sealed.
    """
    if token.count(".") + 1 != PARTS_SEALED:
        return token
    why = "the token is sealed, and we have no key"
    for key in ours:
        try:
            sealed = jwe.decrypt_compact(token, key, registry=READS_SEALED)
        except (JoseError, ValueError) as wrong:
            why = f"the seal does not open: {type(wrong).__name__}"
        else:
            return (sealed.plaintext or b"").decode("ascii", "replace")
    raise NoIdentity(why)


def key_id(token: str) -> str:
    """By which key it says that it was signed; nothing of it is proven yet."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as wrong:
        raise NoIdentity(f"this is no token: {type(wrong).__name__}") from wrong
    return str(header.get("kid", ""))


def signed_claims(token: str, theirs: KeySet) -> Mapping[str, Any]:
    """What the issuer signed, with an algorithm of ours and a key of theirs."""
    try:
        found = jws.deserialize_compact(token, theirs, registry=READS_SIGNED)
        return mapping(json.loads(found.payload))
    except (JoseError, ValueError) as wrong:
        raise NoIdentity(f"the signature fails: {type(wrong).__name__}") from wrong


def check(claims: Mapping[str, Any], expected: Expected, *, now: datetime) -> None:
    """NoIdentity unless it is of that issuer, for us, now, and in answer to this."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
    wrong = {
        "iss": claims.get("iss") != expected.issuer,
        "aud": expected.client_id not in audiences,
        "azp": claims.get("azp", expected.client_id) != expected.client_id
        or (len(audiences) > 1 and "azp" not in claims),
        "nonce": not expected.nonce or claims.get("nonce") != expected.nonce,
        "exp": expires <= (now - SKEW).timestamp(),
        "iat": not (now - OLDEST).timestamp() <= issued <= (now + SKEW).timestamp(),
        "sub": not isinstance(claims.get("sub"), str) or not claims["sub"],
    }
    if faults := [name for name, is_wrong in wrong.items() if is_wrong]:
        raise NoIdentity(f"the token does not fit: {', '.join(faults)}")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoIdentity(f"the token does not fit: {name}")
    return float(value)
