"""OpenID Connect: the code flow with PKCE, state and nonce, against one issuer."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from identity import Attempt, Identity, NoIdentity
from identity.claims import identity_of
from identity.ours import ASSERTION, OwnKeys
from identity.tokens import Expected, check, key_id, opened, signed_claims
from identity.wire import TIMEOUT, ask, mapping, secured

DISCOVERY = "/.well-known/openid-configuration"
TELLS_ITSELF = "authorization_response_iss_parameter_supported"
SCOPE = "openid profile email"
STANDS = timedelta(hours=1)  # an issuer's addresses and keys are asked anew after it
AWAY = timedelta(seconds=10)  # who does not answer is left alone for so long
ROTATED = timedelta(minutes=1)  # an unknown key is looked for, at most so often
CANCELLED = {"access_denied", "login_required", "interaction_required"}


@dataclass(frozen=True)
class Known:
    """What an issuer published, and when we asked."""

    metadata: Mapping[str, Any]
    keys: KeySet
    asked_at: datetime


class Oidc:
    """One issuer, as an operator configured it.

    Without a secret we prove with our own keys that it is us: private_key_jwt.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        secret: str,
        *,
        clock: Callable[[], datetime],
        keys: str = "",
        scope: str = SCOPE,
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._clock = clock
        self._ours = OwnKeys.parse(keys) if keys else OwnKeys(())
        if not secret and not self._ours.signs:
            raise ValueError("_KEYS holds no key to sign with, and there is no secret")
        self._scope = scope
        self._known: Known | None = None
        self._away_until: datetime | None = None

    def begin(self, redirect_uri: str) -> tuple[str, Attempt]:
        """The address to send the person to, and what to remember; or NoIdentity."""
        attempt = Attempt(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            redirect_uri=redirect_uri,
        )
        with self._session(redirect_uri) as session:
            address, _state = session.create_authorization_url(
                secured(self._published().metadata.get("authorization_endpoint")),
                state=attempt.state,
                code_verifier=attempt.verifier,
                nonce=attempt.nonce,
            )
        return str(address), attempt

    def finish(self, query: Mapping[str, str], attempt: Attempt) -> Identity:
        """Who came back with this query; or NoIdentity. An attempt is good for one."""
        if error := query.get("error"):
            raise NoIdentity("the issuer sent them back", cancelled=error in CANCELLED)
        if not secrets.compare_digest(query.get("state", ""), attempt.state):
            raise NoIdentity("the state is of another attempt")
        if not self._is_theirs(query.get("iss")):
            raise NoIdentity("the answer is of another issuer")
        now = self._clock()
        token = self._token(query.get("code", ""), attempt)
        claims = self._claims(str(token.get("id_token", "")))
        expected = Expected(self._issuer, self._client_id, attempt.nonce)
        check(claims, expected, now=now)
        told = {**self._told(token, str(claims["sub"])), **claims}
        return identity_of(told, at=now)

    def _is_theirs(self, told: str | None) -> bool:
        """Whose answer it is; who says so, says it each time (RFC 9207)."""
        if told is None:
            return self._published().metadata.get(TELLS_ITSELF) is not True
        return told == self._issuer

    def _token(self, code: str, attempt: Attempt) -> Mapping[str, Any]:
        """What the issuer gives for the code, to us alone."""
        if not code:
            raise NoIdentity("there is no code")
        endpoint = secured(self._published().metadata.get("token_endpoint"))
        try:
            with self._session(attempt.redirect_uri) as session:
                return mapping(
                    session.fetch_token(
                        endpoint,
                        grant_type="authorization_code",
                        code=code,
                        code_verifier=attempt.verifier,
                        timeout=TIMEOUT,
                        allow_redirects=False,
                        **self._proof(endpoint),
                    )
                )
        except (AuthlibBaseError, RequestException, ValueError) as failed:
            why = f"the code is not taken: {type(failed).__name__}"
            raise NoIdentity(why) from failed

    def _claims(self, token: str) -> Mapping[str, Any]:
        """What the issuer signed, sealed for us or not."""
        signed = opened(token, self._ours.opening)
        known = self._published()
        kid = key_id(signed)
        is_new = bool(kid) and kid not in {key.kid for key in known.keys}
        if is_new and self._clock() - known.asked_at >= ROTATED:
            known = self._published(anew=True)
        return signed_claims(signed, known.keys)

    def _told(self, token: Mapping[str, Any], subject: str) -> Mapping[str, Any]:
        """What the issuer tells besides the token, of that very person."""
        endpoint = self._published().metadata.get("userinfo_endpoint")
        if not endpoint:
            return {}
        kind, text = ask(endpoint, bearer=str(token.get("access_token", "")))
        told = self._claims(text) if kind == "application/jwt" else _read(text)
        if told.get("sub") != subject:
            raise NoIdentity("the issuer tells of somebody else")
        return told

    def _published(self, *, anew: bool = False) -> Known:
        """The issuer's addresses and keys, kept for an hour."""
        now = self._clock()
        known = self._known
        if known is None or anew or now - known.asked_at >= STANDS:
            if self._away_until and now < self._away_until:
                raise NoIdentity("the issuer was away a moment ago")
            try:
                self._known = known = self._ask(now)
            except NoIdentity:
                self._away_until = now + AWAY
                raise
        return known

    def _ask(self, now: datetime) -> Known:
        metadata = _read(ask(self._issuer.rstrip("/") + DISCOVERY)[1])
        if metadata.get("issuer") != self._issuer:
            raise NoIdentity("the issuer calls itself otherwise")
        return Known(metadata, _key_set(ask(metadata.get("jwks_uri"))[1]), now)

    def _proof(self, endpoint: str) -> Mapping[str, str]:
        """What tells that endpoint that it is us, where no secret does."""
        if self._secret:
            return {}
        now = self._clock()
        signed = self._ours.assertion(self._client_id, endpoint, now=now)
        return {"client_assertion_type": ASSERTION, "client_assertion": signed}

    def _session(self, redirect_uri: str) -> OAuth2Session:
        return OAuth2Session(
            self._client_id,
            self._secret or None,
            token_endpoint_auth_method=None if self._secret else "none",
            scope=self._scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )


def _read(text: str) -> Mapping[str, Any]:
    try:
        return mapping(json.loads(text))
    except ValueError as wrong:
        raise NoIdentity("the issuer answers with no JSON") from wrong


def _key_set(text: str) -> KeySet:
    try:
        return KeySet.import_key_set(json.loads(text))
    except (JoseError, ValueError, KeyError, TypeError) as wrong:
        raise NoIdentity("the issuer publishes no keys that we read") from wrong
