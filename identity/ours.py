"""Our own keys: they open what an issuer sealed for us, and prove that it is us."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

LIFETIME = timedelta(minutes=1)  # it is made for one question, and asked at once
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
OF_CURVE = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}

Key = RSAKey | ECKey


@dataclass(frozen=True)
class OwnKeys:
    """Private keys of ours; a key that names its use serves for that alone."""

    keys: tuple[Key, ...] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "OwnKeys":
        """The keys of a JWK set; or a ValueError that quotes nothing of them."""
        try:
            found = KeySet.import_key_set(json.loads(text)).keys
        except (JoseError, ValueError, KeyError, TypeError):
            raise ValueError("_KEYS holds a key that cannot be read") from None
        return cls(tuple(_private(key) for key in found))

    @property
    def opening(self) -> Iterator[Key]:
        """With which of them something may be sealed for us."""
        return (key for key in self.keys if key.get("use") != "sig")

    @property
    def signs(self) -> bool:
        return any(True for _key in self._signing)

    def assertion(self, client_id: str, endpoint: str, *, now: datetime) -> str:
        """That it is we who ask there, now and once: private_key_jwt."""
        key = next(self._signing)
        algorithm = _algorithm(key)
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": endpoint,
            "jti": secrets.token_urlsafe(16),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
        }
        header = {"alg": algorithm, "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=[algorithm])

    @property
    def _signing(self) -> Iterator[Key]:
        return (key for key in self.keys if key.get("use") != "enc")


def _private(key: object) -> Key:
    if not isinstance(key, Key) or not key.is_private:
        raise ValueError("_KEYS holds a key that is not a private one of RSA or EC")
    return key


def _algorithm(key: Key) -> str:
    """By which it signs: as the key says, else as is usual for its kind."""
    if isinstance(key, ECKey):
        return OF_CURVE[key.curve_name]
    return "PS256" if key.get("alg") == "PS256" else "RS256"
