"""An issuer of OpenID Connect that can be told to lie, on the loopback."""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request
from joserfc import jwe, jws, jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from tests.servers.web import free_port, serving

WIEBE = {
    "sub": "wiebe-1",
    "given_name": "Wiebe",
    "family_name": "Zon",
    "national_number": "85.07.30-033 28",
}
DISCOVERY = "/.well-known/openid-configuration"
CLIENT, SECRET = "energiepost", "geheim van niemand"


class Liar(jws.JWSRegistry):
    """Signs whatever header it is told to."""

    def __init__(self, algorithms: list[str]) -> None:
        super().__init__(algorithms=algorithms)

    def check_header(self, header: Mapping[str, object]) -> None:
        """Nothing is wrong with it."""


@dataclass
class Issuer:
    """Everybody who comes is `person`; each knob bends one thing that it says.

    claims and header replace what would have stood there; None takes it away.
    """

    address: str
    clock: Callable[[], datetime]
    person: Mapping[str, Any] = field(default_factory=lambda: dict(WIEBE))
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    userinfo: Mapping[str, Any] | None = None
    sealed_for: RSAKey | None = None
    knows_us_by: KeySet | None = None
    proofs: list[str] = field(default_factory=list)
    keys: KeySet = field(default_factory=lambda: KeySet([_key()]))
    signs_with: Any = None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self) -> None:
        self.keys = KeySet([_key()])

    def published(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            **({"userinfo_endpoint": f"{self.address}/me"} if self.userinfo else {}),
            **self.metadata,
        }

    def jwks(self) -> dict[str, Any]:
        return dict(self.keys.as_dict())

    def code(self, query: Mapping[str, str]) -> str:
        code = secrets.token_urlsafe(8)
        self.codes[code] = dict(query)
        return code

    def token(self, form: Mapping[str, str]) -> dict[str, object]:
        asked = self.codes.pop(form["code"])
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest())
        assert asked["code_challenge"] == challenge.decode().rstrip("=")
        assert asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"] == form["redirect_uri"]
        now = int(self.clock().timestamp())
        claims = {
            **self.person,
            "iss": self.address,
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        return {
            "access_token": "toegang",
            "token_type": "Bearer",
            "id_token": self.signed(told),
        }

    def signed(self, claims: Mapping[str, Any]) -> str:
        key = self.signs_with or self.keys.keys[0]
        header = {"alg": "ES256", "kid": self.keys.keys[0].kid, **self.header}
        header = {name: value for name, value in header.items() if value is not None}
        told = json.dumps(dict(claims))
        token = jws.serialize_compact(header, told, key, registry=Liar([header["alg"]]))
        if self.sealed_for is None:
            return token
        around = {"alg": "RSA-OAEP-256", "enc": "A128CBC-HS256", "cty": "JWT"}
        algorithms = ["RSA-OAEP-256", "A128CBC-HS256"]
        return jwe.encrypt_compact(
            around, token.encode(), self.sealed_for, algorithms=algorithms
        )


def _key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)


@contextmanager
def issuer(clock: Callable[[], datetime]) -> Iterator[Issuer]:
    """One that answers, until the block ends."""
    port = free_port()
    made = Issuer(f"http://127.0.0.1:{port}", clock)
    with serving(app_of(made), port):
        yield made


def app_of(made: Issuer) -> Flask:
    """Its addresses; whatever it was told to answer otherwise goes first."""
    app = Flask("issuer")

    @app.before_request
    def other_answer() -> Response | None:
        made.asked.append(request.path)
        if request.path not in made.answers:
            return None
        status, body = made.answers[request.path]
        return Response(body, status, {"Location": f"{made.address}/jwks"})

    app.add_url_rule(DISCOVERY, "discovery", made.published)
    app.add_url_rule("/jwks", "jwks", made.jwks)
    app.add_url_rule("/authorize", "authorize", lambda: _authorize(made))
    app.add_url_rule("/token", "token", lambda: _token(made), methods=["POST"])
    app.add_url_rule("/me", "me", lambda: _me(made))
    return app


def _authorize(made: Issuer) -> Any:
    answer = {"code": made.code(request.args), "state": request.args["state"]}
    return redirect(f"{request.args['redirect_uri']}?{urlencode(answer)}")


def _token(made: Issuer) -> dict[str, object]:
    if made.knows_us_by is not None:
        _check_assertion(made, made.knows_us_by, request.form)
        return made.token(request.form)
    given = request.authorization
    assert given is not None
    assert (given.username, given.password) == (CLIENT, SECRET)
    return made.token(request.form)


def _check_assertion(made: Issuer, ours: KeySet, form: Mapping[str, str]) -> None:
    """What RFC 7523 asks of who proves by a key who they are."""
    assert "Authorization" not in request.headers
    assert form["client_id"] == CLIENT
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert form["client_assertion_type"] == kind
    proof = jwt.decode(
        form["client_assertion"],
        ours,
        algorithms=["RS256", "PS256", "ES256"],
    ).claims
    now = int(made.clock().timestamp())
    assert (proof["iss"], proof["sub"]) == (CLIENT, CLIENT)
    assert proof["aud"] == f"{made.address}/token"
    assert now - 5 <= proof["iat"] <= now < proof["exp"] <= now + 300
    assert proof["jti"] not in made.proofs
    made.proofs.append(proof["jti"])


def _me(made: Issuer) -> Any:
    assert request.headers["Authorization"] == "Bearer toegang"
    told = dict(made.userinfo or {})
    if "signed" in told:
        return Response(made.signed(told["signed"]), mimetype="application/jwt")
    return told
