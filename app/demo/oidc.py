"""The demo's own eID, itsme and CSAM: a small issuer, with the demo's people in it."""

import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from werkzeug.wrappers import Response as AnyResponse

from app.demo.citizens import CITIZENS, Citizen
from app.kernel.errors import Invalid, NotFound
from app.settings_identity import Issuer
from app.web.context import runtime
from app.web.csrf import for_machines
from app.web.guards import public

bp = Blueprint("demo_oidc", __name__, url_prefix="/demo/oidc/<name>")

LIFETIME = 300
ASKED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")
NAMES = {"eid": "eID", "itsme": "itsme®", "csam": "CSAM"}


@dataclass(frozen=True)
class Desk:
    """What the issuer remembers: its key, and the codes that nobody brought yet.

    It is the one process that serves the demo's pages; with it, all is forgotten.
    """

    key: ECKey = field(
        default_factory=lambda: ECKey.generate_key(
            "P-256", {"use": "sig"}, auto_kid=True
        )
    )
    codes: dict[str, tuple[Citizen, dict[str, str]]] = field(default_factory=dict)


DESK = Desk()


@bp.get("/.well-known/openid-configuration")
@public
def published(name: str) -> dict[str, object]:
    base = _issuer(name).address
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "jwks_uri": f"{base}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
    }


@bp.get("/jwks")
@public
def keys(name: str) -> Response:
    _issuer(name)
    public_keys = KeySet([DESK.key]).as_dict(private=False)
    return Response(json.dumps(public_keys), mimetype="application/json")


@bp.get("/authorize")
@public
def choose(name: str) -> str:
    """Who is it this time? In the demo, whoever one likes to be."""
    asked = _asked(_issuer(name))
    return render_template(
        "demo/oidc.html",
        called=NAMES[name],
        people=CITIZENS,
        asked=asked,
        tells_functions=name == "csam",
    )


@bp.post("/authorize")
@public
def authorize(name: str) -> AnyResponse:
    """Back with a code, or with a no."""
    asked = _asked(_issuer(name))
    wanted = request.form.get("wie", "")
    person = next((one for one in CITIZENS if one.key == wanted), None)
    answer = {"state": asked["state"]}
    if person is None:
        answer["error"] = "access_denied"
    else:
        answer["code"] = secrets.token_urlsafe(32)
        DESK.codes[answer["code"]] = person, asked
    return redirect(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)


@bp.post("/token")
@for_machines
@public
def token(name: str) -> Response | dict[str, object]:
    """The ID token for a code, once, to who began it."""
    issuer, given = _issuer(name), request.authorization
    person, asked = DESK.codes.pop(request.form.get("code", ""), (None, {}))
    verifier = request.form.get("code_verifier", "")
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode()
    is_ours = (
        given is not None
        and secrets.compare_digest(given.password or "", issuer.client_secret)
        and challenge.rstrip("=") == asked.get("code_challenge")
        and request.form.get("redirect_uri") == asked.get("redirect_uri")
    )
    if person is None or not is_ours:
        body = json.dumps({"error": "invalid_grant"})
        return Response(body, 400, mimetype="application/json")
    return {
        "access_token": secrets.token_urlsafe(32),
        "token_type": "Bearer",
        "id_token": _id_token(issuer, person, asked),
    }


def _id_token(issuer: Issuer, person: Citizen, asked: dict[str, str]) -> str:
    now = int(runtime().clock().timestamp())
    claims = {
        "iss": issuer.address,
        "aud": issuer.client_id,
        "sub": f"{issuer.name}-{person.key}",
        "nonce": asked["nonce"],
        "iat": now,
        "exp": now + LIFETIME,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "national_number": person.national_number,
    }
    if person.email:
        claims |= {"email": person.email, "email_verified": True}
    if issuer.name == "csam":
        claims["organisations"] = [
            {
                "kbo": firm.kbo.digits,
                "name": firm.name,
                "address": firm.address,
                "function": function,
            }
            for firm, function in person.functions
        ]
    header = {"alg": "ES256", "kid": DESK.key.kid}
    return jwt.encode(header, claims, DESK.key, algorithms=["ES256"])


def _asked(issuer: Issuer) -> dict[str, str]:
    """What our own pages ask for; anything else is no visitor of this demo."""
    asked = {name: request.values.get(name, "") for name in ASKED}
    back = url_for("organisations.back", issuer=issuer.name)
    if (
        asked["client_id"] != issuer.client_id
        or asked["redirect_uri"] != runtime().settings.base_url + back
        or request.values.get("code_challenge_method", "S256") != "S256"
    ):
        raise Invalid
    return asked


def _issuer(name: str) -> Issuer:
    known = {issuer.name: issuer for issuer in runtime().settings.issuers}
    if name not in known:
        raise NotFound("issuer")
    return known[name]
