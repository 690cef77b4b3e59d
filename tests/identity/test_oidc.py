"""OpenID Connect: who is believed, and every lie that is not."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from identity import Attempt, Function, Identity, NoIdentity
from identity.oidc import Oidc
from tests.clock import FakeClock
from tests.servers.issuer import CLIENT, SECRET, WIEBE, Issuer, issuer

BACK = "https://bestanden.example/aanmelden/terug/csam"


@pytest.fixture(scope="module")
def served() -> Iterator[Issuer]:
    """One for all of them: it starts once, and begins anew at each test."""
    with issuer(FakeClock(datetime(2026, 10, 26, tzinfo=UTC))) as made:
        yield made


@pytest.fixture
def told(served: Issuer, clock: FakeClock) -> Issuer:
    """An honest issuer; a test tells it to lie."""
    for name, value in vars(Issuer(served.address, clock)).items():
        vars(served)[name] = value
    return served


@pytest.fixture
def door(told: Issuer, clock: FakeClock) -> Oidc:
    return Oidc(told.address, CLIENT, SECRET, clock=clock)


def came_back(address: str) -> dict[str, str]:
    """What a browser brings back that went there."""
    answer = requests.get(address, allow_redirects=False, timeout=5)
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def come(door: Oidc, **bent: str) -> Identity:
    """There and back again; what is bent stands otherwise in the answer."""
    address, attempt = door.begin(BACK)
    return door.finish({**came_back(address), **bent}, attempt)


def refused(door: Oidc, reason: str, **bent: str) -> NoIdentity:
    with pytest.raises(NoIdentity, match=reason) as raised:
        come(door, **bent)
    return raised.value


def test_an_honest_issuer_says_who_it_is(
    told: Issuer, door: Oidc, clock: FakeClock
) -> None:
    found = come(door)
    assert (found.subject, found.name) == ("wiebe-1", "Wiebe Zon")
    assert found.national_number == "85073003328"
    assert found.at == clock()
    assert "85073003328" not in repr(found)


def test_the_address_carries_state_nonce_and_a_hashed_verifier(door: Oidc) -> None:
    address, attempt = door.begin(BACK)
    query = parse_qs(urlsplit(address).query)
    assert query["state"] == [attempt.state]
    assert query["nonce"] == [attempt.nonce]
    assert query["redirect_uri"] == [BACK]
    assert query["code_challenge_method"] == ["S256"]
    assert attempt.verifier not in address
    assert attempt.verifier not in repr(attempt)


def test_two_attempts_share_nothing(door: Oidc) -> None:
    one, other = (door.begin(BACK)[1] for _ in range(2))
    assert not {one.state, one.nonce, one.verifier} & {
        other.state, other.nonce, other.verifier,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "what"),
    [
        ({"iss": "https://other.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "somebody"}, "aud"),
        ({"aud": []}, "aud"),
        ({"azp": "somebody"}, "azp"),
        ({"aud": [CLIENT, "somebody"]}, "azp"),
        ({"nonce": "of another attempt"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": 1}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "morgen"}, "exp"),
        ({"exp": True}, "exp"),
        ({"iat": 1}, "iat"),
        ({"iat": 9_999_999_999}, "iat"),
        ({"iat": None}, "iat"),
        ({"sub": None}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": ""}, "sub"),
    ],
)
def test_a_claim_that_does_not_fit_lets_nobody_in(
    told: Issuer, door: Oidc, claims: dict[str, object], what: str
) -> None:
    told.claims = claims
    assert what in refused(door, "does not fit").reason


def test_a_token_may_be_for_many_when_it_says_that_we_asked(
    told: Issuer, door: Oidc
) -> None:
    told.claims = {"aud": [CLIENT, "other"], "azp": CLIENT}
    assert come(door).subject == "wiebe-1"


def test_a_clock_that_runs_a_little_behind_is_forgiven(
    told: Issuer, door: Oidc, clock: FakeClock
) -> None:
    now = int(clock().timestamp())
    told.claims = {"exp": now - 30, "iat": now + 30}
    assert come(door).subject == "wiebe-1"


def test_a_signature_of_another_key_is_refused(told: Issuer, door: Oidc) -> None:
    told.signs_with = ECKey.generate_key("P-256")
    refused(door, "signature fails: BadSignature")


def test_a_secret_that_both_know_signs_nothing(told: Issuer, door: Oidc) -> None:
    told.signs_with = OctKey.import_key("k" * 64)
    told.header = {"alg": "HS256"}
    refused(door, "signature fails: UnsupportedAlgorithm")


def test_a_header_may_say_more_than_we_know_unless_it_is_critical(
    told: Issuer, door: Oidc
) -> None:
    told.header = {"iss": told.address, "trace": "x"}
    assert come(door).subject == "wiebe-1"
    told.header = {"trace": "x", "crit": ["trace"]}
    refused(door, "signature fails")


def test_a_token_that_nobody_signed_is_refused(told: Issuer, door: Oidc) -> None:
    address, attempt = door.begin(BACK)
    told.answers["/token"] = (
        200,
        '{"id_token": "eyJhbGciOiJub25lIn0.e30.", "access_token": "x"}',
    )
    with pytest.raises(NoIdentity, match="signature fails"):
        door.finish(came_back(address), attempt)


@pytest.mark.parametrize("token", ["", "geen token", "a.b", "a.b.c"])
def test_what_is_no_token_is_refused(told: Issuer, door: Oidc, token: str) -> None:
    told.answers["/token"] = 200, f'{{"id_token": "{token}", "access_token": "x"}}'
    refused(door, "no token")


def test_new_keys_of_the_issuer_are_looked_for(
    told: Issuer, door: Oidc, clock: FakeClock
) -> None:
    come(door)
    told.rotate()
    refused(door, "signature fails")  # not more than once a minute
    clock.forward(minutes=1)
    assert come(door).subject == "wiebe-1"
    assert told.asked.count("/jwks") == 2


def test_addresses_and_keys_stand_for_an_hour(
    told: Issuer, door: Oidc, clock: FakeClock
) -> None:
    come(door)
    clock.forward(minutes=59)
    come(door)
    assert told.asked.count("/jwks") == 1
    clock.forward(minutes=1)
    come(door)
    assert told.asked.count("/jwks") == 2


def test_an_issuer_that_fails_is_left_alone_for_a_moment(
    told: Issuer, door: Oidc, clock: FakeClock
) -> None:
    told.answers["/jwks"] = 503, ""
    refused(door, "answers 503")
    told.answers.clear()
    refused(door, "away a moment ago")
    assert told.asked.count("/jwks") == 1
    clock.forward(seconds=10)
    assert come(door).subject == "wiebe-1"


def test_a_state_of_another_attempt_is_refused(door: Oidc) -> None:
    refused(door, "state", state="x")


def test_an_answer_of_another_issuer_is_refused(door: Oidc) -> None:
    refused(door, "another issuer", iss="https://other.example")


def test_an_issuer_that_always_tells_itself_is_not_believed_when_it_does_not(
    told: Issuer, door: Oidc
) -> None:
    told.metadata = {"authorization_response_iss_parameter_supported": True}
    refused(door, "another issuer")
    assert come(door, iss=told.address).subject == "wiebe-1"


def test_without_a_code_there_is_nobody(door: Oidc) -> None:
    refused(door, "no code", code="")


@pytest.mark.parametrize(
    ("error", "cancelled"), [("access_denied", True), ("server_error", False)]
)
def test_who_goes_no_further_is_told_apart_from_an_error(
    door: Oidc, error: str, *, cancelled: bool
) -> None:
    assert refused(door, "sent them back", error=error).cancelled is cancelled


def test_a_sealed_token_is_opened_with_our_key(told: Issuer, clock: FakeClock) -> None:
    told.sealed_for = ours = RSAKey.generate_key(2048, auto_kid=True)
    keys = KeySet([ours]).as_dict(private=True)
    text = json.dumps(keys)
    door = Oidc(told.address, CLIENT, SECRET, clock=clock, keys=text)
    assert come(door).subject == "wiebe-1"
    refused(
        Oidc(told.address, CLIENT, SECRET, clock=clock), "sealed, and we have no key"
    )
    told.sealed_for = RSAKey.generate_key(2048)
    refused(door, "seal does not open")


def jwk_set(*keys: RSAKey | ECKey) -> str:
    return json.dumps(KeySet(list(keys)).as_dict(private=True))


def test_each_of_our_keys_opens_but_for_one_that_only_signs(
    told: Issuer, clock: FakeClock
) -> None:
    told.sealed_for = RSAKey.generate_key(2048)
    former = ECKey.generate_key("P-256", {"use": "enc"})
    keys = jwk_set(former, told.sealed_for)
    assert come(Oidc(told.address, CLIENT, SECRET, clock=clock, keys=keys)).subject
    signs = RSAKey.import_key(told.sealed_for.as_dict(private=True), {"use": "sig"})
    keys = jwk_set(former, signs)
    door = Oidc(told.address, CLIENT, SECRET, clock=clock, keys=keys)
    refused(door, "seal does not open")


@pytest.mark.parametrize(
    ("kind", "size", "named"),
    [
        (RSAKey, 2048, {}),
        (RSAKey, 2048, {"use": "sig", "alg": "PS256"}),
        (ECKey, "P-256", {}),
    ],
)
def test_without_a_secret_our_key_proves_each_time_anew_that_it_is_us(
    told: Issuer, clock: FakeClock, kind: Any, size: object, named: dict[str, str]
) -> None:
    key, other = (kind.generate_key(size, named) for _ in range(2))
    for_seals = RSAKey.generate_key(2048, {"use": "enc"})
    told.knows_us_by = KeySet([key])
    keys = jwk_set(for_seals, key)
    door = Oidc(told.address, CLIENT, "", clock=clock, keys=keys)
    assert [come(door).subject for _time in range(2)] == ["wiebe-1"] * 2
    assert len(set(told.proofs)) == 2
    door = Oidc(told.address, CLIENT, "", clock=clock, keys=jwk_set(other))
    refused(door, "not taken")


def test_who_has_neither_secret_nor_key_does_not_begin(clock: FakeClock) -> None:
    for_seals = jwk_set(RSAKey.generate_key(2048, {"use": "enc"}))
    for keys in ("", for_seals):
        with pytest.raises(ValueError, match="no key to sign with"):
            Oidc("https://issuer.example", CLIENT, "", clock=clock, keys=keys)


def test_a_public_key_is_none_of_ours(clock: FakeClock) -> None:
    public = json.dumps(KeySet([RSAKey.generate_key(2048)]).as_dict(private=False))
    with pytest.raises(ValueError, match="not a private one"):
        Oidc("https://issuer.example", CLIENT, SECRET, clock=clock, keys=public)


@pytest.mark.parametrize(
    "keys", ["x", "{}", '{"keys": 1}', '{"keys": [{"kty": "RSA"}]}']
)
def test_own_keys_that_cannot_be_read_are_complained_of(
    told: Issuer, clock: FakeClock, keys: str
) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        Oidc(told.address, CLIENT, SECRET, clock=clock, keys=keys)


def test_what_the_issuer_tells_besides_is_of_the_same_person(
    told: Issuer, door: Oidc
) -> None:
    told.userinfo = {"sub": "wiebe-1", "email": "w@zon.example", "email_verified": True}
    assert come(door).email == "w@zon.example"
    told.userinfo = {"signed": told.userinfo}
    assert come(door).email == "w@zon.example"
    told.userinfo = {"sub": "mia-2", "email": "m@zon.example", "email_verified": True}
    refused(door, "somebody else")


def test_the_token_counts_more_than_what_is_told_besides(
    told: Issuer, door: Oidc
) -> None:
    told.userinfo = {"sub": "wiebe-1", "given_name": "Mia"}
    assert come(door).given_name == "Wiebe"


@pytest.mark.parametrize(
    ("path", "answer", "reason"),
    [
        ("/.well-known/openid-configuration", (500, ""), "answers 500"),
        ("/.well-known/openid-configuration", (302, ""), "answers 302"),
        ("/.well-known/openid-configuration", (200, "<html>"), "no JSON"),
        ("/.well-known/openid-configuration", (200, "[]"), "than an object"),
        ("/.well-known/openid-configuration", (200, " " * 300_000), "too great length"),
        ("/jwks", (404, ""), "answers 404"),
        ("/jwks", (200, "{}"), "no keys that we read"),
        ("/jwks", (200, '{"keys": []}'), "no keys that we read"),
        ("/token", (400, '{"error": "invalid_grant"}'), "code is not taken"),
        ("/token", (500, ""), "code is not taken"),
        ("/token", (200, "<html>"), "code is not taken"),
        ("/token", (302, ""), "code is not taken"),
    ],
)
def test_an_issuer_that_answers_otherwise_lets_nobody_in(
    told: Issuer, door: Oidc, path: str, answer: tuple[int, str], reason: str
) -> None:
    told.answers[path] = answer
    refused(door, reason)


def test_an_issuer_that_is_away_lets_nobody_in(clock: FakeClock) -> None:
    door = Oidc("http://127.0.0.1:9", CLIENT, SECRET, clock=clock)
    with pytest.raises(NoIdentity, match="is away: ConnectionError"):
        door.begin(BACK)


@pytest.mark.parametrize(
    "metadata",
    [
        {"authorization_endpoint": "http://issuer.example/authorize"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://issuer.example/token"},
        {"jwks_uri": "http://issuer.example/jwks"},
        {"userinfo_endpoint": "http://issuer.example/me"},
    ],
)
def test_no_address_is_followed_over_which_others_read_along(
    told: Issuer, door: Oidc, metadata: dict[str, object]
) -> None:
    told.metadata = metadata
    refused(door, "not https")


def test_an_issuer_that_calls_itself_otherwise_is_refused(
    told: Issuer, door: Oidc
) -> None:
    told.metadata = {"issuer": "https://other.example"}
    refused(door, "calls itself otherwise")


def person(told: Issuer, door: Oidc, **claims: object) -> Identity:
    told.person = {**WIEBE, **claims}
    return come(door)


def test_functions_are_read_from_a_list_or_the_text_of_one(
    told: Issuer, door: Oidc
) -> None:
    zon = {"kbo": "0123456749", "name": "Zonadvies", "function": "Zaakvoerder"}
    expected = (Function("0123456749", "Zonadvies", "", "Zaakvoerder"),)
    listed: list[object] = [zon, {"kbo": "1"}, {"name": "x"}, "x", None]
    assert person(told, door, organisations=listed).organisations == expected
    text = json.dumps([zon])
    assert person(told, door, organisations=text).organisations == expected
    for nothing in ("[", "{}", 7, None):
        assert person(told, door, organisations=nothing).organisations == ()


def test_an_address_counts_once_the_issuer_checked_it(told: Issuer, door: Oidc) -> None:
    assert person(told, door, email="w@zon.example").email == ""
    assert person(told, door, email="w@zon.example", email_verified="true").email == ""


def test_a_whole_name_will_do_and_no_name_will_not(told: Issuer, door: Oidc) -> None:
    bare = {"given_name": None, "family_name": 7, "national_number": None}
    assert person(told, door, **bare, name="Wiebe\u202e Zon\x00").name == "Wiebe Zon"
    assert come(door).national_number == ""
    told.person = {**WIEBE, **bare, "name": "\u200b "}
    refused(door, "no name")


def test_an_attempt_is_a_value() -> None:
    attempt = Attempt("state", "nonce", "verifier", BACK)
    assert repr(attempt) == f"Attempt(state='state', redirect_uri='{BACK}')"
