"""Machines with keys of their own, and what they sign with them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

AUDIENCE = "https://bestanden.example/tenant/oauth2/v2.0/token"
RSA, EC = RSAKey.generate_key(2048), ECKey.generate_key("P-256")


def pem(key: RSAKey | ECKey, *, private: bool = False) -> str:
    return key.as_pem(private=private).decode()


@dataclass
class Machine:
    """It signs what it says, as a client of a provider does."""

    client_id: str
    key: RSAKey | ECKey = field(default_factory=lambda: EC)
    algorithm: str = "ES256"
    header: Mapping[str, str] = field(default_factory=dict)

    def says(self, now: datetime, **other: object) -> str:
        """An assertion for us, now; a claim that is None is left out."""
        at = int(now.timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": AUDIENCE,
            "jti": str(uuid4()),
            "nbf": at,
            "exp": at + 3600,
            **other,
        }
        said = json.dumps(
            {name: value for name, value in claims.items() if value is not None}
        )
        header = {"alg": self.algorithm, "typ": "JWT", **self.header}
        return jws.serialize_compact(
            header, said, self.key, algorithms=[self.algorithm]
        )
